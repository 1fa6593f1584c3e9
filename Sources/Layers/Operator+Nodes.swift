import Networks

extension Operator {
  /// How an operation of TensorFlow's graphs is called as one of Keras 3's operators.
  struct NodeRule: Sendable {
    let name: String
    let keywords: @Sendable (inout NodeReading) -> [String: OperatorValue]

    /// One that has the same operands, and nothing else to say.
    init(_ name: String) { self.init(name) { _ in [:] } }

    /// One whose attributes are the operator's keywords.
    init(_ name: String, passing attributes: [String]) {
      self.init(name) { node in
        var keywords: [String: OperatorValue] = [:]
        for name in attributes { keywords[name] = node.attribute(name) }
        return keywords
      }
    }

    init(
      _ name: String,
      keywords: @escaping @Sendable (inout NodeReading) -> [String: OperatorValue]
    ) {
      self.name = name
      self.keywords = keywords
    }
  }

  /// The operations of TensorFlow's graphs by their names.
  static let nodes: [String: NodeRule] = {
    var nodes: [String: NodeRule] = [:]
    for (names, name) in [
      (["Add", "AddV2"], "Add"), (["Sub"], "Subtract"), (["Mul"], "Multiply"),
      (["Div", "RealDiv"], "TrueDivide"), (["Neg"], "Negative"), (["Inv"], "Reciprocal"),
      (["Pow"], "Power"), (["FloorDiv"], "FloorDivide"), (["FloorMod"], "Mod"),
      (["Select", "SelectV2"], "Where"), (["ClipByValue"], "Clip"), (["Rint"], "Round"),
      (["IsNan"], "Isnan"), (["IsInf"], "Isinf"), (["IsFinite"], "Isfinite"),
      (["DivNoNan"], "DivideNoNan"),
    ] {
      for operation in names { nodes[operation] = NodeRule(name) }
    }
    for name in [
      "Maximum", "Minimum", "SquaredDifference", "Greater", "GreaterEqual", "Less",
      "LessEqual", "LogicalAnd", "LogicalOr", "LogicalNot", "Relu", "Relu6",
      "Elu", "Selu", "Softplus", "Softsign", "Sigmoid", "Tanh", "Exp", "Expm1", "Log", "Log1p",
      "Sqrt", "Rsqrt", "Square", "Abs", "Reciprocal", "Floor", "Ceil", "Round", "Sign", "Erf",
      "Erfc", "Sin", "Cos", "Tan", "Sinh", "Cosh", "Identity", "StopGradient", "ZerosLike",
      "OnesLike", "Softmax", "LogSoftmax", "Reshape", "Transpose", "Tile", "BroadcastTo", "Pad",
      "Shape",
    ] {
      nodes[name] = NodeRule(name)
    }
    // Absent, and true of every operator that compares here.
    for name in ["Equal", "NotEqual"] {
      nodes[name] = NodeRule(name) { node in
        _ = node.attribute("incompatible_shape_error")
        return [:]
      }
    }
    nodes.merge(reducingNodes) { $1 }
    nodes.merge(shapingNodes) { $1 }
    nodes.merge(slicingNodes) { $1 }
    nodes.merge(windowNodes) { $1 }
    return nodes
  }()

  private static let reducingNodes: [String: NodeRule] = {
    var nodes: [String: NodeRule] = [:]
    for name in ["Mean", "Sum", "Max", "Min", "Prod", "Any", "All"] {
      nodes[name] = NodeRule(name) { node in
        ["axis": node.take(1), "keepdims": .truth(node.isTrue("keep_dims"))]
      }
    }
    for (operation, name) in [("ArgMax", "Argmax"), ("ArgMin", "Argmin")] {
      nodes[operation] = NodeRule(name) { node in ["axis": node.take(1)] }
    }
    return nodes
  }()

  private static let shapingNodes: [String: NodeRule] = [
    "AddN": NodeRule("AddN") { node in
      node.gather()
      return [:]
    },
    "LeakyRelu": NodeRule("LeakyRelu") { node in
      ["negative_slope": node.attribute("alpha") ?? .number(0.2)]
    },
    "BiasAdd": NodeRule("BiasAdd", passing: ["data_format"]),
    "ExpandDims": NodeRule("ExpandDims") { node in ["axis": node.take(1)] },
    "Squeeze": NodeRule("Squeeze") { node in
      node.attribute("squeeze_dims").map { ["axis": $0] } ?? [:]
    },
    "ConcatV2": NodeRule("Concatenate") { node in
      let axis = node.take(-1)
      node.gather()
      return ["axis": axis]
    },
    "Pack": NodeRule("Stack") { node in
      let axis = node.attribute("axis") ?? .number(0)
      node.gather()
      return ["axis": axis]
    },
    "Unpack": NodeRule("Unstack") { node in ["axis": node.attribute("axis") ?? .number(0)] },
    "PadV2": NodeRule("Pad") { node in
      ["constant_values": node.take(2), "paddings": node.take(1)]
    },
    "MirrorPad": NodeRule("Pad") { node in
      ["paddings": node.take(1), "mode": node.attribute("mode") ?? .none]
    },
    "GatherV2": NodeRule("Take") { node in ["axis": node.take(2)] },
    "Cast": NodeRule("Cast") { node in
      // `DT_FLOAT` stands for `float32`; any other name is one that Keras writes.
      guard case .text(let type)? = node.attribute("DstT") else { return [:] }
      let name = type.replacing("DT_", with: "").lowercased()
      return ["dtype": .text(["float": "float32", "half": "float16"][name] ?? name)]
    },
    "MatMul": NodeRule("Matmul") { node in
      [
        "transpose_a": .truth(node.isTrue("transpose_a")),
        "transpose_b": .truth(node.isTrue("transpose_b")),
      ]
    },
    "BatchMatMulV2": NodeRule("Matmul") { node in
      ["transpose_a": .truth(node.isTrue("adj_x")), "transpose_b": .truth(node.isTrue("adj_y"))]
    },
  ]
}

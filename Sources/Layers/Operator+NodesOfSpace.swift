import Networks

// Operations of TensorFlow's graphs that take parts of an array, or move windows over it.
extension Operator {
  static let slicingNodes: [String: NodeRule] = [
    "StridedSlice": NodeRule("GetItem") { node in
      let (begin, end) = (node.take(1).integers ?? [], node.take(1).integers ?? [])
      let strides = node.take(1).integers ?? []
      let masks = [
        "begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask",
      ].map { node.mask($0) }
      func isSet(_ mask: Int, _ place: Int) -> Bool { masks[mask] >> min(place, 62) & 1 == 1 }
      let items = zip(begin, zip(end, strides)).enumerated().map { place, item in
        let (first, (last, step)) = item
        if isSet(2, place) { return OperatorValue.ellipsis }
        if isSet(3, place) { return .none }
        if isSet(4, place) { return .number(Double(first)) }
        return .slice(
          start: isSet(0, place) ? nil : first, stop: isSet(1, place) ? nil : last,
          step: step == 1 ? nil : step)
      }
      return ["key": .list(items)]
    },
    "Slice": NodeRule("GetItem") { node in
      let (begin, size) = (node.take(1).integers ?? [], node.take(1).integers ?? [])
      let items = zip(begin, size).map { first, count in
        OperatorValue.slice(
          start: first == 0 ? nil : first, stop: count < 0 ? nil : first + count, step: nil)
      }
      return ["key": .list(items)]
    },
    "Split": NodeRule("Split") { node in
      let axis = node.take(0)
      return ["axis": axis, "num_or_size_splits": node.attribute("num_split") ?? .none]
    },
    "SplitV": NodeRule("Split") { node in
      ["axis": node.take(2), "num_or_size_splits": node.take(1)]
    },
  ]

  static let windowNodes: [String: NodeRule] = [
    "AvgPool": pool("AveragePool"), "MaxPool": pool("MaxPool"), "AvgPool3D": pool("AveragePool"),
    "MaxPool3D": pool("MaxPool"), "SpaceToDepth": blocks("SpaceToDepth"),
    "DepthToSpace": blocks("DepthToSpace"), "ResizeBilinear": resize("bilinear"),
    "ResizeNearestNeighbor": resize("nearest"),
  ]

  private static func pool(_ name: String) -> NodeRule {
    NodeRule(name, passing: ["ksize", "strides", "padding", "data_format"])
  }

  private static func blocks(_ name: String) -> NodeRule {
    NodeRule(name, passing: ["block_size", "data_format"])
  }

  /// Of pixels that have centres, as in TensorFlow 2; without them TensorFlow 1's grid is another.
  private static func resize(_ method: String) -> NodeRule {
    NodeRule("Resize") { node in
      let size = node.take(1)
      // A size of nothing is refused by the operator.
      return [
        "size": node.isTrue("half_pixel_centers") ? size : .none, "method": .text(method),
      ]
    }
  }
}

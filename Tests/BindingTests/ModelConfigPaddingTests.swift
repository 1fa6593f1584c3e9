import Binding
import Checkpoints
import Foundation
import Layers
import Networks
import Tensors
import Testing

/// Zeros, a convolution, zeros, a pool, and a head, as the stem of a residual network has them.
private struct Stem: Block {
  func callAsFunction(_ image: Signal) -> Signal {
    image.zeroPadding(EdgePadding(all: 1))
      .conv("conv", filters: 2, kernel: 3, strides: 2, bias: false)
      .batchNorm("norm", epsilon: 0.001).relu()
      .zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 2)
      .conv("last", filters: 2, kernel: 1, bias: false)
      .globalAveragePool().dense("head", units: 3, bias: false)
  }

  static let map: NameMap = ["conv": "c", "norm": "b", "last": "l", "head": "d"]

  static let config = """
    {"class_name": "ZeroPadding2D", "config": {"name": "p", "padding": [[1, 1], [1, 1]]}},
    {"class_name": "Conv2D", "config": {"name": "c", "filters": 2, "use_bias": false, "kernel_size": [3, 3], "strides": [2, 2], "padding": "valid",
      "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "linear"}},
    {"class_name": "BatchNormalization", "config": {"name": "b", "axis": [3], "epsilon": 0.001}},
    {"class_name": "ReLU", "config": {"name": "r"}},
    {"class_name": "ZeroPadding2D", "config": {"name": "q", "padding": [[1, 1], [1, 1]]}},
    {"class_name": "MaxPooling2D", "config": {"name": "m", "pool_size": [3, 3],
      "strides": [2, 2], "padding": "valid"}},
    {"class_name": "Conv2D", "config": {"name": "l", "filters": 2, "use_bias": false, "kernel_size": [1, 1],
      "strides": [1, 1], "padding": "valid"}},
    {"class_name": "GlobalAveragePooling2D", "config": {"name": "g"}},
    {"class_name": "Dense", "config": {"name": "d", "units": 3, "use_bias": false, "activation": "softmax"}}
    """

  /// Whether the model of the config is the file's own, or one inside it that is called `times`.
  static func bound(_ layers: String, inside: Bool, times: Int = 1) throws {
    let own = """
      {"class_name": "Sequential", "config": {"name": "backbone", "layers": [\(layers)]}
      """
    // Keras 2 counts the calls of a model inside a model from 1.
    let node = "[[\"image\", 0, 0, {}]]"
    let nodes = Array(repeating: node, count: times).joined(separator: ", ")
    let calls = (1...times).map { "[\"backbone\", \($0), 0, {}]" }.joined(separator: ", ")
    let config =
      inside
      ? """
      {"class_name": "Functional", "config": {"name": "outer", "layers": [
        {"class_name": "InputLayer", "config": {"name": "image"}, "inbound_nodes": []},
        \(own), "inbound_nodes": [\(nodes)]},
        {"class_name": "\(times > 1 ? "Add" : "Dropout")", "config": {"name": "end"},
          "inbound_nodes": [[\(calls)]]}
      ], "input_layers": [["image", 0, 0]], "output_layers": [["end", 0, 0]]}}
      """ : own + "}"
    let graph = try Graph(tracing: Stem(), input: ImageShape(height: 9, width: 9, channels: 2))
    let checkpointLayers = graph.weightedLayers.map { node in
      let name = String(
        node.path.prefix(1) == "n" ? "b" : node.path == "head" ? "d" : node.path.prefix(1))
      return CheckpointLayer(
        name: name, parents: inside ? ["backbone"] : [], location: "/\(name)",
        tensors: node.parameters.enumerated().map { index, parameter in
          CheckpointTensor(
            name: parameter.role.rawValue, role: parameter.role, index: index,
            shape: parameter.shape, path: "/\(name)/\(index)")
        })
    }
    let checkpoint = unsafe Checkpoint(
      layers: checkpointLayers, format: .wholeModel, modelConfig: config
    ) { _, _ in }
    _ = try graph.bound(to: checkpoint, using: map)
  }
}

/// A change of the config, and what is then said.
struct ConfigChange: Sendable, CustomTestStringConvertible {
  let from: String
  let to: String
  let words: String

  var testDescription: String { words }
}

@Suite("Padding, pooling and axes in a model's config, also of a model inside the model")
struct ModelConfigPaddingTests {
  static let changes = [
    ConfigChange(
      from: #""p", "padding": [[1, 1], [1, 1]]"#, to: #""p", "padding": [[0, 1], [0, 1]]"#,
      words: "conv has padding 1,1,1,1, c has 0,1,0,1"),
    ConfigChange(
      from: #""strides": [2, 2], "padding": "valid","#,
      to: #""strides": [2, 2], "padding": "same","#,
      words: "conv has padding 1,1,1,1, c has 2,2,2,2"),
    ConfigChange(
      from: #""q", "padding": [[1, 1], [1, 1]]"#, to: #""q", "padding": [[0, 0], [0, 0]]"#,
      words: "m (MaxPooling2D) stands behind q, where the network has pad_2"),
    ConfigChange(
      from: "MaxPooling2D", to: "AveragePooling2D",
      words: "m (AveragePooling2D) stands behind q, where the network has maxPool"),
    ConfigChange(
      from: #""class_name": "MaxPooling2D""#, to: #""class_name": "ReLU""#,
      words: "m (ReLU) has pool_size [3, 3]"),
    ConfigChange(
      from: "GlobalAveragePooling2D", to: "GlobalMaxPooling2D",
      words: "g (GlobalMaxPooling2D) stands behind l, where the network has pool"),
    // What an operation of TensorFlow does to the edges is not known.
    ConfigChange(
      from: #""class_name": "ZeroPadding2D", "config": {"name": "p""#,
      to: #""class_name": "TFOpLambda", "config": {"name": "p""#,
      words: "p (TFOpLambda) has no function"),
    ConfigChange(
      from: #""axis": [3]"#, to: #""axis": [1]"#,
      words: "norm has axis 2, b has 0"),
    ConfigChange(
      from: #""axis": [3]"#, to: #""axis": 2"#,
      words: "norm has axis 2, b has 1"),
    ConfigChange(
      from: "softmax", to: "tanh", words: "head has activation linear, d has tanh"),
    ConfigChange(
      from: #""epsilon": 0.001"#, to: #""epsilon": 1e-05"#,
      words: "norm has epsilon 0.001, b has 1e-05"),
  ]

  @Test("Where they agree, the file binds", arguments: [false, true])
  func agrees(inside: Bool) throws {
    try Stem.bound(Stem.config, inside: inside)
    // On 9 rows, `same` puts one row on each side, as the zeros do.
    let same = Stem.config
      .replacing(#""p", "padding": [[1, 1], [1, 1]]"#, with: #""p", "padding": [[0, 0], [0, 0]]"#)
      .replacing(
        #""strides": [2, 2], "padding": "valid","#, with: #""strides": [2, 2], "padding": "same","#)
    try Stem.bound(same, inside: inside)
  }

  @Test("Where they do not, it is refused with both values", arguments: changes, [false, true])
  func disagrees(_ change: ConfigChange, inside: Bool) throws {
    let config = Stem.config.replacing(change.from, with: change.to)
    #expect(config != Stem.config)
    let error = try #require(throws: BindingError.self) {
      try Stem.bound(config, inside: inside)
    }
    // Inside another model, layers are named below that.
    let found = error.description.replacing("backbone/", with: "")
    #expect(error.disagreements.count == 1)
    #expect(found.contains(change.words), "\(error)")
    #expect(error.description.contains("backbone/") == inside)
  }

  /// A tensor as Keras 3 writes it into a call.
  private static func tensor(_ layer: String) -> String {
    #"{"class_name": "__keras_tensor__", "config": {"keras_history": ["\#(layer)", 0, 0]}}"#
  }

  @Test(
    "Features that a model inside the model pools by the maximum are refused, in both dialects",
    arguments: [
      (#"[["backbone", 1, 0, {}]]"#, #"[["image", 0, 0, {}]]"#),
      (
        #"{"args": [\#(tensor("backbone"))], "kwargs": {}}"#,
        #"{"args": [\#(tensor("image"))], "kwargs": {}}"#
      ),
    ])
  func maximum(_ node: String, _ first: String) throws {
    struct Head: Block {
      func callAsFunction(_ image: Signal) -> Signal {
        image.globalAveragePool().dense("head", units: 3, bias: false)
      }
    }
    let graph = try Graph(tracing: Head(), input: ImageShape(height: 9, width: 9, channels: 2))
    let kernel = CheckpointTensor(
      name: "d/kernel", role: .kernel, index: 0, shape: [2, 3], path: "/d/kernel")
    for (pooling, isRefused) in [("GlobalMaxPooling2D", true), ("GlobalAveragePooling2D", false)] {
      let config = """
        {"class_name": "Functional", "config": {"name": "outer", "layers": [
          {"class_name": "InputLayer", "config": {"name": "image"}, "inbound_nodes": []},
          {"class_name": "Functional", "config": {"name": "backbone", "layers": [
            {"class_name": "InputLayer", "config": {"name": "image"}, "inbound_nodes": []},
            {"class_name": "\(pooling)", "config": {"name": "g", "trainable": true},
              "inbound_nodes": [\(first)]}],
            "input_layers": [["image", 0, 0]], "output_layers": [["g", 0, 0]]},
            "inbound_nodes": [\(first)]},
          {"class_name": "Dense", "config": {"name": "d", "units": 3, "use_bias": false, "trainable": true},
            "inbound_nodes": [\(node)]}],
          "input_layers": [["image", 0, 0]], "output_layers": [["d", 0, 0]]}}
        """
      let checkpoint = unsafe Checkpoint(
        layers: [CheckpointLayer(name: "d", location: "/d", tensors: [kernel])],
        format: .wholeModel, modelConfig: config
      ) { _, _ in }
      let bind = { _ = try graph.bound(to: checkpoint, using: ["head": "d"]) }
      if isRefused {
        #expect(throws: BindingError.self, performing: bind)
      } else {
        try bind()
      }
    }
  }

  @Test("A model inside the model that runs twice is refused")
  func twice() throws {
    let error = try #require(throws: BindingError.self) {
      try Stem.bound(
        Stem.config.replacing("softmax", with: "linear"), inside: true, times: 2)
    }
    #expect(error.disagreements.count == 1)
    #expect(error.description.contains("end (Add) reads"), "\(error)")
  }
}

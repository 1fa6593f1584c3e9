import Binding
import Checkpoints
import Layers
import Networks
import Tensors
import Importing
import Testing

/// A convolution of stride 2 and a batch norm.
private struct Strided: Block {
  func callAsFunction(_ image: Signal) -> Signal {
    image.conv("conv", filters: 2, kernel: 1, strides: 2, bias: false)
      .batchNorm("norm", epsilon: 1.001e-5)
  }

  static let map: NameMap = ["conv": "c", "norm": "b"]

  static func graph() throws -> Graph {
    try Graph(tracing: Strided(), input: ImageShape(height: 4, width: 4, channels: 2))
  }

  /// A whole model whose config has the given settings.
  static func checkpoint(strides: String, epsilon: String, activation: String) -> Checkpoint {
    let tensor = { (role: VariableRole, index: Int, shape: Shape, layer: String) in
      CheckpointTensor(
        name: "\(layer)/\(role.rawValue):0", role: role, index: index, shape: shape,
        path: "/\(layer)/\(role.rawValue)")
    }
    let norm: [VariableRole] = [.gamma, .beta, .movingMean, .movingVariance]
    let layers = [
      CheckpointLayer(
        name: "c", location: "/c", tensors: [tensor(.kernel, 0, [1, 1, 2, 2], "c")]),
      CheckpointLayer(
        name: "b", location: "/b",
        tensors: norm.enumerated().map { tensor($1, $0, [2], "b") }),
    ]
    let config = """
      {"class_name": "Functional", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "config": {"name": "i"}, "inbound_nodes": []},
        {"class_name": "Conv2D", "config": {"name": "c", "filters": 2, "use_bias": false, "kernel_size": 1,
          "strides": \(strides), "dilation_rate": [1, 1], "groups": 1,
          "activation": "\(activation)"}, "inbound_nodes": [[["i", 0, 0, {}]]]},
        {"class_name": "BatchNormalization", "config": {"name": "b", "epsilon": \(epsilon)},
          "inbound_nodes": [[["c", 0, 0, {}]]]}
      ], "input_layers": [["i", 0, 0]], "output_layers": [["b", 0, 0]]}}
      """
    return unsafe Checkpoint(layers: layers, format: .wholeModel, modelConfig: config) { _, _ in }
  }
}

@Suite("A model's config in the file must agree with the network")
struct ModelConfigTests {
  @Test("Where it agrees, the file binds")
  func agrees() throws {
    let checkpoint = Strided.checkpoint(
      strides: "[2, 2]", epsilon: "1.001e-05", activation: "linear")
    _ = try Strided.graph().bound(to: checkpoint, using: Strided.map)
  }

  @Test("A ReLU inside the convolution is the network's ReLU after it")
  func relu() throws {
    struct Rectified: Block {
      func callAsFunction(_ image: Signal) -> Signal {
        image.conv("conv", filters: 2, kernel: 1, strides: 2, bias: false).relu()
          .batchNorm("norm", epsilon: 1.001e-5)
      }
    }
    let graph = try Graph(
      tracing: Rectified(), input: ImageShape(height: 4, width: 4, channels: 2))
    let checkpoint = Strided.checkpoint(strides: "[2, 2]", epsilon: "1.001e-05", activation: "relu")
    _ = try graph.bound(to: checkpoint, using: Strided.map)
  }

  @Test(
    "Where it does not, the file is refused with both values",
    arguments: [
      ("[1, 1]", "1.001e-05", "linear", "conv has strides 2×2, c has 1×1"),
      ("[2, 2]", "0.001", "linear", "norm has epsilon 1.001e-05, b has 0.001"),
      ("[2, 2]", "1.001e-05", "relu", "conv has activation linear, c has relu"),
    ])
  func disagrees(
    _ strides: String, _ epsilon: String, _ activation: String, _ message: String
  ) throws {
    let checkpoint = Strided.checkpoint(
      strides: strides, epsilon: epsilon, activation: activation)
    let error = try #require(throws: BindingError.self) {
      try Strided.graph().bound(to: checkpoint, using: Strided.map)
    }
    #expect(error.disagreements.count == 1)
    #expect(error.description.contains(message))
    #expect(error.summary.hasSuffix("5 weights fit, its model is another"))
  }
}

@Suite("A config that describes more than can be run is refused, soon")
struct LargeConfigTests {
  /// A chain of models, each of which calls the next one twice.
  private static func doubling(_ depth: Int) -> String {
    let reference = #"["%", 0, 0, {}]"#
    let input = #"{"class_name": "InputLayer", "config": {"name": "i"}, "inbound_nodes": []}"#
    let ends = #""input_layers": [["i", 0, 0]], "output_layers": [["%", 2, 0]]"#
    var inner = #"{"class_name": "Dropout", "config": {"name": "m0"}"#
    for level in 1...depth {
      let name = "m\(level - 1)"
      let counts = level == 1 ? (first: 0, last: 1) : (first: 1, last: 2)
      let second = #"["\#(name)", \#(counts.first), 0, {}]"#
      inner = """
        {"class_name": "Functional", "config": {"name": "m\(level)", "layers": [\(input), \(inner),
          "inbound_nodes": [[\(reference.replacing("%", with: "i"))], [\(second)]]}],
          \(ends.replacing(#"["%", 2, 0]"#, with: #"["\#(name)", \#(counts.last), 0]"#))}
        """
    }
    return inner + "}"
  }

  @Test("Models that call models multiply, and stop", .timeLimit(.minutes(1)))
  func multiplies() throws {
    #expect(try ConfigParsers.calls(in: Self.doubling(4)) == 16)
    let error = #expect(throws: ImportError.self) {
      try ConfigParsers.calls(in: Self.doubling(60))
    }
    #expect(error?.problem.contains("more than 16384 are not run") == true)
  }
}

@Suite("A model for several GPUs")
struct ParallelModelTests {
  @Test("is refused with its reason and the way out, not with the layer that cuts the batch")
  func parallel() throws {
    let config = """
      {"class_name": "Model", "config": {"name": "parallel", "layers": [
        {"class_name": "InputLayer", "config": {"name": "i"}, "inbound_nodes": []},
        {"class_name": "Lambda", "config": {"name": "cut_0"}, "inbound_nodes": [[["i", 0, 0, {}]]]},
        {"class_name": "Lambda", "config": {"name": "cut_1"}, "inbound_nodes": [[["i", 0, 0, {}]]]},
        {"class_name": "Sequential", "config": {"name": "model", "layers": [
          {"class_name": "Conv2D", "config": {"name": "c", "filters": 2, "kernel_size": 1}}]},
          "inbound_nodes": [[["cut_0", 0, 0, {}]], [["cut_1", 0, 0, {}]]]},
        {"class_name": "Concatenate", "config": {"name": "all", "axis": 0},
          "inbound_nodes": [[["model", 1, 0, {}], ["model", 2, 0, {}]]]}
      ], "input_layers": [["i", 0, 0]], "output_layers": [["all", 0, 0]]}}
      """
    struct Network: Block {
      func callAsFunction(_ image: Signal) -> Signal {
        image.conv("conv", filters: 2, kernel: 1, bias: false)
      }
    }
    let graph = try Graph(tracing: Network(), input: ImageShape(height: 4, width: 4, channels: 2))
    let kernel = CheckpointTensor(
      name: "c/kernel", role: .kernel, index: 0, shape: [1, 1, 2, 2], path: "/c/kernel")
    let checkpoint = unsafe Checkpoint(
      layers: [CheckpointLayer(name: "c", parents: ["model"], location: "/c", tensors: [kernel])],
      format: .wholeModel, modelConfig: config
    ) { _, _ in }
    let error = try #require(throws: BindingError.self) {
      try graph.bound(to: checkpoint, using: ["conv": "c"])
    }
    #expect(
      error.disagreements.first?.words
        == "all (Concatenate) joins the results of 2 calls on parts of the batch, as a model for "
        + "several GPUs does; save the model inside it, which has the same weights")
  }
}

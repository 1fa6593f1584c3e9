import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

/// A small network, written in the test that needs it.
struct SketchedNetwork: Block {
  let image: ImageShape
  let body: @Sendable (Signal) -> Signal

  init(_ height: Int, _ width: Int, _ channels: Int, _ body: @escaping @Sendable (Signal) -> Signal)
  {
    image = ImageShape(height: height, width: width, channels: channels)
    self.body = body
  }

  func callAsFunction(_ x: Signal) -> Signal { body(x) }

  func graph(_ format: DataFormat = .channelsLast) throws -> Graph {
    try Graph(tracing: self, input: image, dataFormat: format)
  }

  /// The program with nothing fused; `taps` are paths.
  func program(taps: Set<String> = []) throws -> Program {
    let graph = try graph()
    let layers = graph.layers.filter { taps.contains($0.path) }
    try #require(layers.count == taps.count)
    return Program(graph, taps: Set(layers.map(\.output)))
  }

  /// With weights that depend on the layers' names alone.
  func bound(_ format: DataFormat = .channelsLast) throws -> BoundGraph {
    let graph = try graph(format)
    let sources = graph.parameters.map { parameter in
      let role = parameter.role.rawValue
      let values = HashedWeights.values(layer: parameter.layer, role: role, shape: parameter.shape)
      return (parameter, ParameterSource(values))
    }
    return try BoundGraph(graph, sources: Dictionary(uniqueKeysWithValues: sources))
  }

  /// What the plan computes for three images, in batches of two unless they are to be one.
  func planned(_ format: DataFormat = .channelsLast, _ statistics: BatchStatistics = .moving)
    throws -> Tensor
  {
    let plan = try Plan(
      compiling: bound(format), batch: statistics == .ofBatch ? 3 : 2, statistics: statistics)
    return try plan.run(images(format))
  }

  private func images(_ format: DataFormat) -> Tensor {
    HashedWeights.images(image, count: 3).converted(from: .channelsLast, to: format)
  }

  /// Compares the plan, after all passes, with the reference executor, which runs the graph as it is.
  func expectReferenceValues(_ statistics: BatchStatistics = .moving) throws {
    for format in DataFormat.allCases {
      let expected = try ReferenceExecutor(bound(format), statistics: statistics)
        .run(images(format))
      let result = try planned(format, statistics)
      #expect(result.shape == expected.shape)
      // Winograd's sums are off by up to 3e-6 a layer, direct ones by 2.4e-6 with AVX2.
      let worst = result.worstDifference(from: expected)
      #expect(worst.difference <= 1e-5 * worst.largest, "\(format): \(worst)")
    }
  }
}

extension Program {
  /// One line a step: `value = kind (operands) → extents`, values called as the nodes of the graph.
  var listing: [String] {
    steps.map { step in
      let operands = step.inputs.map(name).joined(separator: ", ")
      let line = "\(name(step.output)) = \(text(step)) (\(operands)) → \(shape(of: step.output))"
      guard let activation = step.activation else { return line }
      return line + ", \(name(activation.output)) = batchNorm\(activation.relu ? " · relu" : "")"
    }
  }

  /// Multiply-accumulates for one image, as they are left.
  var multiplyAccumulates: Int {
    steps.reduce(0) { sum, step in
      let kernel: Node.ID
      switch step.kind {
      case .convolution(let convolution): kernel = convolution.node
      case .dense(let dense): kernel = dense.node
      default: return sum
      }
      let count = graph.shape(of: graph[kernel].operands[1]).elementCount
      guard case .map(let map) = form(of: step.output) else { return sum + count }
      return sum + map.height * map.width * count
    }
  }

  private func name(_ value: Value) -> String {
    if value < graph.nodes.count { return graph.path(of: value) }
    return steps.first { $0.output == value }?.path ?? "?"
  }

  private func text(_ step: Step) -> String {
    switch step.kind {
    case .convolution(let convolution):
      let layer = convolution.layer
      var text = "conv \(name(convolution.node)) \(layer.kernel)/\(layer.strides)"
      if layer.padding != .none { text += " pad \(layer.padding)" }
      if let norm = convolution.inputNorm { text += " after \(name(norm))" }
      if let norm = convolution.norm { text += " · \(name(norm))" }
      if convolution.adds { text += " · add" }
      if convolution.relu {
        text += " · relu"
      } else if let function = convolution.function {
        text += " · \(function)"
      }
      return text
    case .batchNorm(_, _, let relu): return relu ? "batchNorm · relu" : "batchNorm"
    case .relu: return "relu"
    case .layerNorm: return "layerNorm"
    case .attention(let attention): return "attention of \(attention.heads)"
    case .zeroPadding(let edges): return "zeroPadding \(edges)"
    case .maxPool(let pooling, let zeros):
      return "maxPool \(text(pooling))\(zeros ? " of zeros" : "")"
    case .averagePool(let pooling): return "averagePool \(text(pooling))"
    case .flatten: return "flatten"
    case .dense: return "dense"
    case .add: return "add"
    case .concatenate: return "concatenate"
    case .softmax: return "softmax"
    case .primitive(let primitive, _): return "\(primitive)"
    }
  }

  private func text(_ pooling: Planar.Pooling) -> String {
    let text = "\(pooling.window)/\(pooling.strides)"
    return pooling.padding == .none ? text : "\(text) pad \(pooling.padding)"
  }
}

import Layers
import Networks
import Tensors
import Testing

@Suite("Tracing writes down nodes, shapes and parameters")
struct GraphTests {
  /// Two blocks of one kind under two names, and a head.
  private struct Sample: Block {
    struct Residual: Block {
      func callAsFunction(_ x: Signal) -> Signal {
        x + x.conv("conv", filters: 4, kernel: 3, padding: .same).batchNorm("norm").relu()
      }
    }

    func callAsFunction(_ image: Signal) -> Signal {
      image.applying(Residual(), as: "block1").applying(Residual(), as: "block2")
        .globalAveragePool().dense("logits", units: 7)
    }
  }

  @Test("Paths come from the caller, roles from the layer")
  func paths() throws {
    let graph = try Graph(
      tracing: Sample(), input: ImageShape(height: 5, width: 9, channels: 4))
    #expect(
      graph.layers.map(\.path) == [
        "input", "block1/conv", "block1/norm", "block1/relu", "block1/add", "block2/conv",
        "block2/norm", "block2/relu", "block2/add", "pool", "logits",
      ])
    #expect(
      graph.parameters.prefix(6).map(\.path) == [
        "block1/conv/kernel", "block1/conv/bias", "block1/norm/gamma", "block1/norm/beta",
        "block1/norm/moving_mean", "block1/norm/moving_variance",
      ])
    #expect(graph.parameterCount == 2 * (3 * 3 * 4 * 4 + 4 + 4 * 4) + 4 * 7 + 7)
    #expect(graph.trainableParameterCount == graph.parameterCount - 2 * 2 * 4)
    #expect(graph.multiplyAccumulates == 2 * 5 * 9 * 3 * 3 * 4 * 4 + 4 * 7)
  }

  /// One convolution of stride 2.
  private struct Strided: Block {
    var padding: Padding
    var kernel: Extent = 7

    func callAsFunction(_ image: Signal) -> Signal {
      image.conv("conv", filters: 1, kernel: kernel, strides: 2, padding: padding)
    }
  }

  @Test(
    "Same padding puts the odd row after the map, as TensorFlow does",
    arguments: [(224, 2, 3, 112), (299, 3, 3, 150), (225, 3, 3, 113), (8, 2, 3, 4)])
  func same(size: Int, before: Int, after: Int, outputs: Int) throws {
    let graph = try Graph(
      tracing: Strided(padding: .same), input: ImageShape(height: size, width: size))
    guard case .window(let windows, _) = graph[1].primitive else {
      Issue.record("the first node is no convolution")
      return
    }
    let edge = Edge(before: before, after: after)
    #expect(windows.padding == [edge, edge])
    #expect(graph[1].shape == [outputs, outputs, 1])
  }

  @Test("An image too small for a window is an error that names the layer")
  func tooSmall() {
    let image = ImageShape(height: 6, width: 40)
    #expect(
      throws: GraphError(layer: "conv", problem: "a window of 7 does not fit into a map of 6")
    ) {
      try Graph(tracing: Strided(padding: .valid), input: image)
    }
  }

  @Test("A bound graph lists all parameters that have no source")
  func incomplete() throws {
    let graph = try Graph(
      tracing: Sample(), input: ImageShape(height: 5, width: 9, channels: 4))
    var sources: [Parameter: ParameterSource] = [:]
    for parameter in graph.parameters where parameter.role != .bias {
      sources[parameter] = ParameterSource(Array(repeating: 0, count: parameter.shape.elementCount))
    }
    let missing = graph.parameters.filter { $0.role == .bias }
    #expect(throws: IncompleteBinding(missing: missing)) {
      try BoundGraph(graph, sources: sources)
    }
  }
}

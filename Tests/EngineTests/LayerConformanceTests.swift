import Engine
import Networks
import Tensors
import TestSupport
import Testing

/// The executors that must pass this suite.
enum ExecutorKind: String, CaseIterable, Sendable {
  case reference
  case oneDNN

  func make(_ bound: BoundGraph, batch: Int, _ statistics: BatchStatistics) throws -> any Executor {
    switch self {
    case .reference: try ReferenceExecutor(bound, statistics: statistics)
    case .oneDNN: try Plan(compiling: bound, batch: batch, statistics: statistics)
    }
  }
}

@Suite("Every executor computes what Keras computes, layer by layer")
struct LayerConformanceTests {
  @Test(
    "A layer gives Keras's values in both data formats", arguments: LayerCase.all,
    ExecutorKind.allCases)
  func layer(_ layer: LayerCase, _ kind: ExecutorKind) throws {
    for format in DataFormat.allCases {
      let images = try layer.joinedInput()
      let image = try #require(DataFormat.channelsLast.image(in: images.shape))
      let graph = try Graph(
        tracing: SingleLayer(layer: layer, dataFormat: format), input: image, dataFormat: format)
      let sources = try graph.parameters.map { ($0, ParameterSource(try layer.weight($0))) }
      let bound = try BoundGraph(graph, sources: Dictionary(uniqueKeysWithValues: sources))
      let executor = try kind.make(
        bound, batch: images.count, layer.training == true ? .ofBatch : .moving)

      let result = try executor.run(images.converted(from: .channelsLast, to: format))

      let file = format == .channelsLast ? "expected" : "expected_channels_first"
      let expected = try layer.tensor(file)
      #expect(result.shape == expected.shape)
      // Sums of at most 7·7·32 products of numbers around 1: float32 rounding stays below this.
      let worst = result.worstDifference(from: expected)
      #expect(worst.difference <= 1e-5 * max(1, worst.largest), "\(layer.name) \(format) \(worst)")
    }
  }
}

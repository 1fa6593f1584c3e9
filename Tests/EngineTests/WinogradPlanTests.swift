import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("A plan computes 3×3 convolutions of stride 1 by Winograd's algorithm")
struct WinogradPlanTests {
  /// A map with as many channels as the block reads, a batch norm and ReLU folded in, and a sum.
  struct Residual: Block {
    let filters: Int
    var padding = Padding.same

    func callAsFunction(_ image: Signal) -> Signal {
      let skip = image.conv("skip", filters: filters, kernel: padding == .same ? 1 : 3)
      let middle = image.conv("first", filters: filters, kernel: 3, padding: .same, bias: false)
        .batchNorm("norm", epsilon: 1e-3).relu()
      return (skip + middle.conv("second", filters: filters, kernel: 3, padding: padding)).relu()
    }
  }

  private func bound(_ block: Residual, _ image: ImageShape) throws -> BoundGraph {
    let graph = try Graph(tracing: block, input: image)
    let sources = graph.parameters.map { parameter in
      let role = parameter.role.rawValue
      let values = HashedWeights.values(layer: parameter.layer, role: role, shape: parameter.shape)
      return (parameter, ParameterSource(values))
    }
    return try BoundGraph(graph, sources: Dictionary(uniqueKeysWithValues: sources))
  }

  static let cases: [(block: Residual, image: ImageShape)] = [
    (Residual(filters: 16), ImageShape(height: 8, width: 8, channels: 16)),
    (Residual(filters: 48), ImageShape(height: 13, width: 7, channels: 16)),
    (Residual(filters: 32, padding: .valid), ImageShape(height: 18, width: 11, channels: 48)),
    (Residual(filters: 64), ImageShape(height: 7, width: 15, channels: 256)),
    (Residual(filters: 320), ImageShape(height: 7, width: 7, channels: 32)),
  ]

  @Test(
    "It differs from the reference by at most 5e-6 of the largest value", arguments: cases.indices)
  func error(_ index: Int) throws {
    let (block, image) = Self.cases[index]
    let bound = try bound(block, image)
    let images = HashedWeights.images(image, count: 3)
    let plan = try Plan(compiling: bound, batch: 2)
    let exact = try Plan(compiling: bound, batch: 2, exact: true)
    #expect(
      plan.steps.count { $0.kernel.hasPrefix("winograd") } == 2 + (block.padding == .same ? 0 : 1))
    #expect(exact.steps.allSatisfy { !$0.kernel.hasPrefix("winograd") })

    let expected = try ReferenceExecutor(bound).run(images)

    // Sums of 9·16 to 9·512 products. Winograd's were 3e-6 from exact ones at most where that was
    // measured; oneDNN's direct sums 2e-7 with AVX-512, and 2.4e-6 with AVX2.
    for plan in [plan, exact] {
      let worst = try plan.run(images).worstDifference(from: expected)
      #expect(worst.difference <= 5e-6 * worst.largest, "exact: \(plan.exact), \(worst)")
    }
  }

  @Test("Batch, threads and streams change no bit", arguments: cases.indices)
  func sameBits(_ index: Int) throws {
    let (block, image) = Self.cases[index]
    let bound = try bound(block, image)
    let images = HashedWeights.images(image, count: 32)
    let alone = try Plan(compiling: bound, batch: 1).run(images)
    for (batch, threads, streams) in [
      (7, 1, 1), (8, 1, 1), (32, 1, 1), (1, 2, 1), (8, 2, 1), (7, 2, 2), (1, 4, 1), (32, 4, 1),
      (8, 4, 2),
    ] {
      let plan = try Plan(compiling: bound, batch: batch, threads: threads, streams: streams)
      let result = try plan.run(images)
      #expect(
        result.values.map(\.bitPattern) == alone.values.map(\.bitPattern),
        "batch \(batch), \(threads) threads, \(streams) streams")
    }
  }

  @Test("Where a tile is mostly cut off or a kernel too large, the convolution stays direct")
  func direct() throws {
    for (side, channels) in [(5, 64), (4, 32), (9, 12), (7, 704)] {
      let image = ImageShape(height: side, width: side, channels: channels)
      let plan = try Plan(compiling: bound(Residual(filters: channels), image), batch: 1)
      #expect(plan.steps.allSatisfy { !$0.kernel.hasPrefix("winograd") }, "\(image)")
    }
  }

  @Test(
    "A large kernel pays where it is read for many pixels, whatever the batch", arguments: [1, 2])
  func largeKernel(_ batch: Int) throws {
    let image = ImageShape(height: 10, width: 10, channels: 704)
    let plan = try Plan(compiling: bound(Residual(filters: 704), image), batch: batch)
    #expect(plan.steps.contains { $0.kernel.hasPrefix("winograd") })
  }
}

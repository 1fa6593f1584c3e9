import Assay
import CBenchmark
import Foundation

/// Where a plan's time goes: every primitive that one thread runs for one batch, by oneDNN's report.
///
/// The plan is the exact one: of Winograd's convolutions oneDNN knows nothing.
struct LayerListing {
  private let model: BenchmarkModel
  private let batch: Int
  private let primitives: [TracedPrimitive]
  /// The peak of one thread, operations a second.
  private let peak: Double

  private static let repetitions = 9

  init(_ model: BenchmarkModel, batch: Int, seed: UInt64) throws {
    let plan = try Plan(compiling: model.bound, batch: batch, exact: true)
    let images = model.images(batch, seed: seed)
    _ = try plan.run(images)
    let file = FileManager.default.temporaryDirectory
      .appending(path: "assay-benchmark-\(UUID().uuidString).txt")
    guard unsafe bench_trace_begin(file.path) else {
      throw BenchmarkError.cannotWrite(file.path)
    }
    let outcome = Result { for _ in 0..<Self.repetitions { _ = try plan.run(images) } }
    bench_trace_end()
    try outcome.get()
    let report = try String(contentsOf: file, encoding: .utf8)
    try FileManager.default.removeItem(at: file)

    let all = report.split(separator: "\n").compactMap { TracedPrimitive(line: $0) }
    let count = all.count / Self.repetitions
    guard count > 0, all.count % Self.repetitions == 0 else { throw BenchmarkError.noTrace }
    primitives = (0..<count).map { step in
      let runs = stride(from: step, to: all.count, by: count).map { all[$0] }
      return runs.sorted { $0.milliseconds < $1.milliseconds }[Self.repetitions / 2]
    }
    peak = bench_measure_peak(1, 0.5).flops_per_second
    self.model = model
    self.batch = batch
  }

  /// One line a primitive, then one a kind.
  var text: String {
    var table = MarkdownTable([
      "layer", "primitive", "kernel", "problem", "ms", "% of all", "GFLOP/s", "of the peak",
    ])
    let total = primitives.reduce(0) { $0 + $1.milliseconds }
    for (primitive, node) in zip(primitives, nodes()) {
      let operations = node.map { Double(2 * batch * model.graph.multiplyAccumulates(of: $0)) } ?? 0
      let rate = operations / primitive.milliseconds * 1000
      table.add([
        node?.path ?? "", primitive.kind, primitive.kernel, primitive.problem,
        primitive.milliseconds.text(decimals: 3),
        (primitive.milliseconds / total * 100).text(decimals: 1),
        operations > 0 ? (rate / 1e9).text(decimals: 1) : "",
        operations > 0 ? (rate / peak).text(decimals: 3) : "",
      ])
    }
    let whole = Double(2 * batch * model.graph.multiplyAccumulates) / total * 1000
    return """
      \(table.text)

      \(kinds(of: total).text)

      Batch \(batch) on one thread, median of \(Self.repetitions) runs: \
      \(total.text(decimals: 2)) ms inside primitives, \((whole / 1e9).text(decimals: 1)) GFLOP/s, \
      \((whole / peak).text(decimals: 3)) of one thread's peak of \((peak / 1e9).text(decimals: 1)).
      """
  }

  private func kinds(of total: Double) -> MarkdownTable {
    var table = MarkdownTable(["primitive", "count", "ms", "% of all"])
    let kinds = Dictionary(grouping: primitives, by: \.kind)
      .map { (kind: $0, count: $1.count, time: $1.reduce(0) { $0 + $1.milliseconds }) }
    for (kind, count, time) in kinds.sorted(by: { $0.time > $1.time }) {
      table.add([
        kind, "\(count)", time.text(decimals: 2), (time / total * 100).text(decimals: 1),
      ])
    }
    return table
  }

  /// The graph's node for each primitive.
  ///
  /// The report names no layers, but they come in the graph's order; a kind whose numbers do not
  /// agree stays without names.
  private func nodes() -> [Node?] {
    var result = [Node?](repeating: nil, count: primitives.count)
    for (kind, nodes) in Dictionary(grouping: model.graph.nodes, by: { kind(of: $0) ?? "" }) {
      let places = primitives.indices.filter { primitives[$0].kind == kind }
      guard places.count == nodes.count else { continue }
      for (place, node) in zip(places, nodes) { result[place] = node }
    }
    return result
  }

  /// The kind of primitive that a node becomes, `nil` for one that becomes part of another.
  private func kind(of node: Node) -> String? {
    switch node.operation {
    case .convolution, .dense: return "convolution"
    case .maxPool, .averagePool, .globalAveragePool: return "pooling"
    case .batchNorm:
      let graph = model.graph
      let producer = node.inputs[0]
      let readers = graph.nodes.count { $0.inputs.contains(producer) }
      if case .convolution = graph[producer].operation, readers == 1 { return nil }
      return "batch_normalization"
    default: return nil
    }
  }
}

import ArgumentParser
import Foundation

/// Measures how far Assay is from what the machine can do.
@main
struct AssayBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assay-benchmark",
    abstract: "Measures plans against the machine's peak, and evaluation against the plan.",
    discussion: """
      Examples:
        assay-benchmark --output results.md
        assay-benchmark --model resnet152v2 --batch 8 --rounds 3

      Weights and photographs are synthetic and seeded: no checkpoint and no network is needed.
      """)

  @Option(help: "The model, by the name that assay knows.")
  var model = "resnet50v2"

  @Option(
    parsing: .upToNextOption,
    help: "Images in memory at once, over all threads. The first is also evaluated.")
  var batch = [8, 1, 32]

  @Option(help: "Threads. Default: one a core.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "JPEGs to evaluate, and images for the plan of the first batch.")
  var images = 256

  @Option(help: "Rounds; in each, everything is measured once.")
  var rounds = 5

  @Option(help: "What weights, images and photographs are made from.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Writes the results as Markdown.", valueName: "file"))
  var output: String?

  func validate() throws {
    guard !batch.isEmpty, batch.allSatisfy({ (1...4096).contains($0) }) else {
      throw ValidationError("--batch \(batch) has an impossible number")
    }
    guard Set(batch).count == batch.count else {
      throw ValidationError("--batch \(batch) has a number twice")
    }
    for (name, value) in [("threads", threads), ("images", images), ("rounds", rounds)]
    where !(1...100_000).contains(value) {
      throw ValidationError("--\(name) \(value) is no possible number")
    }
  }

  func run() async throws {
    let model = try BenchmarkModel(named: self.model, seed: seed)
    let load = Machine.load
    let photographs = try Photographs(count: images, seed: seed)
    let outcome: Results
    do {
      outcome = try await measure(model, photographs, load: load)
    } catch {
      try? photographs.remove()
      throw error
    }
    try photographs.remove()
    print(
      (outcome.conditions + [""] + [outcome.table, ""] + outcome.goals).joined(separator: "\n"))
    try output.map {
      try ResultsPage(results: outcome).text.write(toFile: $0, atomically: true, encoding: .utf8)
    }
  }

  private func measure(
    _ model: BenchmarkModel, _ photographs: Photographs, load: String
  ) async throws -> Results {
    let input = model.images(max(images, batch.max().map { $0 + threads } ?? 1), seed: seed)
    var contenders = [
      try Contender.plan(model, batch: batch[0], threads: threads, images: input, count: images),
      try .plan(
        model, batch: batch[0], threads: threads, images: input, count: images, exact: true),
      try await .evaluation(model, photographs, batch: batch[0], threads: threads),
      try .decoding(model, photographs),
    ]
    // What is not judged need not be as exact.
    for other in batch.dropFirst() {
      contenders.append(
        try .plan(model, batch: other, threads: threads, images: input, count: images / 2))
    }
    for single in Set([1, batch[0]]).sorted() where threads > 1 {
      contenders.append(
        try .single(model, batch: single, threads: threads, images: input, count: images / 4))
    }
    var rounds = Rounds(contenders, threads: threads)
    for number in 1...self.rounds {
      FileHandle.standardError.write(Data("round \(number) of \(self.rounds)\n".utf8))
      try await rounds.run()
    }
    return Results(
      model: model, photographs: photographs, rounds: rounds, loadBefore: load, batch: batch[0])
  }
}

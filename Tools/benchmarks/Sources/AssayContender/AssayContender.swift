import ArgumentParser

/// Assay's side of a comparison with other engines: each call is one process that measures one thing
/// and prints it as a line of JSON.
@main
struct AssayContender: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assay-contender",
    abstract: "Measures Assay in the same task as other engines; Tools/benchmarks/peers runs it.",
    subcommands: [ThroughputCommand.self, WeightsCommand.self, PhotographsCommand.self])
}

/// Why there is nothing to measure.
struct ContenderError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

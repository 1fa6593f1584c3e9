import Datasets
import Engine
import Evaluation
import Foundation
import Models
import Networks
import Tensors

/// A checkpoint with its result.
struct ScoredCheckpoint {
  let loaded: Model
  let preprocessing: Preprocessing
  let result: EvaluationResult
  var report: EvaluationReport
}

/// Checkpoints that are scored on the same images, which are decoded once for all that fit into memory.
struct CheckpointSeries {
  let command: EvaluateCommand
  let images: ImageSettings
  let keepsLogits: Bool

  /// How many bytes of weights are held at once.
  private static let memory = 4 << 30

  /// A network that is ready to run.
  struct Contestant {
    let loaded: Model
    let plan: Plan
    let preprocessing: Preprocessing
    let labels: ClassLabels
    /// What makes probabilities of its outputs.
    let activation: OutputActivation
  }

  /// Scores all that fit, and names the others; a single one that does not fit is an error of its own.
  func evaluate(
    _ files: [String], on data: DataOptions.Images
  ) async throws -> (scored: [ScoredCheckpoint], unfit: [String]) {
    var scored: [ScoredCheckpoint] = []
    var unfit: [String] = []
    var group: [Contestant] = []
    for file in files {
      let contestant: Contestant
      do {
        contestant = try prepare(file, data)
      } catch {
        guard files.count > 1, let failure = Failure(error) else { throw error }
        // All of it is told of one checkpoint alone.
        StandardError.write(failure.message)
        unfit.append(file)
        continue
      }
      if !fits(contestant, into: group) {
        guard data.list != nil else {
          throw Failure(
            .usage,
            "\(file): a stream is read once, and not all checkpoints fit into memory together")
        }
        scored += try await run(group, on: data)
        group = []
      }
      group.append(contestant)
    }
    if !group.isEmpty { scored += try await run(group, on: data) }
    return (scored, unfit)
  }

  /// Reads a checkpoint and compiles its network.
  func prepare(_ file: String, _ data: DataOptions.Images) throws -> Contestant {
    let loaded = try Model(
      command.model.model, command.model.variant, weights: file, trust: command.trust,
      height: images.size?.height, width: images.size?.width)
    // A checkpoint may be of more files than were named.
    try command.output.outputs.check(notAmong: loaded.files)
    if let broken = try loaded.nonFiniteWeights() { StandardError.write("\(file): \(broken)") }
    let activation = try loaded.activation(
      isMultiLabel: data.isMultiLabel,
      answersQuestions: command.data.answersQuestions(images.labels) ?? false)
    let labels = try command.data.classLabels(
      for: data, of: loaded, images.labels)
    let count = data.list?.images.count ?? .max
    let plan = try Plan(
      compiling: loaded.bound, batch: min(command.run.imagesPerThread, count),
      threads: command.run.threads, exact: command.run.exact,
      precision: command.numbers.precision(for: loaded))
    return Contestant(
      loaded: loaded, plan: plan,
      preprocessing: try images.preprocessing(for: loaded, on: data.list), labels: labels,
      activation: activation)
  }

  /// Whether a network can run beside others: it reads the same input, and memory allows it.
  func fits(_ contestant: Contestant, into group: [Contestant]) -> Bool {
    guard let first = group.first else { return true }
    let size = MemoryLayout<Float>.stride
    let bytes = (group + [contestant]).reduce(0) { $0 + $1.loaded.graph.parameterCount * size }
    return bytes <= Self.memory && first.preprocessing == contestant.preprocessing
      && first.loaded.graph.input == contestant.loaded.graph.input
  }

  private func run(
    _ group: [Contestant], on data: DataOptions.Images
  ) async throws -> [ScoredCheckpoint] {
    var evaluator = try Evaluator(
      group.map(\.plan), preprocessing: group[0].preprocessing)
    evaluator.activations = group.map(\.activation)
    evaluator.keepsLogits = keepsLogits
    evaluator.metrics = command.gates.options
    let progress = ProgressLine(total: data.list?.images.count)
    evaluator.progress = { progress.update($0) }
    let results = try await evaluator.evaluate(
      data.supply, labels: group.map(\.labels), notes: data.notes)
    progress.finish()
    return try zip(group, results).enumerated().map { network, pair in
      let (contestant, result) = pair
      var report = EvaluationReport(
        result, by: evaluator, network: network, model: contestant.loaded.description,
        weights: try contestant.loaded.weightsDescription())
      report.manifest.preprocessing.source = images.source
      report.conditions?.imagesInMemory = command.run.batch
      report.manifest.data.selection = command.data.selection
      return ScoredCheckpoint(
        loaded: contestant.loaded, preprocessing: contestant.preprocessing, result: result,
        report: report)
    }
  }
}

/// The checkpoints that the user names.
enum WeightFiles {
  /// Expands patterns that the shell was not to see; a name without one stays as it is.
  static func expand(_ names: [String]) throws -> [String] {
    var files: [String] = []
    for name in names {
      guard name.contains(where: { "*?[".contains($0) }),
        !FileManager.default.fileExists(atPath: name)
      else {
        files.append(name)
        continue
      }
      let found = matches(of: name)
      guard !found.isEmpty else {
        throw Failure(.missingInput, "\(name): no file matches this pattern")
      }
      files += found
    }
    // The same file twice would be scored twice.
    var seen = Set<String>()
    return files.filter { seen.insert($0).inserted }
  }

  private static func matches(of pattern: String) -> [String] {
    var result = unsafe glob_t()
    defer { unsafe globfree(&result) }
    guard unsafe glob(pattern, 0, nil, &result) == 0, let paths = unsafe result.gl_pathv else {
      return []
    }
    return (0..<Int(unsafe result.gl_pathc)).compactMap { index in
      unsafe paths[index].map { unsafe String(cString: $0) }
    }
  }
}

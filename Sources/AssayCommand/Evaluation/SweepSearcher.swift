import Datasets
import Engine
import Evaluation
import Foundation
import Models
import Networks
import Tensors

/// An expected number under one protocol.
struct SweepNumber {
  let gate: MetricGate
  /// What it is here, in the gate's unit.
  let value: Double
  /// Of top-k, what it was counted from.
  let accuracy: Accuracy?
  /// How far from it the expected one may be.
  let width: Double
  /// Whether it may be the expected one.
  let fits: Bool
}

/// What came of one protocol.
struct SweepOutcome {
  /// In what it differs from the start, as options.
  var change: String
  /// How many parts differ.
  let depth: Int
  /// All its options.
  var options: String
  let top1: Accuracy
  let top5: Accuracy?
  /// Whether every expected number may be its own, of those that could be computed.
  let matches: Bool
  /// Whether some could not: another order of labels tells top-k alone.
  let isPartial: Bool
  /// How far it is from these numbers, relative to each.
  let distance: Double
  /// The expected numbers, as far as they could be computed.
  let measured: [SweepNumber]

  /// The same, told with the number with which labels begin, where no order of its own tells it already.
  func labelled(from first: Int) -> SweepOutcome {
    guard !change.contains("--first-label") else { return self }
    var outcome = self
    outcome.change = [change, "--first-label \(first)"].filter { !$0.isEmpty }
      .joined(separator: " ")
    outcome.options += " --first-label \(first)"
    return outcome
  }
}

/// Runs a network under one protocol after another.
struct SweepSearcher {
  let command: SweepCommand
  let images: ImageSettings
  let sample: LabeledImages
  /// Whether the sample is all there is, so that a number must be met to its last digit.
  let isWhole: Bool

  /// A network for one size of input.
  private struct Sized {
    let loaded: Model
    let plan: Plan
  }

  /// Tries all, and returns them by fit, then by how little they change, then by distance.
  ///
  /// Labels that are no classes of the network as they stand are read as counting from 1, or from after
  /// the background, whichever fits; every outcome then says so.
  func search() async throws -> [SweepOutcome] {
    guard sample.preparedShape == nil else {
      throw Failure(
        .usage, "\(sample.directory): arrays that are preprocessed already leave no protocol to try"
      )
    }
    let first = try load(images.size)
    let (labels, firstLabel) = try labels(of: first.loaded)
    let input = first.loaded.graph.input
    let ownSize = InputSize(input)
    var sized = [ownSize: first]
    let start = SweepPoint(
      try images.preprocessing(for: first.loaded, seeing: sample.images.map(\.source)),
      size: ownSize)
    var outcomes: [SweepOutcome] = []
    let levels = points(
      from: start, channels: input.channels, built: first.loaded.builtSize)
    let progress = ProgressLine(total: levels.count, things: "protocols")
    for (index, (point, depth)) in levels.enumerated() {
      let network: Sized
      if let known = sized[point.size] {
        network = known
      } else {
        // A size at which the network cannot be built is no protocol of it.
        guard let made = try? load(point.size) else { continue }
        // Plans are large: one beside the first is kept.
        sized = [ownSize: first, point.size: made]
        network = made
      }
      guard let result = try await evaluate(network, labels, point) else { continue }
      outcomes += judged(result, point, start, depth)
      progress.update(index + 1)
    }
    progress.finish()
    if let firstLabel { outcomes = outcomes.map { $0.labelled(from: firstLabel) } }
    return outcomes.enumerated().sorted { left, right in
      let (mine, other) = (left.element, right.element)
      if mine.matches != other.matches { return mine.matches }
      if mine.matches, mine.depth != other.depth { return mine.depth < other.depth }
      return (mine.distance, left.offset) < (other.distance, right.offset)
    }.map(\.element)
  }

  /// Which classes the labels stand for, and with which number they begin if that had to be found.
  private func labels(of loaded: Model) throws -> (ClassLabels, firstLabel: Int?) {
    let believed = try command.data.classLabels(
      for: .list(sample), of: loaded, images.labels)
    do throws(EvaluationError) {
      _ = try believed.present(in: sample)
      return (believed, nil)
    } catch {
      guard case .label = error, command.data.firstLabel == nil else { throw error }
      for number in [1, -1] {
        var data = command.data
        data.firstLabel = number
        let labels = try data.classLabels(for: .list(sample), of: loaded, images.labels)
        if (try? labels.present(in: sample)) != nil { return (labels, number) }
      }
      throw error
    }
  }

  /// The start, and what differs from it in up to ``SweepCommand/depth`` parts, by size of input.
  private func points(
    from start: SweepPoint, channels: Int, built: (height: Int?, width: Int?)?
  ) -> [(point: SweepPoint, depth: Int)] {
    var depths = [start: 0]
    var frontier: [(point: SweepPoint, parts: Set<SweepPoint.Part>)] = [(start, [])]
    for depth in 1...command.depth {
      var next: [(point: SweepPoint, parts: Set<SweepPoint.Part>)] = []
      for (point, parts) in frontier {
        for part in SweepPoint.Part.allCases where !parts.contains(part) {
          for variant in point.variants(of: part, channels: channels, built: built)
          where depths[variant] == nil {
            depths[variant] = depth
            next.append((variant, parts.union([part])))
          }
        }
      }
      frontier = next
    }
    return depths.map { ($0.key, $0.value) }.sorted { left, right in
      // The start's own size first, then one size after another, each of which is a plan of its own.
      let places = [left, right].map { point, depth in
        point.size == start.size ? (0, 0, depth) : (point.size.height, point.size.width, depth)
      }
      return (places[0].0, places[0].1, places[0].2, left.0.options)
        < (places[1].0, places[1].1, places[1].2, right.0.options)
    }
  }

  private func load(_ size: InputSize?) throws -> Sized {
    let loaded = try Model(
      command.model.model, command.model.variant, weights: command.weights, trust: command.trust,
      height: size?.height, width: size?.width)
    let plan = try Plan(
      compiling: loaded.bound, batch: min(command.run.imagesPerThread, sample.images.count),
      threads: command.run.threads, exact: command.run.exact)
    return Sized(loaded: loaded, plan: plan)
  }

  private func evaluate(
    _ network: Sized, _ labels: ClassLabels, _ point: SweepPoint
  ) async throws -> EvaluationResult? {
    guard let preprocessing = point.preprocessing else { return nil }
    var evaluator = Evaluator(network.plan, preprocessing: preprocessing)
    evaluator.activations = [network.loaded.activation]
    evaluator.metrics = .init(further: command.expect.compactMap(\.guesses))
    do {
      return try await evaluator.evaluate(sample, labels: labels)
    } catch is PreprocessingError {
      return nil
    }
  }

  /// The result as it is, and under every order of labels.
  private func judged(
    _ result: EvaluationResult, _ point: SweepPoint, _ start: SweepPoint, _ depth: Int
  ) -> [SweepOutcome] {
    let change = point.changes(from: start)
    let gates = command.expect
    let numbers = gates.map { gate -> (MetricGate, Double, Accuracy?)? in
      gate.measured(in: result.metrics).map { value in
        (gate, value, gate.guesses.flatMap { result.accuracy[$0] })
      }
    }
    let plain = SweepOutcome(
      change: change, depth: depth, options: point.options, top1: result.accuracy.top1,
      top5: result.accuracy.top5, matches: measured(numbers).count { $0.fits } == numbers.count,
      isPartial: false, distance: distance(numbers), measured: measured(numbers))
    guard depth < command.depth else { return [plain] }
    return [plain]
      + LabelVariant.all(names: result.labels.names, offset: result.labels.offset).compactMap {
        variant in
        guard let top1 = variant.share(of: result.predictions, guesses: 1) else { return nil }
        // Loss and calibration need the scores, which are not kept.
        let numbers = gates.compactMap { gate -> (MetricGate, Double, Accuracy?)? in
          gate.guesses.flatMap { variant.share(of: result.predictions, guesses: $0) }
            .map { (gate, $0.value * 100, $0) }
        }
        guard !numbers.isEmpty else { return nil }
        return SweepOutcome(
          change: [change, variant.options].filter { !$0.isEmpty }.joined(separator: " "),
          depth: depth + 1, options: "\(point.options) \(variant.options)", top1: top1,
          top5: variant.share(of: result.predictions, guesses: 5),
          matches: measured(numbers).allSatisfy(\.fits),
          isPartial: numbers.count < gates.count, distance: distance(numbers),
          measured: measured(numbers))
      }
  }

  /// Whether a number may be the expected one: on all images to the last digit, on a sample within its 95 %
  /// interval.
  private func fits(_ gate: MetricGate, _ value: Double, _ accuracy: Accuracy?) -> Bool {
    if isWhole { return gate.passes(value) }
    guard let accuracy else { return abs(value - gate.value) <= max(gate.tolerance, 0.1 * value) }
    return gate.passes(value)
      || (accuracy.low * 100 - gate.tolerance...accuracy.high * 100 + gate.tolerance)
        .contains(gate.value)
  }

  /// The numbers with how far each may be from the expected one: on all images the tolerance, on a sample half
  /// of its interval more.
  private func measured(_ numbers: [(MetricGate, Double, Accuracy?)?]) -> [SweepNumber] {
    numbers.compactMap(\.self).map { gate, value, accuracy in
      let half =
        isWhole
        ? 0 : accuracy.map { ($0.high - $0.low) * 50 } ?? max(0, 0.1 * value - gate.tolerance)
      return SweepNumber(
        gate: gate, value: value, accuracy: accuracy, width: gate.tolerance + half,
        fits: fits(gate, value, accuracy))
    }
  }

  private func distance(_ numbers: [(MetricGate, Double, Accuracy?)?]) -> Double {
    numbers.reduce(0) { sum, number in
      guard let (gate, value, _) = number else { return .infinity }
      return sum + abs(value - gate.value) / max(abs(gate.value), 1e-9)
    }
  }
}

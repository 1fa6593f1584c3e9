public import Datasets
import Engine
public import Evaluation
import Models
import Networks
import Tensors

/// Looks for the protocol under which a network has the numbers that were published of it.
///
/// Starts from the protocol that the user believes in, and changes one part of it at a time, or up to ``depth``.
public struct ProtocolSearch: Sendable {
  /// The images that are scored.
  public let images: LabeledImages
  /// Whether these are all there are, so that a number must be met to its last digit.
  public let isWhole: Bool
  /// The published numbers.
  public let expected: [MetricGate]
  /// How many parts of the protocol may differ at once, 1 to 3.
  public var depth = 1
  /// Is told how many protocols are done.
  public var tell: @Sendable (StudyEvent) -> Void = { _ in }

  /// A search on `images`, all that there are or a sample of them.
  public init(_ images: LabeledImages, isWhole: Bool, expecting expected: [MetricGate]) {
    (self.images, self.isWhole, self.expected) = (images, isWhole, expected)
  }

  /// A network for one size of input.
  private typealias Sized = (model: Model, plan: Plan)

  /// Tries all.
  ///
  /// Labels that are no classes of the network as they stand are read as counting from 1, or from after
  /// the background, whichever fits; every outcome then says so.
  ///
  /// - Throws: ``StudyError/preprocessedAlready(directory:)``, and what `subject` and ``Evaluator`` throw.
  public func findings(on subject: some SearchedModel) async throws -> ProtocolFindings {
    guard images.preparedShape == nil else {
      throw StudyError.preprocessedAlready(directory: images.directory)
    }
    let first = try subject.network(for: nil)
    let (labels, firstLabel) = try labels(of: subject, first.model)
    let input = first.model.graph.input
    let ownSize = InputSize(input)
    var sized = [ownSize: first]
    let start = ProtocolPoint(try subject.preprocessing(for: first.model), size: ownSize)
    var outcomes: [ProtocolOutcome] = []
    let points = points(
      from: start, channels: input.channels, built: first.model.builtSize)
    let begin = ContinuousClock.now
    tell(.began(total: points.count, known: 0))
    for (index, (point, depth)) in points.enumerated() {
      let network: Sized
      if let known = sized[point.size] {
        network = known
      } else {
        // A size at which the network cannot be built is no protocol of it.
        guard let made = try? subject.network(for: point.size) else { continue }
        // Plans are large: one beside the first is kept.
        sized = [ownSize: first, point.size: made]
        network = made
      }
      guard let result = try await evaluate(network, labels, point) else { continue }
      outcomes += judged(result, point, depth)
      tell(.advanced(to: index + 1))
    }
    tell(.ended(done: points.count, in: begin.duration(to: .now)))
    if let firstLabel {
      for index in outcomes.indices { outcomes[index].firstLabel = firstLabel }
    }
    return ProtocolFindings(start: start, outcomes)
  }

  /// Which classes the labels stand for, and with which number they begin if that had to be found.
  private func labels(
    of subject: some SearchedModel, _ model: Model
  ) throws -> (ClassLabels, firstLabel: Int?) {
    let believed = try subject.labels(for: model, firstLabel: nil)
    do throws(EvaluationError) {
      _ = try believed.present(in: images)
      return (believed, nil)
    } catch {
      guard case .label = error, !subject.hasFirstLabel else { throw error }
      for number in [1, -1] {
        let labels = try subject.labels(for: model, firstLabel: number)
        if (try? labels.present(in: images)) != nil { return (labels, number) }
      }
      throw error
    }
  }

  /// The start, and what differs from it in up to ``depth`` parts, by size of input.
  private func points(
    from start: ProtocolPoint, channels: Int, built: (height: Int?, width: Int?)?
  ) -> [(point: ProtocolPoint, depth: Int)] {
    var met: Set = [start]
    var points: [(point: ProtocolPoint, depth: Int)] = [(start, 0)]
    var frontier: [(point: ProtocolPoint, parts: Set<ProtocolPoint.Part>)] = [(start, [])]
    for depth in 1...depth {
      var next: [(point: ProtocolPoint, parts: Set<ProtocolPoint.Part>)] = []
      for (point, parts) in frontier {
        for part in ProtocolPoint.Part.allCases where !parts.contains(part) {
          for variant in point.variants(of: part, channels: channels, built: built)
          where met.insert(variant).inserted {
            points.append((variant, depth))
            next.append((variant, parts.union([part])))
          }
        }
      }
      frontier = next
    }
    // The start's own size first, then one size after another, each of which is a plan of its own.
    return points.enumerated().sorted { left, right in
      let keys = [left, right].map { place, element in
        element.point.size == start.size
          ? (0, 0, place) : (element.point.size.height, element.point.size.width, place)
      }
      return keys[0] < keys[1]
    }.map(\.element)
  }

  private func evaluate(
    _ network: Sized, _ labels: ClassLabels, _ point: ProtocolPoint
  ) async throws -> EvaluationResult? {
    guard let preprocessing = point.preprocessing else { return nil }
    var evaluator = Evaluator(network.plan, preprocessing: preprocessing)
    evaluator.activations = [network.model.activation]
    evaluator.metrics = .init(further: expected.compactMap(\.guesses))
    do {
      return try await evaluator.evaluate(images, labels: labels)
    } catch is PreprocessingError {
      return nil
    }
  }

  /// The result as it is, and under every order of labels.
  private func judged(
    _ result: EvaluationResult, _ point: ProtocolPoint, _ depth: Int
  ) -> [ProtocolOutcome] {
    let plain = ProtocolOutcome(
      point, depth: depth, top1: result.accuracy.top1, top5: result.accuracy.top5,
      numbers: expected.map { gate in
        gate.measured(in: result.metrics).map { value in
          number(gate, value, gate.guesses.flatMap { result.accuracy[$0] })
        }
      })
    guard depth < self.depth else { return [plain] }
    let readings = LabelReading.all(names: result.labels.names, offset: result.labels.offset)
    return [plain]
      + readings.compactMap { reading in
        guard let top1 = reading.share(of: result.predictions, guesses: 1) else { return nil }
        // Loss and calibration need the scores, which are not kept.
        let numbers = expected.compactMap { gate in
          gate.guesses.flatMap { reading.share(of: result.predictions, guesses: $0) }
            .map { number(gate, $0.value * 100, $0) }
        }
        guard !numbers.isEmpty else { return nil }
        return ProtocolOutcome(
          point, labels: reading.kind, depth: depth + 1, top1: top1,
          top5: reading.share(of: result.predictions, guesses: 5), numbers: numbers,
          isPartial: numbers.count < expected.count)
      }
  }

  /// A number, with how far it may be from the expected one: on all images the tolerance, on a sample half of its
  /// 95 % interval more.
  private func number(_ gate: MetricGate, _ value: Double, _ accuracy: Accuracy?) -> ProtocolNumber
  {
    let half =
      isWhole
      ? 0 : accuracy.map { ($0.high - $0.low) * 50 } ?? max(0, 0.1 * value - gate.tolerance)
    return ProtocolNumber(
      gate: gate, value: value, accuracy: accuracy, width: gate.tolerance + half,
      fits: fits(gate, value, accuracy))
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
}

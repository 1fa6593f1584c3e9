public import Datasets
public import Engine
import Foundation
public import Networks
import Tensors

/// Scores compiled classifiers on labelled images.
///
/// Every thread takes the next batch, decodes it and runs it, so decoding and inference share the
/// machine without waiting for each other. Order and result do not depend on the threads.
public struct Evaluator: Sendable {
  /// The classifiers: one, or several that read the same input, for which each image is decoded once.
  public let plans: [Plan]
  /// How image files become their input.
  public let preprocessing: Preprocessing
  /// What makes probabilities of each one's outputs; a softmax, and of one output a sigmoid, unless it is
  /// told otherwise.
  public var activations: [OutputActivation]
  /// Is told, now and then and from any thread, how many images are done.
  public var progress: @Sendable (_ done: Int) -> Void = { _ in }
  /// Whether the logits of all images are kept.
  public var keepsLogits = false
  /// Is given each network's predictions of each batch as soon as they are there, from any thread, with the
  /// place of the first image.
  public var keep:
    (@Sendable (_ predictions: [Prediction], _ network: Int, _ first: Int) throws -> Void)?
  /// For each network, if any, what became of images before this run, by their places; the supply leaves
  /// out those that all networks have.
  public var known: [[Int: Prediction]] = []
  /// Is asked before each batch whether to end early.
  public var shouldStop: @Sendable () -> Bool = { false }
  /// How metrics are computed.
  public var metrics = ClassificationMetrics.Options()

  /// Creates an evaluator that decodes images by `preprocessing` and runs them through `plan`.
  public init(_ plan: Plan, preprocessing: Preprocessing) {
    plans = [plan]
    activations = [OutputActivation(outputs: plan.outputCount)]
    self.preprocessing = preprocessing
  }

  /// Creates an evaluator that decodes each image once and runs it through all of `plans`.
  ///
  /// - Throws: ``EvaluationError/differentInputs`` unless they read the same input in batches of one
  ///   size.
  public init(_ plans: [Plan], preprocessing: Preprocessing) throws(EvaluationError) {
    precondition(!plans.isEmpty, "no network to evaluate")
    let first = plans[0]
    guard
      plans.allSatisfy({
        $0.graph.input == first.graph.input && $0.graph.dataFormat == first.graph.dataFormat
          && $0.batch == first.batch
      })
    else { throw .differentInputs }
    self.plans = plans
    activations = plans.map { OutputActivation(outputs: $0.outputCount) }
    self.preprocessing = preprocessing
  }

  /// The places of the images that are known for all networks.
  public var knownPlaces: Set<Int> {
    known.dropFirst().reduce(into: Set(known.first?.keys.map(\.self) ?? [])) {
      $0.formIntersection($1.keys)
    }
  }

  /// Scores all images of a list.
  ///
  /// - Parameter labels: The class of the network for each class of the data set, if not the same.
  /// - Throws: ``EvaluationError`` when the classes do not fit, ``PreprocessingError`` when the
  ///   pipeline cannot make the network's input. An unreadable image is no error: it is listed in
  ///   the result.
  public func evaluate(
    _ data: LabeledImages, labels: ClassLabels? = nil
  ) async throws -> EvaluationResult {
    let classes = activations[0].classes(ofOutputs: plans[0].outputCount)
    let labels = try labels ?? ClassLabels(matching: data, classes: classes)
    return try await evaluate(
      ListedImages(data), labels: Array(repeating: labels, count: plans.count), notes: data.notes)[
        0]
  }

  /// Scores all images of a supply with every network.
  ///
  /// - Parameters:
  ///   - labels: For each network, which of its classes the labels stand for.
  ///   - notes: What a reader must know of how the images were listed.
  /// - Returns: A result for each network.
  /// - Throws: As ``evaluate(_:labels:)``; `CancellationError` after the batches at work where the task is cancelled.
  public func evaluate(
    _ supply: any ImageSupply, labels: [ClassLabels], notes: [String] = []
  ) async throws -> [EvaluationResult] {
    precondition(
      labels.count == plans.count && activations.count == plans.count,
      "\(labels.count) labels, \(activations.count) activations, \(plans.count) networks")
    guard plans.allSatisfy({ $0.statistics == .moving }) else {
      throw EvaluationError.batchStatistics
    }
    for (labels, activation) in zip(labels, activations)
    where labels.isMultiLabel && activation != .sigmoid {
      throw EvaluationError.noSigmoids(activation)
    }
    let cancellation = Cancellation()
    // The threads block while they work, which a thread of the task pool must not.
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        Thread {
          continuation.resume(
            with: Result { try evaluateBlocking(supply, labels, notes, cancellation) })
        }.start()
      }
    } onCancel: {
      cancellation.cancel()
    }
  }

  private func evaluateBlocking(
    _ supply: any ImageSupply, _ labels: [ClassLabels], _ notes: [String],
    _ cancellation: Cancellation
  ) throws -> [EvaluationResult] {
    let plan = plans[0]
    let preprocessor = try ImagePreprocessor(
      preprocessing, shape: plan.graph.input, format: plan.graph.dataFormat)
    let outcomes = OutcomeStore(networks: plans.count, expecting: supply.expectedCount)
    for place in knownPlaces {
      _ = outcomes.store(
        known.map { $0[place].map { [ImageOutcome(prediction: $0, logits: [])] } ?? [] }, at: place,
        after: nil)
    }
    let start = ContinuousClock.now
    try plan.runWorkers(plan.streams) { context in
      let worker = EvaluationWorker(
        preprocessor, plans, activations, labels: labels, keepingLogits: keepsLogits)
      while !cancellation.isCancelled, !shouldStop(),
        let (first, images) = try supply.take(plan.batch)
      {
        let before = ContinuousClock.now
        let finished = try worker.run(images, on: context)
        for (network, outcomes) in finished.enumerated() {
          try keep?(outcomes.map(\.prediction), network, first)
        }
        progress(outcomes.store(finished, at: first, after: before.duration(to: .now)))
      }
    }
    if cancellation.isCancelled { throw CancellationError() }
    if shouldStop() { throw EvaluationInterrupted(done: outcomes.done) }
    let duration = start.duration(to: .now)
    return plans.indices.map { network in
      EvaluationResult(
        source: supply.name, notes: notes, labels: labels[network],
        outcomes: outcomes.all(of: network), logitCount: plans[network].outputCount,
        activation: activations[network], options: metrics, duration: duration,
        latency: Latency(outcomes.times, batch: plan.batch))
    }
  }
}

/// An evaluation that was asked to end early.
public struct EvaluationInterrupted: Error {
  /// How many images were done, those of earlier runs included.
  public let done: Int
}

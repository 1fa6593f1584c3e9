public import Datasets
public import Engine
import Foundation
import Networks
import Tensors

/// Scores a compiled classifier on labelled images.
///
/// Every thread takes the next batch, decodes it and runs it, so decoding and inference share the
/// machine without waiting for each other. Order and result do not depend on the threads.
public struct Evaluator: Sendable {
  /// The classifier.
  public let plan: Plan
  /// How image files become its input.
  public let preprocessing: Preprocessing
  /// Is told, now and then and from any thread, how many images are done.
  public var progress: @Sendable (_ done: Int) -> Void = { _ in }
  /// Whether the logits of all images are kept.
  public var keepsLogits = false

  /// Creates an evaluator that decodes images by `preprocessing` and runs them through `plan`.
  public init(_ plan: Plan, preprocessing: Preprocessing) {
    self.plan = plan
    self.preprocessing = preprocessing
  }

  /// Scores all images.
  ///
  /// - Parameter labels: The class of the network for each class of the data set, if not the same.
  /// - Throws: ``EvaluationError`` when the classes do not fit, ``PreprocessingError`` when the
  ///   pipeline cannot make the network's input. An unreadable image is no error: it is listed in
  ///   the result.
  public func evaluate(
    _ data: LabeledImages, labels: ClassLabels? = nil
  ) async throws -> EvaluationResult {
    let labels = try labels ?? ClassLabels(matching: data, classes: plan.outputCount)
    guard plan.statistics == .moving else { throw EvaluationError.batchStatistics }
    // The threads block while they work, which a thread of the task pool must not.
    return try await withCheckedThrowingContinuation { continuation in
      Thread {
        continuation.resume(with: Result { try evaluateBlocking(data, labels) })
      }.start()
    }
  }

  private func evaluateBlocking(
    _ data: LabeledImages, _ labels: ClassLabels
  ) throws -> EvaluationResult {
    let preprocessor = try ImagePreprocessor(
      preprocessing, shape: plan.graph.input, format: plan.graph.dataFormat)
    let images = data.images
    let tiles = TileCounter((images.count + plan.batch - 1) / plan.batch)
    let outcomes = OutcomeStore(count: images.count)
    let start = ContinuousClock.now
    try plan.runWorkers(plan.streams) { context in
      var worker = EvaluationWorker(preprocessor, plan)
      while let tile = tiles.take() {
        let range = tile * plan.batch..<min((tile + 1) * plan.batch, images.count)
        let finished = try worker.run(
          images[range].map { ($0, labels.networkClass(of: $0.label)) }, on: context,
          keepingLogits: keepsLogits)
        progress(outcomes.store(finished, at: range.lowerBound))
      }
    }
    return EvaluationResult(
      data: data, labels: labels, outcomes: outcomes.all, logitCount: plan.outputCount,
      duration: start.duration(to: .now))
  }
}

/// Why a data set cannot be scored with a network.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
  /// The folder and the network have different numbers of classes.
  case classCount(folder: String, classes: Int, network: Int)
  /// The list of names has not one name for each class of the network.
  case nameCount(names: Int, network: Int)
  /// Two classes of the network have one name.
  case repeatedName(String)
  /// A class folder whose name is no class of the network.
  case unknownClass(folder: String, name: String)
  /// The plan takes the statistics of the batch, so images would influence each other.
  case batchStatistics

  /// What does not fit, and what to do.
  public var description: String {
    switch self {
    case .classCount(let folder, let classes, let network):
      "\(folder): \(classes) class folders, but the network has \(network) classes; "
        + "with --class-names, folders are matched by name"
        + (classes + 1 == network ? ", with --background-class, class 0 has no folder" : "")
    case .nameCount(let names, let network):
      "\(names) class names for a network of \(network) classes"
    case .repeatedName(let name): "the class name \(name) stands twice in the list"
    case .unknownClass(let folder, let name):
      "\(folder): the class folder \(name) is not among the class names"
    case .batchStatistics: "a plan with batch statistics cannot evaluate images one by one"
    }
  }
}

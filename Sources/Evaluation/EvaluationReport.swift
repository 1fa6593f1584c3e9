import Datasets
import Documents
import Engine
public import Foundation

/// An evaluation as it is kept: what was scored with what, the result, and, apart from these, the
/// conditions under which it ran.
///
/// Everything but ``conditions`` is the same whatever the threads or the batch, so two reports can
/// be compared byte for byte.
public struct EvaluationReport: Codable, Sendable, Hashable {
  /// What was scored with what.
  public var manifest: EvaluationManifest
  /// All metrics.
  public var metrics: ClassificationMetrics
  /// What suggests that labels and classes are in different orders, in words.
  public var suspicion: String?
  /// The images that could not be read, in the order of the data set.
  public var failures: [Failure]
  /// Every number that was expected, with what the result has; `nil` where none was.
  public var gates: [GateVerdict]?
  /// How the run was made; differs from run to run, and is lost where metrics are computed again.
  public var conditions: Conditions?

  /// Top-1, top-5 and other top-k.
  public var accuracy: TopKAccuracy { metrics.accuracy }

  /// An image that could not be read.
  public struct Failure: Codable, Sendable, Hashable {
    /// The path below the folder.
    public var path: String
    /// The kind of fault.
    public var kind: String
    /// The fault in words.
    public var reason: String
  }

  /// How a run was made.
  public struct Conditions: Codable, Sendable, Hashable {
    /// Images in one call of the engine, that is what a thread computes at once.
    public var batch: Int
    /// Images that may be in memory at once, over all threads, where the user was asked.
    public var imagesInMemory: Int?
    /// Threads that decoded and computed.
    public var threads: Int
    /// When the run ended.
    public var finished: Date
    /// The time from the first file to the last result.
    public var seconds: Double
    /// Images a second, decoding included.
    public var imagesPerSecond: Double
    /// How long batches took.
    public var latency: Latency
    /// The file of every image's prediction, if one was written, relative to the report's folder.
    public var predictions: String?
  }

  /// Computes a report of predictions, be they fresh or read again.
  public init(
    _ predictions: [Prediction], manifest: EvaluationManifest,
    options: ClassificationMetrics.Options = .init(), conditions: Conditions? = nil
  ) {
    var tally = ReportTally(of: manifest, options: options)
    for prediction in predictions { tally.add(prediction) }
    self = tally.report(conditions: conditions)
  }

  init(
    manifest: EvaluationManifest, metrics: ClassificationMetrics, suspicion: String?,
    failures: [Failure], conditions: Conditions?
  ) {
    (self.manifest, self.metrics, self.suspicion) = (manifest, metrics, suspicion)
    (self.failures, self.conditions) = (failures, conditions)
  }

  /// Reports what `evaluator` found of its network with index `network`.
  public init(
    _ result: EvaluationResult, by evaluator: Evaluator, network: Int = 0,
    model: EvaluationManifest.Model, weights: EvaluationManifest.Weights
  ) {
    let plan = evaluator.plans[network]
    // Whatever the caller says of the network, the probabilities are those that the evaluator made.
    var model = model
    model.outputActivation = evaluator.activations[network]
    self.init(
      result.predictions,
      manifest: EvaluationManifest(
        result, plan, evaluator.preprocessing, model: model, weights: weights),
      options: evaluator.metrics,
      conditions: Conditions(
        batch: plan.batch, threads: plan.threads, finished: Date(),
        seconds: result.duration / .seconds(1), imagesPerSecond: result.imagesPerSecond,
        latency: result.latency))
  }

  /// The report as JSON: sorted keys in snake case, dates as ISO 8601.
  public func json() throws -> Data { try JSONText.file(self) }

  /// Reads what ``json()`` wrote.
  public init(json data: Data) throws { self = try JSONText.decode(Self.self, from: data) }
}

public import Datasets
public import Engine
public import Evaluation
public import Networks

/// A checkpoint whose network is ready to be scored on labelled images.
public struct Contestant: Sendable {
  /// The network with its weights.
  public let model: Model
  /// The same, compiled.
  public let plan: Plan
  /// How image files become its input.
  public let preprocessing: Preprocessing
  /// Which of its classes the labels stand for.
  public let labels: ClassLabels
  /// What makes probabilities of its outputs.
  public let activation: OutputActivation

  /// Puts together what scores a checkpoint; the probabilities are made as the model says, unless `activation` is
  /// given.
  public init(
    _ model: Model, _ plan: Plan, preprocessing: Preprocessing, labels: ClassLabels,
    activation: OutputActivation? = nil
  ) {
    (self.model, self.plan, self.preprocessing) = (model, plan, preprocessing)
    (self.labels, self.activation) = (labels, activation ?? model.activation)
  }

  /// Compiles a model for `images`.
  ///
  /// - Parameters:
  ///   - normalization: What was done to pixels in training, where the file does not tell.
  ///   - batch: The images that are computed at once; it changes no result.
  /// - Throws: ``ModelError`` where this is no classifier of images, ``EvaluationError`` where classes do not fit.
  public init(
    _ model: Model, on images: LabeledImages, normalizedBy normalization: PixelNormalization? = nil,
    batch: Int = 32
  ) throws {
    let plan = try Plan(compiling: model.bound, batch: max(1, min(batch, images.images.count)))
    let preprocessing = try model.preprocessing(normalizedBy: normalization)
    let activation = try model.activation(isMultiLabel: images.isMultiLabel)
    let labels = try ClassLabels(
      matching: images, classes: model.classes, hasBackground: model.defaults.hasBackgroundClass)
    self.init(model, plan, preprocessing: preprocessing, labels: labels, activation: activation)
  }
}

extension Evaluator {
  /// Scores several at once, which read the same input.
  package init(_ group: [Contestant]) throws(EvaluationError) {
    try self.init(group.map(\.plan), preprocessing: group[0].preprocessing)
    activations = group.map(\.activation)
  }
}

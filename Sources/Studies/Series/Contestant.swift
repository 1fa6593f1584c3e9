public import Datasets
public import Engine
public import Evaluation
public import Models
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

  /// Compiles a model for `images`, as ``Model/evaluate(_:normalizedBy:batch:)`` does.
  ///
  /// - Parameters:
  ///   - normalization: What was done to pixels in training, where the file does not tell.
  ///   - batch: The images that are computed at once; it changes no result.
  /// - Throws: As ``Model/evaluate(_:normalizedBy:batch:)``.
  public init(
    _ model: Model, on images: LabeledImages, normalizedBy normalization: PixelNormalization? = nil,
    batch: Int = 32
  ) throws {
    self.init(
      model, try Plan(compiling: model.bound, batch: max(1, min(batch, images.images.count))),
      preprocessing: try model.preprocessing(normalizedBy: normalization),
      labels: try ClassLabels(
        matching: images, classes: model.classes,
        hasBackground: model.defaults.hasBackgroundClass),
      activation: try model.activation(isMultiLabel: images.isMultiLabel))
  }

  /// Whether it can be scored together with others: it reads the same input, and all their weights take at most
  /// `memory` bytes.
  func fits(into group: [Contestant], within memory: Int) -> Bool {
    guard let first = group.first else { return true }
    let size = MemoryLayout<Float>.stride
    let bytes = (group + [self]).reduce(0) { $0 + $1.model.graph.parameterCount * size }
    return bytes <= memory && first.preprocessing == preprocessing
      && first.model.graph.input == model.graph.input
  }

  /// What an evaluation on `images` will be of, before any of them is read.
  func manifest(
    planning images: LabeledImages, _ conditions: StudyConditions
  ) throws -> EvaluationManifest {
    var description = model.description
    description.outputActivation = activation
    var manifest = try EvaluationManifest(
      planning: images, labels: labels, plan, preprocessing, model: description,
      weights: model.weightsDescription())
    conditions.complete(&manifest)
    return manifest
  }
}

extension Evaluator {
  /// Scores several at once.
  init(_ group: [Contestant]) throws(EvaluationError) {
    try self.init(group.map(\.plan), preprocessing: group[0].preprocessing)
    activations = group.map(\.activation)
  }
}

import Datasets
import Evaluation
import Models
import Networks

/// A checkpoint in a study: beside which others it is scored, and what its evaluation will be of.
extension Contestant {
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

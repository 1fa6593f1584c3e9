import Binding
public import Datasets
public import Evaluation
public import Networks
import Tensors

// A model on images.
extension Model {
  /// How images become the network's input unless the user says otherwise, of a network that takes images and
  /// tells classes apart.
  ///
  /// - Throws: ``ModelError`` for any other.
  public func imageDefaults() throws(ModelError) -> InputDefaults {
    let input = graph[graph.inputs[0].value].shape
    let result = graph[graph.output].shape
    if graph.inputs.count != 1 {
      throw ModelError(file: file, reason: .severalInputs(graph.inputs.count))
    }
    let problem: String? =
      if !(2...3).contains(input.rank) {
        "the network reads \(input), which is no image"
      } else if result.rank != 1 {
        "the network gives \(result), not a number for each class"
      } else {
        nil
      }
    if let problem { throw ModelError(file: file, reason: .noClassifier(problem)) }
    return defaults
  }

  /// The pipeline from an image file to the network's input: the published one of a published model, else
  /// Keras's own.
  ///
  /// - Parameter normalization: What was done to pixels in training, where the file does not tell.
  /// - Throws: ``ModelError`` where nobody tells.
  public func preprocessing(normalizedBy normalization: PixelNormalization? = nil) throws
    -> Preprocessing
  {
    let defaults = try imageDefaults()
    if let pipeline = defaults.pipeline {
      return normalization.map(pipeline.scaledOnly) ?? pipeline
    }
    guard
      let normalization = normalization
        ?? defaults.normalization.flatMap(PixelNormalization.init(rawValue:))
    else { throw ModelError(file: file, reason: .unknownNormalization) }
    return try Preprocessing(
      preset: defaults.preset, crop: InputSize(graph.input), normalization: normalization)
  }

  /// What makes probabilities of its outputs where they are scored with such labels.
  ///
  /// - Parameters:
  ///   - isMultiLabel: Whether the labels are sets, each class a question of its own.
  ///   - answersQuestions: Whether the user says that each output answers a question of its own, of a
  ///   network of which no file tells how it ends.
  /// - Throws: ``EvaluationError`` for labels that are sets, and a network that does not end in sigmoids.
  public func activation(
    isMultiLabel: Bool, answersQuestions: Bool = false
  ) throws(EvaluationError) -> OutputActivation {
    guard isMultiLabel, activation != .sigmoid else { return activation }
    guard activation == .softmax, plan.statedActivation == nil else {
      throw .noSigmoids(activation)
    }
    guard answersQuestions else { throw .unknownEnd(file) }
    return .sigmoid
  }

  /// Scores all images of a list.
  ///
  /// - Parameters:
  ///   - data: The images and their labels.
  ///   - normalization: What was done to pixels in training, where the file does not tell.
  ///   - batch: The images that are computed at once; it changes no result.
  /// - Throws: ``ModelError`` where this is no classifier of images, ``EvaluationError`` where classes do not fit.
  public func evaluate(
    _ data: LabeledImages, normalizedBy normalization: PixelNormalization? = nil, batch: Int = 32
  ) async throws -> EvaluationResult {
    let contestant = try Contestant(self, on: data, normalizedBy: normalization, batch: batch)
    return try await Evaluator([contestant]).evaluate(data, labels: contestant.labels)
  }
}

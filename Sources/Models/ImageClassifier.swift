public import Datasets
import Engine
public import Evaluation
import Networks
import Tensors

/// The best classes of one image after another: a ``Model`` that is ready for images in memory.
///
///     let model = try Model(contentsOf: "flowers.keras")
///     let classifier = try ImageClassifier(model, normalizedBy: .unit)
///     let best = try classifier.guesses(bytes)[0]
///
/// The values are those of ``Model/evaluate(_:normalizedBy:batch:)``, to the bit.
public struct ImageClassifier: Sendable {
  private let plan: Plan
  private let preprocessor: ImagePreprocessor
  private let activation: OutputActivation

  /// Compiles the model for one image at a time.
  ///
  /// - Parameters:
  ///   - model: The network and its weights.
  ///   - normalization: What was done to pixels in training, where the file does not tell.
  ///   - threads: How many threads compute; the result does not depend on it.
  /// - Throws: ``ModelError`` where this is no classifier of images, or nobody tells how they were normalised.
  public init(
    _ model: Model, normalizedBy normalization: PixelNormalization? = nil, threads: Int = 1
  )
    throws
  {
    let preprocessing = try model.preprocessing(normalizedBy: normalization)
    preprocessor = try ImagePreprocessor(
      preprocessing, shape: model.graph.input, format: model.graph.dataFormat)
    plan = try Plan(compiling: model.bound, batch: 1, threads: threads, streams: 1)
    activation = model.activation
  }

  /// The most probable classes of the image whose file has these bytes, best first.
  ///
  /// - Parameters:
  ///   - bytes: A JPEG, PNG, GIF, BMP or WebP, as it would lie on disk.
  ///   - count: How many classes.
  /// - Throws: ``ImageError`` where the bytes are no image that the pipeline decodes.
  public func guesses(_ bytes: some Sequence<UInt8>, count: Int = 5) throws -> [Judgement.Guess] {
    let image = try preprocessor.tensor(of: .bytes(Array(bytes)))
    let logits = try plan.run(image)
    return Judgement.best(of: logits.row(0), count: count, activation: activation)
  }
}

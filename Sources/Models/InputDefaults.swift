public import Architectures
public import Datasets
public import Tensors

/// How images become a network's input where the user says nothing.
public struct InputDefaults: Sendable, Hashable {
  /// What the network is called.
  public let name: String
  /// The SHA-256 of the config that describes it, in hexadecimal; `nil` of one of our networks.
  public let config: String?
  /// The pipeline's name.
  public let preset: String
  /// The normalisation's name; `nil` where nobody knows how the images were normalised in training.
  public let normalization: String?
  /// Height and width of the input, in pixels; `nil` where the network does not tell.
  public let size: InputSize?
  /// Whether class 0 of the published weights is background.
  public let hasBackgroundClass: Bool
  /// The whole pipeline, where the file itself keeps it: a preset of KerasHub.
  public private(set) var pipeline: Preprocessing?

  /// Those of one of our networks; and of one that was built, its own input.
  public init(_ recipe: ModelRecipe, input: ImageShape? = nil) {
    let defaults = recipe.protocolDefaults
    self.init(
      name: recipe.identifier, preset: defaults.preset, normalization: defaults.normalization,
      size: input.map { InputSize($0) } ?? InputSize(square: defaults.inputSize),
      hasBackgroundClass: recipe.hasBackgroundClass)
  }

  /// Those of a network that a file describes: Keras's own pipeline, and of the normalisation only what layers
  /// of the network show.
  public init(
    name: String, config: String? = nil, preset: String = "keras-tf",
    normalization: String? = nil, input: ImageShape? = nil, hasBackgroundClass: Bool = false
  ) {
    self.init(
      name: name, config: config, preset: preset, normalization: normalization,
      size: input.map { InputSize($0) }, hasBackgroundClass: hasBackgroundClass)
  }

  /// Those of a preset of KerasHub, which keeps its own pipeline.
  init(name: String, config: String, pipeline: Preprocessing, input: ImageShape) {
    self.init(name: name, config: config, preset: pipeline.name, input: input)
    self.pipeline = pipeline
  }

  private init(
    name: String, config: String? = nil, preset: String, normalization: String?, size: InputSize?,
    hasBackgroundClass: Bool
  ) {
    self.name = name
    self.config = config
    self.preset = preset
    self.normalization = normalization
    self.size = size
    self.hasBackgroundClass = hasBackgroundClass
  }
}

public import Architectures

/// How images become a network's input where the user says nothing.
public struct InputDefaults: Sendable, Hashable {
  /// What the network is called.
  public let name: String
  /// The pipeline's name.
  public let preset: String
  /// The normalisation's name; `nil` where nobody knows how the images were normalised in training.
  public let normalization: String?
  /// Height and width of the input, in pixels; `nil` where the network does not tell.
  public let size: Int?
  /// Whether class 0 of the published weights is background.
  public let hasBackgroundClass: Bool

  /// Those of one of our networks.
  public init(_ recipe: ModelRecipe) {
    let defaults = recipe.protocolDefaults
    self.init(
      name: recipe.identifier, preset: defaults.preset, normalization: defaults.normalization,
      size: defaults.inputSize, hasBackgroundClass: recipe.hasBackgroundClass)
  }

  /// Those of a network that a file describes: Keras's own pipeline, and of the normalisation only what layers
  /// of the network show.
  public init(
    name: String, preset: String = "keras-tf", normalization: String? = nil, size: Int? = nil,
    hasBackgroundClass: Bool = false
  ) {
    self.name = name
    self.preset = preset
    self.normalization = normalization
    self.size = size
    self.hasBackgroundClass = hasBackgroundClass
  }
}

import Architectures

/// How images become a network's input where the user says nothing.
struct InputDefaults {
  /// What the network is called.
  let name: String
  /// The pipeline's name.
  let preset: String
  /// The normalisation's name; `nil` where nobody knows how the images were normalised in training.
  let normalization: String?
  /// Height and width of the input, in pixels; `nil` where the network does not tell.
  let size: Int?
  /// Whether class 0 of the published weights is background.
  let hasBackgroundClass: Bool

  /// Those of one of our networks.
  init(_ recipe: ModelRecipe) {
    let defaults = recipe.protocolDefaults
    self.init(
      name: recipe.identifier, preset: defaults.preset, normalization: defaults.normalization,
      size: defaults.inputSize, hasBackgroundClass: recipe.hasBackgroundClass)
  }

  /// Those of a network that a file describes: Keras's own pipeline, and of the normalisation only what layers
  /// of the network show.
  init(
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

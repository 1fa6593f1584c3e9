public import Networks
import Tensors

// Layers of KerasHub (0.32, Apache licence), which it has no config of: a preset's arguments tell them.

/// Patches of an image as a row of places, perhaps a token before them, and what is added at each place (KerasHub's
/// `ViTPatchingAndEmbedding`; Dosovitskiy and others 2020).
///
/// Input `H × W × 3`, output `places × C`. Weights: the token, `1 × 1 × C`, the kernel and perhaps the bias of the
/// patches, and what is added, `places × C`.
public struct EmbeddedPatches: Layer {
  /// Rows and columns of a patch.
  public var patch: [Int]
  /// The number of channels of a place.
  public var channels: Int
  /// Whether there is a token.
  public var hasToken: Bool
  /// Whether patches have a bias.
  public var hasBias: Bool

  /// `ViTPatchingAndEmbedding`.
  public var kerasClass: String { "ViTPatchingAndEmbedding" }

  /// Adds the convolution, the token and the sum.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard x.rank == 3, x.extents[0] % patch[0] == 0, x.extents[1] % patch[1] == 0 else {
      x.fail("cuts patches of \(patch[0])×\(patch[1]) out of \(x.shape)")
      return [x]
    }
    let token =
      hasToken ? variables(.classToken, [1, 1, channels], viewed: [1, channels]) : nil
    let convolution = Convolution(
      filters: channels, WindowSettings(patch, strides: patch), hasBias: hasBias)
    let map = convolution([x], variables.part(["patch_embedding"]))[0]
    guard map.rank == 3 else { return [x] }
    var places = map.reshaped([map.extents[0] * map.extents[1], channels])
    if let token { places = token.applying(.concatenate(axis: 0), [places]) }
    let positions = variables.part(["position_embedding"])(.embeddings, places.extents)
    return [places.zip(.add, positions)]
  }
}

extension EmbeddedPatches {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let patch = try settings.extents("patch_size", rank: 2) else {
      throw LayerError("has no patch_size")
    }
    self.init(
      patch: patch, channels: try settings.count("hidden_dim"),
      hasToken: try settings.truth("use_class_token") ?? true,
      hasBias: try settings.truth("use_patch_bias") ?? true)
  }
}

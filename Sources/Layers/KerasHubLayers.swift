public import Networks
import Tensors

// Layers of KerasHub (0.32, Apache licence), which no config has: a preset's arguments tell them.

/// Patches of an image as a row of places, perhaps tokens before them, and what is added at each place (KerasHub's
/// `ViTPatchingAndEmbedding`; Dosovitskiy and others 2020; and `DeiTEmbeddings`, Touvron and others 2020).
///
/// Input `H × W × 3`, output `places × C`. Weights: the tokens, `1 × 1 × C` each, the kernel and perhaps the bias of the
/// patches, and what is added, `places × C`, where there are two tokens behind an axis of 1.
public struct EmbeddedPatches: Layer {
  /// What stands before the patches.
  public enum Tokens: Sendable, Hashable {
    /// Nothing.
    case none
    /// The token of the class.
    case ofClass
    /// The token of the class, and that of a teacher's answer.
    case ofClassAndTeacher
  }

  /// Rows and columns of a patch.
  public var patch: [Int]
  /// The number of channels of a place.
  public var channels: Int
  /// What stands before the patches.
  public var tokens: Tokens
  /// Whether patches have a bias.
  public var hasBias: Bool

  /// `ViTPatchingAndEmbedding` or `DeiTEmbeddings`.
  public var kerasClass: String {
    tokens == .ofClassAndTeacher ? "DeiTEmbeddings" : "ViTPatchingAndEmbedding"
  }

  /// Adds the convolution, the tokens and the sum.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard x.rank == 3, x.extents[0] % patch[0] == 0, x.extents[1] % patch[1] == 0 else {
      x.fail("cuts patches of \(patch[0])×\(patch[1]) out of \(x.shape)")
      return [x]
    }
    let count = x.extents[0] / patch[0] * (x.extents[1] / patch[1])
    func token(_ role: VariableRole) -> Signal {
      variables(role, [1, 1, channels], viewed: [1, channels])
    }
    // Keras's order of the layer's own weights.
    var row: [Signal] = tokens == .none ? [] : [token(.classToken)]
    if tokens == .ofClassAndTeacher { row.append(token(.tokens)) }
    let places = [count + row.count, channels]
    var positions: Signal
    if tokens == .ofClassAndTeacher {
      positions = variables(.placeEmbedding, [1] + places, viewed: places)
    } else {
      positions = variables.part(["position_embedding"])(.embeddings, places)
    }
    let convolution = Convolution(
      filters: channels, WindowSettings(patch, strides: patch), hasBias: hasBias)
    let map = convolution([x], variables.part(["patch_embedding"]))[0]
    row.append(map.reshaped([count, channels]))
    let whole =
      row.count == 1 ? row[0] : row[0].applying(.concatenate(axis: 0), Array(row.dropFirst()))
    return [whole.zip(.add, positions)]
  }
}

extension EmbeddedPatches {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let patch = try settings.extents("patch_size", rank: 2) else {
      throw LayerError("has no patch_size")
    }
    let channels = try settings.count("hidden_dim")
    guard settings.className != "DeiTEmbeddings" else {
      self.init(patch: patch, channels: channels, tokens: .ofClassAndTeacher, hasBias: true)
      return
    }
    self.init(
      patch: patch, channels: channels,
      tokens: try settings.truth("use_class_token") ?? true ? .ofClass : .none,
      hasBias: try settings.truth("use_patch_bias") ?? true)
  }
}

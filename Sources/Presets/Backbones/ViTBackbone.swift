import JSON
import KerasConfigs

/// KerasHub's `ViTBackbone` (Dosovitskiy and others 2020): patches, perhaps a token before them, and transformer blocks.
///
/// Input `H × W × 3`, output `places × C`.
struct ViTBackbone {
  private let heads: Int
  private let hidden: Int
  private let wide: Int
  private let epsilon: Double
  private let attentionHasBias: Bool
  private let denseHasBias: Bool
  private let attentionDropout: Double

  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let patch = try arguments.patchSize()
    let layers = try arguments.count("num_layers")
    guard layers <= 1024 else { throw arguments.odd("num_layers") }
    let network = ViTBackbone(
      heads: try arguments.count("num_heads"), hidden: try arguments.count("hidden_dim"),
      wide: try arguments.count("mlp_dim"),
      epsilon: try arguments.number("layer_norm_epsilon", 1e-6),
      attentionHasBias: try arguments.truth("use_mha_bias", true),
      denseHasBias: try arguments.truth("use_mlp_bias", true),
      attentionDropout: try arguments.number("attention_dropout", 0))
    guard network.hidden >= network.heads else { throw arguments.odd("num_heads") }
    arguments.pass("dropout_rate")
    let x = writer.input("images", try arguments.imageShape())
    let places = x.layer(
      "ViTPatchingAndEmbedding", "vit_patching_and_embedding",
      [
        "patch_size": patch, "hidden_dim": .integer(network.hidden),
        "use_class_token": .truth(try arguments.truth("use_class_token", true)),
        "use_patch_bias": .truth(try arguments.truth("use_patch_bias", true)),
      ], channels: network.hidden, package: "keras_hub")
    writer.finish(
      places.block("vit_encoder", group: "layers/vi_t_encoder") { x in
        (0..<layers).reduce(x) { network.block($0, $1) }
          .layerNorm("ln", epsilon: network.epsilon, group: "layer_norm")
      })
  }

  private func block(_ input: WrittenValue, _ place: Int) -> WrittenValue {
    let group = "encoder_layers/" + input.writer.group("vi_t_encoder_block")
    return input.block("transformer_block_\(place + 1)", group: group) { input in
      let x = input.layerNorm("ln_1", epsilon: epsilon, group: "layer_norm_1")
      let attended = x.attending(
        heads: heads, width: hidden / heads, bias: attentionHasBias, dropout: attentionDropout)
      let sum = attended.operation("Add", "add", reading: [.value(attended), .value(input)])
      let changed = sum.layerNorm("ln_2", epsilon: epsilon, group: "layer_norm_2")
        .block("mlp", group: "mlp") { x in
          x.dense("dense_1", wide, bias: denseHasBias, activation: "gelu", group: "dense_1")
            .dense("dense_2", hidden, bias: denseHasBias, group: "dense_2")
        }
      return sum.operation("Add", "add", reading: [.value(sum), .value(changed)])
    }
  }
}

extension PresetArguments {
  /// Rows and columns of a patch, which may be written as one number.
  mutating func patchSize() throws(PresetError) -> ConfigValue {
    var patch: [Int]
    if let side = value("patch_size")?.integer {
      patch = [side, side]
    } else {
      patch = try integers("patch_size")
    }
    guard patch.count == 2, patch.allSatisfy({ (1...1024).contains($0) }) else {
      throw odd("patch_size")
    }
    return .list(patch.map { .integer($0) })
  }
}

/// KerasHub's `DeiTBackbone` (Touvron and others 2020): a ViT with a second token, for what a teacher says.
///
/// Input `H × W × 3`, output `places × C`.
struct DeiTBackbone {
  private let heads: Int
  private let hidden: Int
  private let wide: Int
  private let epsilon: Double
  private let attentionHasBias: Bool
  private let attentionDropout: Double

  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let layers = try arguments.count("num_layers")
    guard layers <= 1024 else { throw arguments.odd("num_layers") }
    let network = DeiTBackbone(
      heads: try arguments.count("num_heads"), hidden: try arguments.count("hidden_dim"),
      wide: try arguments.count("intermediate_dim"),
      epsilon: try arguments.number("layer_norm_epsilon", 1e-6),
      attentionHasBias: try arguments.truth("use_mha_bias", true),
      attentionDropout: try arguments.number("attention_dropout", 0))
    guard network.hidden >= network.heads else { throw arguments.odd("num_heads") }
    arguments.pass("dropout_rate")
    let places = writer.input("input_layer", try arguments.imageShape()).layer(
      "DeiTEmbeddings", "deit_patching_and_embedding",
      ["patch_size": try arguments.patchSize(), "hidden_dim": .integer(network.hidden)],
      channels: network.hidden, package: "keras_hub")
    writer.finish(
      places.block("deit_encoder", group: "layers/dei_t_encoder") { x in
        (0..<layers).reduce(x) { network.block($0, $1) }
          .layerNorm("ln", epsilon: network.epsilon, group: "layer_norm")
      })
  }

  private func block(_ input: WrittenValue, _ place: Int) -> WrittenValue {
    let group = "encoder_layers/" + input.writer.group("dei_t_encoder_block")
    return input.block("transformer_block_\(place + 1)", group: group) { input in
      let x = input.layerNorm("ln_1", epsilon: epsilon, group: "layer_norm_1")
      let attended = x.attending(
        heads: heads, width: hidden / heads, bias: attentionHasBias, dropout: attentionDropout)
      let sum = attended.operation("Add", "add", reading: [.value(attended), .value(input)])
      let changed = sum.layerNorm("ln_2", epsilon: epsilon, group: "layer_norm_2")
        .block("mlp", group: "mlp") { x in
          x.dense("dense", wide, activation: "gelu", group: "dense")
        }
        .block("output_layer", group: "output_layer") { x in
          x.dense("output", hidden, group: "dense")
        }
      return changed.operation("Add", "add", reading: [.value(changed), .value(sum)])
    }
  }
}

public import Binding

extension NameMap {
  /// The scopes of ``scopedPreActivation(_:)`` spelled with underscores, for Keras 3 allows no slash in
  /// the name of a layer: `block_layer0_regular_block1_conv2d_4`.
  ///
  /// The counters run through the network or restart in every block; the map serves both.
  public static func underscoredPreActivation(_ block: PreActivationResNet.Block) -> NameMap {
    switch block {
    case .regular: underscoredRegular
    case .bottleneck: underscoredBottleneck
    }
  }

  /// The same with a layer's role in its block in place of a number: `block_layer0_regular_block1_conv2`.
  public static func rolesPreActivation(_ block: PreActivationResNet.Block) -> NameMap {
    switch block {
    case .regular: rolesRegular
    case .bottleneck: rolesBottleneck
    }
  }

  private static let underscoredRegular: NameMap = [
    "stem/conv": "conv_initial",
    "stage{s}/block{b}/norm": "block_layer{s-2}_regular_block{b-1}_batch_normalization{#}",
    "stage{s}/block{b}/project": "block_layer{s-2}_regular_block{b-1}_conv2d{#}",
    "stage{s}/block{b}/first": "block_layer{s-2}_regular_block{b-1}_conv2d{#}",
    "stage{s}/block{b}/firstNorm": "block_layer{s-2}_regular_block{b-1}_batch_normalization{#}",
    "stage{s}/block{b}/second": "block_layer{s-2}_regular_block{b-1}_conv2d{#}",
    "head/norm": "batch_normalization{#}",
    "head/logits": "logits",
  ]

  private static let underscoredBottleneck: NameMap = [
    "stem/conv": "conv_initial",
    "stage{s}/block{b}/norm": "block_layer{s-2}_bottleneck_block{b-1}_batch_normalization{#}",
    "stage{s}/block{b}/project": "block_layer{s-2}_bottleneck_block{b-1}_conv2d{#}",
    "stage{s}/block{b}/reduce": "block_layer{s-2}_bottleneck_block{b-1}_conv2d{#}",
    "stage{s}/block{b}/reduceNorm":
      "block_layer{s-2}_bottleneck_block{b-1}_batch_normalization{#}",
    "stage{s}/block{b}/spatial": "block_layer{s-2}_bottleneck_block{b-1}_conv2d{#}",
    "stage{s}/block{b}/spatialNorm":
      "block_layer{s-2}_bottleneck_block{b-1}_batch_normalization{#}",
    "stage{s}/block{b}/expand": "block_layer{s-2}_bottleneck_block{b-1}_conv2d{#}",
    "head/norm": "batch_normalization{#}",
    "head/logits": "logits",
  ]

  private static let rolesRegular: NameMap = [
    "stem/conv": "conv_initial",
    "stage{s}/block{b}/norm": "block_layer{s-2}_regular_block{b-1}_bn1",
    "stage{s}/block{b}/project": "block_layer{s-2}_regular_block{b-1}_shortcut",
    "stage{s}/block{b}/first": "block_layer{s-2}_regular_block{b-1}_conv1",
    "stage{s}/block{b}/firstNorm": "block_layer{s-2}_regular_block{b-1}_bn2",
    "stage{s}/block{b}/second": "block_layer{s-2}_regular_block{b-1}_conv2",
    "head/norm": "batch_normalization{#}",
    "head/logits": "logits",
  ]

  private static let rolesBottleneck: NameMap = [
    "stem/conv": "conv_initial",
    "stage{s}/block{b}/norm": "block_layer{s-2}_bottleneck_block{b-1}_bn1",
    "stage{s}/block{b}/project": "block_layer{s-2}_bottleneck_block{b-1}_shortcut",
    "stage{s}/block{b}/reduce": "block_layer{s-2}_bottleneck_block{b-1}_conv1",
    "stage{s}/block{b}/reduceNorm": "block_layer{s-2}_bottleneck_block{b-1}_bn2",
    "stage{s}/block{b}/spatial": "block_layer{s-2}_bottleneck_block{b-1}_conv2",
    "stage{s}/block{b}/spatialNorm": "block_layer{s-2}_bottleneck_block{b-1}_bn3",
    "stage{s}/block{b}/expand": "block_layer{s-2}_bottleneck_block{b-1}_conv3",
    "head/norm": "batch_normalization{#}",
    "head/logits": "logits",
  ]
}

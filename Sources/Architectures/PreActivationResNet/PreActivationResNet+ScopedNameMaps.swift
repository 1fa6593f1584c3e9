public import Binding

extension NameMap {
  /// The names of this network's variables in a TensorFlow graph: a scope for each stage and block.
  ///
  /// The counters run through the whole graph (`block_layer1/regular_block0/conv2d_5`) or restart in
  /// every scope (`block_layer1/regular_block0/conv2d`); the map serves both.
  public static func scopedPreActivation(_ block: PreActivationResNet.Block) -> NameMap {
    switch block {
    case .regular: scopedRegularPreActivation
    case .bottleneck: scopedBottleneckPreActivation
    }
  }

  private static let scopedRegularPreActivation: NameMap = [
    "stem/conv": "conv_initial",
    "stage{s}/block{b}/norm": "block_layer{s-2}/regular_block{b-1}/batch_normalization{#}",
    "stage{s}/block{b}/project": "block_layer{s-2}/regular_block{b-1}/conv2d{#}",
    "stage{s}/block{b}/first": "block_layer{s-2}/regular_block{b-1}/conv2d{#}",
    "stage{s}/block{b}/firstNorm": "block_layer{s-2}/regular_block{b-1}/batch_normalization{#}",
    "stage{s}/block{b}/second": "block_layer{s-2}/regular_block{b-1}/conv2d{#}",
    "head/norm": "batch_normalization{#}",
    "head/logits": "logits",
  ]

  private static let scopedBottleneckPreActivation: NameMap = [
    "stem/conv": "conv_initial",
    "stage{s}/block{b}/norm": "block_layer{s-2}/bottleneck_block{b-1}/batch_normalization{#}",
    "stage{s}/block{b}/project": "block_layer{s-2}/bottleneck_block{b-1}/conv2d{#}",
    "stage{s}/block{b}/reduce": "block_layer{s-2}/bottleneck_block{b-1}/conv2d{#}",
    "stage{s}/block{b}/reduceNorm":
      "block_layer{s-2}/bottleneck_block{b-1}/batch_normalization{#}",
    "stage{s}/block{b}/spatial": "block_layer{s-2}/bottleneck_block{b-1}/conv2d{#}",
    "stage{s}/block{b}/spatialNorm":
      "block_layer{s-2}/bottleneck_block{b-1}/batch_normalization{#}",
    "stage{s}/block{b}/expand": "block_layer{s-2}/bottleneck_block{b-1}/conv2d{#}",
    "head/norm": "batch_normalization{#}",
    "head/logits": "logits",
  ]
}

extension ModelRecipe {
  /// The recipe with bottleneck blocks; `nil` where the kind of block is not the user's choice.
  public var withBottlenecks: ModelRecipe? {
    guard var network = network as? PreActivationResNet else { return nil }
    network.block = .bottleneck
    var recipe = self
    recipe.network = network
    if let map = ModelRecipe.preActivationNameMap(dialect, .bottleneck) { recipe.nameMap = map }
    return recipe
  }
}

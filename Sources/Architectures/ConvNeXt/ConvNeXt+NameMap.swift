public import Binding

extension NameMap {
  /// `keras.applications.ConvNeXtTiny` … `XLarge`, whose layers begin with the network's name, `tiny` … `xlarge`.
  ///
  /// Stem and reductions are models inside the model. The norm of a network without its head has a name of Keras's choice.
  public static func kerasConvNeXt(_ name: String) -> NameMap {
    [
      "stem/conv": "convnext_\(name)_stem/convnext_\(name)_stem_conv",
      "stem/norm": "convnext_\(name)_stem/convnext_\(name)_stem_layernorm",
      "reduction{s}/norm":
        "convnext_\(name)_downsampling_block_{s-1}/convnext_\(name)_downsampling_layernorm_{s-1}",
      "reduction{s}/conv":
        "convnext_\(name)_downsampling_block_{s-1}/convnext_\(name)_downsampling_conv_{s-1}",
      "stage{s}/block{b}/spatial": "convnext_\(name)_stage_{s}_block_{b}_depthwise_conv",
      "stage{s}/block{b}/norm": "convnext_\(name)_stage_{s}_block_{b}_layernorm",
      "stage{s}/block{b}/expand": "convnext_\(name)_stage_{s}_block_{b}_pointwise_conv_1",
      "stage{s}/block{b}/project": "convnext_\(name)_stage_{s}_block_{b}_pointwise_conv_2",
      "stage{s}/block{b}/scale": "convnext_\(name)_stage_{s}_block_{b}_layer_scale",
      "features": "layer_normalization{#}",
      "head/norm": "convnext_\(name)_head_layernorm",
      "head/logits": "convnext_\(name)_head_dense",
    ]
  }
}

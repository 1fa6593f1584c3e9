public import Binding

extension NameMap {
  /// `keras.applications.EfficientNetB0` … `B7`, of all versions; the normalisation has a name of Keras's choice.
  public static let kerasEfficientNet: NameMap = [
    "normalization": "normalization{#}",
    "stem/conv": "stem_conv",
    "stem/norm": "stem_bn",
    "stage{s}/block{b}/expand": "block{s}{b:a}_expand_conv",
    "stage{s}/block{b}/expandNorm": "block{s}{b:a}_expand_bn",
    "stage{s}/block{b}/spatial": "block{s}{b:a}_dwconv",
    "stage{s}/block{b}/spatialNorm": "block{s}{b:a}_bn",
    "stage{s}/block{b}/squeeze/reduce": "block{s}{b:a}_se_reduce",
    "stage{s}/block{b}/squeeze/expand": "block{s}{b:a}_se_expand",
    "stage{s}/block{b}/project": "block{s}{b:a}_project_conv",
    "stage{s}/block{b}/projectNorm": "block{s}{b:a}_project_bn",
    "last/conv": "top_conv",
    "last/norm": "top_bn",
    "head/logits": "predictions",
  ]

  /// `keras.applications.EfficientNetV2B0` … `B3`, `S`, `M` and `L`, of all versions.
  public static let kerasEfficientNetV2: NameMap = [
    "stem/conv": "stem_conv",
    "stem/norm": "stem_bn",
    "stage{s}/block{b}/expand": "block{s}{b:a}_expand_conv",
    "stage{s}/block{b}/expandNorm": "block{s}{b:a}_expand_bn",
    "stage{s}/block{b}/spatial": "block{s}{b:a}_dwconv2",
    "stage{s}/block{b}/spatialNorm": "block{s}{b:a}_bn",
    "stage{s}/block{b}/squeeze/reduce": "block{s}{b:a}_se_reduce",
    "stage{s}/block{b}/squeeze/expand": "block{s}{b:a}_se_expand",
    "stage{s}/block{b}/project": "block{s}{b:a}_project_conv",
    "stage{s}/block{b}/projectNorm": "block{s}{b:a}_project_bn",
    "last/conv": "top_conv",
    "last/norm": "top_bn",
    "head/logits": "predictions",
  ]
}

public import Binding

extension NameMap {
  /// `keras.applications.MobileNet`, of all versions.
  public static let kerasMobileNetV1: NameMap = [
    "stem/conv": "conv1",
    "stem/norm": "conv1_bn",
    "block{b}/depthwise": "conv_dw_{b}",
    "block{b}/depthwiseNorm": "conv_dw_{b}_bn",
    "block{b}/pointwise": "conv_pw_{b}",
    "block{b}/pointwiseNorm": "conv_pw_{b}_bn",
    "head/logits": "conv_preds",
  ]

  /// `keras.applications.MobileNetV2`, of all versions.
  public static let kerasMobileNetV2: NameMap = [
    "stem/conv": "Conv1",
    "stem/norm": "bn_Conv1",
    "first/depthwise": "expanded_conv_depthwise",
    "first/depthwiseNorm": "expanded_conv_depthwise_BN",
    "first/project": "expanded_conv_project",
    "first/projectNorm": "expanded_conv_project_BN",
    "block{b}/expand": "block_{b}_expand",
    "block{b}/expandNorm": "block_{b}_expand_BN",
    "block{b}/depthwise": "block_{b}_depthwise",
    "block{b}/depthwiseNorm": "block_{b}_depthwise_BN",
    "block{b}/project": "block_{b}_project",
    "block{b}/projectNorm": "block_{b}_project_BN",
    "last/conv": "Conv_1",
    "last/norm": "Conv_1_bn",
    "head/logits": "predictions",
  ]

  /// `keras.applications.MobileNetV3Small` and `Large` of Keras 3.
  public static let kerasMobileNetV3: NameMap = [
    "stem/conv": "conv",
    "stem/norm": "conv_bn",
    "first/depthwise": "expanded_conv_depthwise",
    "first/depthwiseNorm": "expanded_conv_depthwise_bn",
    "first/squeeze/reduce": "expanded_conv_squeeze_excite_conv",
    "first/squeeze/expand": "expanded_conv_squeeze_excite_conv_1",
    "first/project": "expanded_conv_project",
    "first/projectNorm": "expanded_conv_project_bn",
    "block{b}/expand": "expanded_conv_{b}_expand",
    "block{b}/expandNorm": "expanded_conv_{b}_expand_bn",
    "block{b}/depthwise": "expanded_conv_{b}_depthwise",
    "block{b}/depthwiseNorm": "expanded_conv_{b}_depthwise_bn",
    "block{b}/squeeze/reduce": "expanded_conv_{b}_squeeze_excite_conv",
    "block{b}/squeeze/expand": "expanded_conv_{b}_squeeze_excite_conv_1",
    "block{b}/project": "expanded_conv_{b}_project",
    "block{b}/projectNorm": "expanded_conv_{b}_project_bn",
    "last/conv": "conv_1",
    "last/norm": "conv_1_bn",
    "head/features": "conv_2",
    "head/logits": "logits",
  ]

  /// `keras.applications.MobileNetV3Small` and `Large` of Keras 2, and of the weights that Keras publishes.
  public static let keras2MobileNetV3: NameMap = [
    "stem/conv": "Conv",
    "stem/norm": "Conv/BatchNorm",
    "first/depthwise": "expanded_conv/depthwise",
    "first/depthwiseNorm": "expanded_conv/depthwise/BatchNorm",
    "first/squeeze/reduce": "expanded_conv/squeeze_excite/Conv",
    "first/squeeze/expand": "expanded_conv/squeeze_excite/Conv_1",
    "first/project": "expanded_conv/project",
    "first/projectNorm": "expanded_conv/project/BatchNorm",
    "block{b}/expand": "expanded_conv_{b}/expand",
    "block{b}/expandNorm": "expanded_conv_{b}/expand/BatchNorm",
    "block{b}/depthwise": "expanded_conv_{b}/depthwise",
    "block{b}/depthwiseNorm": "expanded_conv_{b}/depthwise/BatchNorm",
    "block{b}/squeeze/reduce": "expanded_conv_{b}/squeeze_excite/Conv",
    "block{b}/squeeze/expand": "expanded_conv_{b}/squeeze_excite/Conv_1",
    "block{b}/project": "expanded_conv_{b}/project",
    "block{b}/projectNorm": "expanded_conv_{b}/project/BatchNorm",
    "last/conv": "Conv_1",
    "last/norm": "Conv_1/BatchNorm",
    "head/features": "Conv_2",
    "head/logits": "Logits",
  ]
}

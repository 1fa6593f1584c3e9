public import Binding

extension NameMap {
  /// `keras.applications.NASNetMobile` and `NASNetLarge`, of all versions.
  public static let kerasNASNet: NameMap = [
    "stem/conv": "stem_conv1",
    "stem/norm": "stem_bn1",
    "stem{n}/adjust/even": "adjust_conv_1_stem_{n}",
    "stem{n}/adjust/odd": "adjust_conv_2_stem_{n}",
    "stem{n}/adjust/norm": "adjust_bn_stem_{n}",
    "stem{n}/reduce": "reduction_conv_1_stem_{n}",
    "stem{n}/reduceNorm": "reduction_bn_1_stem_{n}",
    "stem{n}/left{k}/conv{c}": "separable_conv_{c}_reduction_left{k}_stem_{n}",
    "stem{n}/left{k}/norm{c}": "separable_conv_{c}_bn_reduction_left{k}_stem_{n}",
    "stem{n}/right{k}/conv{c}": "separable_conv_{c}_reduction_right{k}_stem_{n}",
    "stem{n}/right{k}/norm{c}": "separable_conv_{c}_bn_reduction_right{k}_stem_{n}",
    "cell{n}/adjust/even": "adjust_conv_1_{n}",
    "cell{n}/adjust/odd": "adjust_conv_2_{n}",
    "cell{n}/adjust/project": "adjust_conv_projection_{n}",
    "cell{n}/adjust/norm": "adjust_bn_{n}",
    "cell{n}/reduce": "normal_conv_1_{n}",
    "cell{n}/reduceNorm": "normal_bn_1_{n}",
    "cell{n}/left{k}/conv{c}": "separable_conv_{c}_normal_left{k}_{n}",
    "cell{n}/left{k}/norm{c}": "separable_conv_{c}_bn_normal_left{k}_{n}",
    "cell{n}/right{k}/conv{c}": "separable_conv_{c}_normal_right{k}_{n}",
    "cell{n}/right{k}/norm{c}": "separable_conv_{c}_bn_normal_right{k}_{n}",
    "reduction{n}/adjust/project": "adjust_conv_projection_reduce_{n}",
    "reduction{n}/adjust/norm": "adjust_bn_reduce_{n}",
    "reduction{n}/reduce": "reduction_conv_1_reduce_{n}",
    "reduction{n}/reduceNorm": "reduction_bn_1_reduce_{n}",
    "reduction{n}/left{k}/conv{c}": "separable_conv_{c}_reduction_left{k}_reduce_{n}",
    "reduction{n}/left{k}/norm{c}": "separable_conv_{c}_bn_reduction_left{k}_reduce_{n}",
    "reduction{n}/right{k}/conv{c}": "separable_conv_{c}_reduction_right{k}_reduce_{n}",
    "reduction{n}/right{k}/norm{c}": "separable_conv_{c}_bn_reduction_right{k}_reduce_{n}",
    "head/logits": "predictions",
  ]
}

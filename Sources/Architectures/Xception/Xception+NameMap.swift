public import Binding

extension NameMap {
  /// `keras.applications.Xception`, of all versions: the convolutions beside the blocks have names of Keras's choice.
  public static let kerasXception: NameMap = [
    "stem/conv": "block1_conv1",
    "stem/norm": "block1_conv1_bn",
    "stem/conv2": "block1_conv2",
    "stem/norm2": "block1_conv2_bn",
    "block{b}/project": "conv2d{#}",
    "block{b}/projectNorm": "batch_normalization{#}",
    "block{b}/conv{c}": "block{b}_sepconv{c}",
    "block{b}/norm{c}": "block{b}_sepconv{c}_bn",
    "head/logits": "predictions",
  ]
}

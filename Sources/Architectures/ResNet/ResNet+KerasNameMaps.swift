public import Binding

extension NameMap {
  /// `keras.applications.ResNet50`, `101`, `152` since Keras 2.2.
  public static let kerasResNetV1: NameMap = [
    "stem/conv": "conv1_conv",
    "stem/norm": "conv1_bn",
    "stage{s}/block{b}/project": "conv{s}_block{b}_0_conv",
    "stage{s}/block{b}/projectNorm": "conv{s}_block{b}_0_bn",
    "stage{s}/block{b}/reduce": "conv{s}_block{b}_1_conv",
    "stage{s}/block{b}/reduceNorm": "conv{s}_block{b}_1_bn",
    "stage{s}/block{b}/spatial": "conv{s}_block{b}_2_conv",
    "stage{s}/block{b}/spatialNorm": "conv{s}_block{b}_2_bn",
    "stage{s}/block{b}/expand": "conv{s}_block{b}_3_conv",
    "stage{s}/block{b}/expandNorm": "conv{s}_block{b}_3_bn",
    "head/logits": "predictions",
  ]

  /// `keras.applications.ResNet50V2`, `101V2`, `152V2`.
  public static let kerasResNetV2: NameMap = [
    "stem/conv": "conv1_conv",
    "stage{s}/block{b}/norm": "conv{s}_block{b}_preact_bn",
    "stage{s}/block{b}/project": "conv{s}_block{b}_0_conv",
    "stage{s}/block{b}/reduce": "conv{s}_block{b}_1_conv",
    "stage{s}/block{b}/reduceNorm": "conv{s}_block{b}_1_bn",
    "stage{s}/block{b}/spatial": "conv{s}_block{b}_2_conv",
    "stage{s}/block{b}/spatialNorm": "conv{s}_block{b}_2_bn",
    "stage{s}/block{b}/expand": "conv{s}_block{b}_3_conv",
    "head/norm": "post_bn",
    "head/logits": "predictions",
  ]
}

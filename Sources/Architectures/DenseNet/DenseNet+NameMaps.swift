public import Binding

extension NameMap {
  /// `keras.applications.DenseNet121`, `169` and `201` of Keras 3.
  public static let kerasDenseNet: NameMap = [
    "stem/conv": "conv1_conv",
    "stem/norm": "conv1_bn",
    "stage{s}/block{b}/norm": "conv{s}_block{b}_0_bn",
    "stage{s}/block{b}/reduce": "conv{s}_block{b}_1_conv",
    "stage{s}/block{b}/reduceNorm": "conv{s}_block{b}_1_bn",
    "stage{s}/block{b}/spatial": "conv{s}_block{b}_2_conv",
    "transition{s}/norm": "pool{s}_bn",
    "transition{s}/conv": "pool{s}_conv",
    "head/norm": "bn",
    "head/logits": "predictions",
  ]

  /// The same of Keras 2, and of the weights that Keras publishes.
  public static let keras2DenseNet: NameMap = [
    "stem/conv": "conv1/conv",
    "stem/norm": "conv1/bn",
    "stage{s}/block{b}/norm": "conv{s}_block{b}_0_bn",
    "stage{s}/block{b}/reduce": "conv{s}_block{b}_1_conv",
    "stage{s}/block{b}/reduceNorm": "conv{s}_block{b}_1_bn",
    "stage{s}/block{b}/spatial": "conv{s}_block{b}_2_conv",
    "transition{s}/norm": "pool{s}_bn",
    "transition{s}/conv": "pool{s}_conv",
    "head/norm": "bn",
    "head/logits": "predictions",
  ]
}

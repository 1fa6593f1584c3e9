public import Binding

extension NameMap {
  /// `keras.applications.VGG16` and `VGG19`, of all versions.
  public static let kerasVGG: NameMap = [
    "stem/conv": "block1_conv1",
    "stem/conv{c}": "block1_conv{c}",
    "block{b}/conv{c}": "block{b}_conv{c}",
    "head/fc1": "fc1",
    "head/fc2": "fc2",
    "head/logits": "predictions",
  ]
}

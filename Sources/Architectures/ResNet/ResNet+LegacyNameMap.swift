public import Binding

extension NameMap {
  /// `keras.applications.ResNet50` before Keras 2.2.5, with names that go back to the Caffe model.
  public static let legacyKerasResNet50: NameMap = [
    "stem/conv": "conv1",
    "stem/norm": "bn_conv1",
    "stage{s}/block{b}/project": "res{s}{b:a}_branch1",
    "stage{s}/block{b}/projectNorm": "bn{s}{b:a}_branch1",
    "stage{s}/block{b}/reduce": "res{s}{b:a}_branch2a",
    "stage{s}/block{b}/reduceNorm": "bn{s}{b:a}_branch2a",
    "stage{s}/block{b}/spatial": "res{s}{b:a}_branch2b",
    "stage{s}/block{b}/spatialNorm": "bn{s}{b:a}_branch2b",
    "stage{s}/block{b}/expand": "res{s}{b:a}_branch2c",
    "stage{s}/block{b}/expandNorm": "bn{s}{b:a}_branch2c",
    "head/logits": "fc1000",
  ]
}

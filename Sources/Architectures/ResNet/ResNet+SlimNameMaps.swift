public import Binding

extension NameMap {
  /// TF-slim's `resnet_v1_50`, `101`, `152`; a batch norm is a scope of its convolution.
  public static func slimResNetV1(layers: Int) -> NameMap {
    let root = "resnet_v1_\(layers)"
    let unit = "\(root)/block{s-1}/unit_{b}/bottleneck_v1"
    return [
      "stem/conv": "\(root)/conv1",
      "stem/norm": "\(root)/conv1/BatchNorm",
      "stage{s}/block{b}/project": "\(unit)/shortcut",
      "stage{s}/block{b}/projectNorm": "\(unit)/shortcut/BatchNorm",
      "stage{s}/block{b}/reduce": "\(unit)/conv1",
      "stage{s}/block{b}/reduceNorm": "\(unit)/conv1/BatchNorm",
      "stage{s}/block{b}/spatial": "\(unit)/conv2",
      "stage{s}/block{b}/spatialNorm": "\(unit)/conv2/BatchNorm",
      "stage{s}/block{b}/expand": "\(unit)/conv3",
      "stage{s}/block{b}/expandNorm": "\(unit)/conv3/BatchNorm",
      "head/logits": "\(root)/logits",
    ]
  }

  /// TF-slim's `resnet_v2_50`, `101`, `152`.
  public static func slimResNetV2(layers: Int) -> NameMap {
    let root = "resnet_v2_\(layers)"
    let unit = "\(root)/block{s-1}/unit_{b}/bottleneck_v2"
    return [
      "stem/conv": "\(root)/conv1",
      "stage{s}/block{b}/norm": "\(unit)/preact",
      "stage{s}/block{b}/project": "\(unit)/shortcut",
      "stage{s}/block{b}/reduce": "\(unit)/conv1",
      "stage{s}/block{b}/reduceNorm": "\(unit)/conv1/BatchNorm",
      "stage{s}/block{b}/spatial": "\(unit)/conv2",
      "stage{s}/block{b}/spatialNorm": "\(unit)/conv2/BatchNorm",
      "stage{s}/block{b}/expand": "\(unit)/conv3",
      "head/norm": "\(root)/postnorm",
      "head/logits": "\(root)/logits",
    ]
  }
}

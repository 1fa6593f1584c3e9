public import Binding

extension NameMap {
  /// TensorFlow's official ResNet v1 with bottleneck blocks: one scope, and counters in it.
  public static let officialResNetV1: NameMap = [
    "stem/conv": "resnet_model/conv2d{#}",
    "stem/norm": "resnet_model/batch_normalization{#}",
    "stage{s}/block{b}/project": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/projectNorm": "resnet_model/batch_normalization{#}",
    "stage{s}/block{b}/reduce": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/reduceNorm": "resnet_model/batch_normalization{#}",
    "stage{s}/block{b}/spatial": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/spatialNorm": "resnet_model/batch_normalization{#}",
    "stage{s}/block{b}/expand": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/expandNorm": "resnet_model/batch_normalization{#}",
    "head/logits": "resnet_model/dense",
  ]
}

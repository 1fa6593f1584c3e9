public import Binding

extension NameMap {
  /// TensorFlow's official ResNet v2: one scope, and counters in it.
  public static let officialResNetV2: NameMap = [
    "stem/conv": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/norm": "resnet_model/batch_normalization{#}",
    "stage{s}/block{b}/project": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/first": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/firstNorm": "resnet_model/batch_normalization{#}",
    "stage{s}/block{b}/second": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/reduce": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/reduceNorm": "resnet_model/batch_normalization{#}",
    "stage{s}/block{b}/spatial": "resnet_model/conv2d{#}",
    "stage{s}/block{b}/spatialNorm": "resnet_model/batch_normalization{#}",
    "stage{s}/block{b}/expand": "resnet_model/conv2d{#}",
    "head/norm": "resnet_model/batch_normalization{#}",
    "head/logits": "resnet_model/dense",
  ]

  /// The ResNets of the package `classification_models`.
  public static let classificationModelsResNet: NameMap = [
    "stem/imageNorm": "bn_data",
    "stem/conv": "conv0",
    "stem/norm": "bn0",
    "stage{s}/block{b}/norm": "stage{s-1}_unit{b}_bn1",
    "stage{s}/block{b}/project": "stage{s-1}_unit{b}_sc",
    "stage{s}/block{b}/first": "stage{s-1}_unit{b}_conv1",
    "stage{s}/block{b}/firstNorm": "stage{s-1}_unit{b}_bn2",
    "stage{s}/block{b}/second": "stage{s-1}_unit{b}_conv2",
    "stage{s}/block{b}/reduce": "stage{s-1}_unit{b}_conv1",
    "stage{s}/block{b}/reduceNorm": "stage{s-1}_unit{b}_bn2",
    "stage{s}/block{b}/spatial": "stage{s-1}_unit{b}_conv2",
    "stage{s}/block{b}/spatialNorm": "stage{s-1}_unit{b}_bn3",
    "stage{s}/block{b}/expand": "stage{s-1}_unit{b}_conv3",
    "head/norm": "bn1",
    "head/logits": "fc1",
  ]
}

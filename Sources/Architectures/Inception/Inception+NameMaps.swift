public import Binding

extension NameMap {
  /// `keras.applications.InceptionV3`, of all versions: all but the head have names of Keras's choice, in order of
  /// creation.
  public static let kerasInceptionV3: NameMap = [
    "stem/conv": "conv2d{#}",
    "stem/norm": "batch_normalization{#}",
    "stem/conv{c}": "conv2d{#}",
    "stem/norm{c}": "batch_normalization{#}",
    "mixed{m}/branch{b}/conv{c}": "conv2d{#}",
    "mixed{m}/branch{b}/norm{c}": "batch_normalization{#}",
    "head/logits": "predictions",
  ]

  /// `keras.applications.InceptionResNetV2`, of all versions: only the convolutions that end a block, and what follows
  /// the last, have names of their own.
  public static let kerasInceptionResNetV2: NameMap = [
    "stem/conv": "conv2d{#}",
    "stem/norm": "batch_normalization{#}",
    "stem/conv{c}": "conv2d{#}",
    "stem/norm{c}": "batch_normalization{#}",
    "mixed_5b/branch{b}/conv{c}": "conv2d{#}",
    "mixed_5b/branch{b}/norm{c}": "batch_normalization{#}",
    "block35_{n}/branch{b}/conv{c}": "conv2d{#}",
    "block35_{n}/branch{b}/norm{c}": "batch_normalization{#}",
    "block35_{n}/expand": "block35_{n}_conv",
    "mixed_6a/branch{b}/conv{c}": "conv2d{#}",
    "mixed_6a/branch{b}/norm{c}": "batch_normalization{#}",
    "block17_{n}/branch{b}/conv{c}": "conv2d{#}",
    "block17_{n}/branch{b}/norm{c}": "batch_normalization{#}",
    "block17_{n}/expand": "block17_{n}_conv",
    "mixed_7a/branch{b}/conv{c}": "conv2d{#}",
    "mixed_7a/branch{b}/norm{c}": "batch_normalization{#}",
    "block8_{n}/branch{b}/conv{c}": "conv2d{#}",
    "block8_{n}/branch{b}/norm{c}": "batch_normalization{#}",
    "block8_{n}/expand": "block8_{n}_conv",
    "last/conv1": "conv_7b",
    "last/norm1": "conv_7b_bn",
    "head/logits": "predictions",
  ]
}

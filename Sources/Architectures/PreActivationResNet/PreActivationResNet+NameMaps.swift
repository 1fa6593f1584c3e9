public import Binding

extension NameMap {
  /// The names that Keras gives this network's layers: three of its author's, the rest numbered.
  ///
  /// `{#}` is the layer's place among the layers of the same base name, in order of creation; a
  /// file may start to count anywhere (`conv2d_14` in a process that built another model first).
  public static let kerasPreActivation: NameMap = [
    "stem/conv": "conv_initial",
    "stage{s}/block{b}/norm": "batch_normalization{#}",
    "stage{s}/block{b}/project": "conv2d{#}",
    "stage{s}/block{b}/first": "conv2d{#}",
    "stage{s}/block{b}/firstNorm": "batch_normalization{#}",
    "stage{s}/block{b}/second": "conv2d{#}",
    "stage{s}/block{b}/reduce": "conv2d{#}",
    "stage{s}/block{b}/reduceNorm": "batch_normalization{#}",
    "stage{s}/block{b}/spatial": "conv2d{#}",
    "stage{s}/block{b}/spatialNorm": "batch_normalization{#}",
    "stage{s}/block{b}/expand": "conv2d{#}",
    "head/norm": "batch_normalization{#}",
    "head/logits": "logits",
  ]
}

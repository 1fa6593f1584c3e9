public import Binding

extension NameMap {
  /// The names of the Caffe model, which every Keras port has kept.
  public static let squeezeNet: NameMap = [
    "stem/conv": "conv1",
    "fire{n}/squeeze": "fire{n}/squeeze1x1",
    "fire{n}/expand1x1": "fire{n}/expand1x1",
    "fire{n}/expand3x3": "fire{n}/expand3x3",
    "head/logits": "conv10",
  ]
}

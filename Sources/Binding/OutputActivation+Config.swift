import Checkpoints
import Networks

extension OutputActivation {
  /// What makes probabilities of a network's outputs: of one output a sigmoid, of several what the file's
  /// model has for its last activation, and without a config a softmax.
  init(outputs: Int, head: CheckpointLayer?, config: ModelConfig?) {
    self.init(outputs: outputs)
    guard outputs > 1, let config, let path = head.flatMap(config.path) else { return }
    if let last = config.lastActivation(from: path), let known = Self(rawValue: last) {
      self = known
    }
  }
}

extension ModelConfig {
  /// The activation that is applied last, by the layer at `path` or by one after it.
  fileprivate func lastActivation(from path: String) -> String? {
    var (place, found): (String?, String?) = (path, nil)
    for _ in layers.indices {
      guard let here = place, let layer = layers[here] else { break }
      switch layer.className {
      case "Softmax": found = "softmax"
      default: found = layer.settings["activation"] as? String ?? found
      }
      let readers = layers.filter { $0.value.inputs == [here] }
      place = readers.count == 1 ? readers.first?.key : nil
    }
    return found
  }
}

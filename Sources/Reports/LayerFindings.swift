import Verification

/// What was found in one layer.
struct LayerFindings {
  let layer: String
  var texts: [String]
  var isFault: Bool

  /// The layers in which something was found, in the order of their first finding: of weights, then of statistics.
  static func all(of check: NetworkCheck) -> [LayerFindings] {
    var layers: [LayerFindings] = []
    var places: [String: Int] = [:]
    func add(_ layer: String, _ text: String, isFault: Bool) {
      if let place = places[layer] {
        layers[place].texts.append(text)
        layers[place].isFault = layers[place].isFault || isFault
      } else {
        places[layer] = layers.count
        layers.append(LayerFindings(layer: layer, texts: [text], isFault: isFault))
      }
    }
    for lint in check.lints { add(lint.layer, lint.finding, isFault: lint.kind.isFault) }
    if let statistics = check.statistics {
      for norm in statistics.norms where norm.verdict != .fits {
        let text =
          norm.verdict == .suspicious
          ? statistics.finding(norm) : "may follow from what is wrong before it"
        add(norm.layer, text, isFault: true)
      }
    }
    return layers
  }
}

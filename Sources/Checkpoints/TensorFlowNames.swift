import TensorBundles

/// The layout of TensorFlow 1: every variable under its own name, scopes and all.
///
/// Nothing in the file tells the order of the model; layers are sorted by name, with numbers as
/// numbers.
struct TensorFlowNames {
  let bundle: TensorBundle
  /// Which values of a weight are listed where both it and its moving average were saved.
  let variables: CheckpointVariables

  func listing() -> CheckpointListing {
    var listing = CheckpointListing(format: .tensorFlowNames)
    listing.recordsLayerOrder = false
    let keys = Set(bundle.entries.map(\.key))
    var layers: [String: [TensorFlowVariable]] = [:]
    for entry in bundle.entries {
      let averaged = Self.averaged(entry.key)
      let variable = TensorFlowVariable(
        entry, name: variables == .averages ? averaged ?? entry.key : entry.key,
        isBigEndian: bundle.isBigEndian)
      if averaged != nil, variables == .raw {
        listing.leftOut.append(CheckpointLeftOut(path: entry.key, reason: .average, count: 1))
      } else if variables == .averages, keys.contains(entry.key + Self.average) {
        listing.leftOut.append(CheckpointLeftOut(path: entry.key, reason: .averaged, count: 1))
      } else if averaged == nil, Self.isTraining(entry, among: keys) {
        listing.leftOut.append(
          CheckpointLeftOut(path: entry.key, reason: .optimizerState, count: 1))
      } else if let variable {
        layers[variable.layer ?? "", default: []].append(variable)
      } else {
        listing.leftOut.append(CheckpointLeftOut(path: entry.key, reason: .notNumeric, count: 1))
      }
    }
    listing.layers = layers.keys.map { (key: NumberedName($0), name: $0) }
      .sorted { $0.key < $1.key }
      .map { _, name in
        CheckpointLayer(
          name: name.isEmpty ? nil : name, location: name.isEmpty ? "/" : name,
          tensors: TensorFlowVariable.tensors(layers[name, default: []]))
      }
    return listing
  }

  /// How `tf.train.ExponentialMovingAverage` ends the name of a weight's average.
  private static let average = "/ExponentialMovingAverage"

  /// The name of the weight whose moving average has the name `key`, if it is one's.
  private static func averaged(_ key: String) -> String? {
    guard key.hasSuffix(average), key.utf8.count > average.utf8.count else { return nil }
    return String(key.dropLast(average.count))
  }

  /// Whether a variable is the optimizer's or the training loop's.
  ///
  /// A slot is called after the variable that it belongs to: `conv/kernel/Momentum`.
  private static func isTraining(_ entry: TensorBundleEntry, among keys: Set<String>) -> Bool {
    let parts = entry.key.split(separator: "/")
    if parts.first == "training" { return true }
    if entry.shape.isEmpty, let last = parts.last {
      return counters.contains(String(last.removingNumber(after: "_")))
        || counters.contains(String(last))
    }
    // `kernel/Momentum`, and `kernel/Adam/m` of Keras's optimizers.
    return parts.indices.dropFirst().suffix(2).contains {
      keys.contains(parts[..<$0].joined(separator: "/"))
    }
  }

  /// Single numbers that optimizers and training loops of TensorFlow 1 and Keras 2 keep.
  private static let counters: Set<String> = [
    "global_step", "beta1_power", "beta2_power", "beta_1", "beta_2", "decay", "epsilon",
    "good_steps", "iter", "iteration", "iterations", "learning_rate", "loss_scale", "momentum",
    "rho",
    "save_counter",
  ]
}

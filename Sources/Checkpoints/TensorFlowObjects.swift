import Foundation
import TensorBundles

/// The layout of TensorFlow 2: every variable under the way to it through the model's attributes.
///
///     layer_with_weights-3/kernel/.ATTRIBUTES/VARIABLE_VALUE
///
/// The way has no names, but the graph of objects, which is stored too, has the variables' own:
/// `conv2d_3/kernel`. Layers are told by these.
struct TensorFlowObjects {
  let bundle: TensorBundle
  private let graph: ObjectGraph?

  private static let ending = "/.ATTRIBUTES/VARIABLE_VALUE"

  /// Takes the bundle, if its keys are of this layout.
  init?(_ bundle: TensorBundle) throws(TensorBundleError) {
    self.bundle = bundle
    graph = try ObjectGraph(of: bundle)
    guard graph != nil || bundle.entries.contains(where: { $0.key.hasSuffix(Self.ending) }) else {
      return nil
    }
  }

  func listing() -> CheckpointListing {
    var listing = CheckpointListing(format: .tensorFlowObjects)
    let copies = self.copies()
    let filter = TrainingObjects(keys: bundle.entries.map(\.key), slots: graph?.slotKeys ?? [])
    var found: [PlacedVariable] = []
    for entry in bundle.entries where entry.key != ObjectGraph.key {
      let place =
        entry.key.hasSuffix(Self.ending)
        ? String(entry.key.dropLast(Self.ending.count)) : entry.key
      let name = graph?.names[entry.key]
      let variable = TensorFlowVariable(
        entry, name: name ?? place, isBigEndian: bundle.isBigEndian)
      var reason = filter.reason(toLeaveOut: entry.key)
      if reason == nil, copies.contains(entry.key) { reason = .copy }
      if let variable, reason == nil {
        found.append(PlacedVariable(variable: variable, place: place, isNamed: name != nil))
      } else {
        listing.leftOut.append(
          CheckpointLeftOut(path: entry.key, reason: reason ?? .notNumeric, count: 1))
      }
    }
    let groups = PlacedVariable.layers(found)
    listing.layers = groups.map(\.layer)
    listing.recordsLayerOrder = groups.allSatisfy { $0.layer.ordinal != nil }
    return listing
  }

  /// The keys under which a SavedModel of Keras 3 has its variables once more.
  ///
  /// `variables/0` and `_all_variables/0` are the same objects to Keras and two to TensorFlow.
  private func copies() -> Set<String> {
    guard let names = graph?.names else { return [] }
    let marker = "_all_variables/"
    let others = Set(
      bundle.entries.filter { !$0.key.hasPrefix(marker) }.compactMap { VariableContent($0, names) })
    return Set(
      bundle.entries.filter { entry in
        entry.key.hasPrefix(marker) && VariableContent(entry, names).map(others.contains) ?? false
      }
      .map(\.key))
  }
}

/// A variable's name and values, the values told by their checksum.
private struct VariableContent: Hashable {
  let name: String
  let shape: [Int]
  let element: TensorBundleEntry.Element?
  let checksum: UInt32

  init?(_ entry: TensorBundleEntry, _ names: [String: String]) {
    guard let name = names[entry.key] else { return nil }
    self.name = name
    shape = entry.shape
    element = entry.element
    checksum = entry.checksum
  }
}

/// Which keys of a TensorFlow 2 checkpoint are what training left beside the weights.
private struct TrainingObjects {
  private let optimizers: Set<String>
  private let slots: Set<String>
  /// How deep among the objects an optimizer is looked for.
  private static let depth = 8

  init(keys: [String], slots: Set<String>) {
    // An optimizer may be any attribute; it is told by the steps that it counts.
    optimizers = Set(
      keys.compactMap { key in
        ["/_iterations/", "/iter/"].lazy.compactMap { key.range(of: $0) }.first
          .map { String(key[..<$0.lowerBound]) }
      })
    self.slots = slots
  }

  func reason(toLeaveOut key: String) -> CheckpointLeftOut.Reason? {
    let parts = key.split(separator: "/").map(String.init)
    // The shortest way to a weight of Keras 3 may lead through the optimizer's list of them.
    if parts.contains("_trainable_variables") { return nil }
    if slots.contains(key) || parts.contains(".OPTIMIZER_SLOT") || parts.first == "save_counter"
      || parts.contains("optimizer") || parts.contains("_optimizer")
      || parts.indices.prefix(Self.depth).contains(where: {
        optimizers.contains(parts[...$0].joined(separator: "/"))
      })
    {
      return .optimizerState
    }
    if parts.contains(where: Self.metrics.contains) { return .metricState }
    // The state of Keras 3's generators, and of `tf.random.Generator`, which Keras 2's augmentation holds.
    if parts.contains(where: { $0.removingNumber(after: "_") == "seed_generator" })
      || parts.contains("_state_var")
    {
      return .randomState
    }
    return nil
  }

  private static let metrics: Set<String> = [
    "_compile_loss", "_compile_metrics", "_loss_tracker", "_metrics", "compiled_loss",
    "compiled_metrics", "keras_api", "loss_tracker", "metrics",
  ]
}

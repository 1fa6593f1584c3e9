package import Wire

/// What TensorFlow 2 stores of the objects behind a checkpoint's keys (`TrackableObjectGraph`).
package struct ObjectGraph: Sendable {
  /// Where the graph itself is stored.
  package static let key = "_CHECKPOINTABLE_OBJECT_GRAPH"

  /// The variables' own names, `conv2d_3/kernel`, by the key of their values.
  package let names: [String: String]
  /// The keys of what optimizers keep for single variables, by the objects that say so.
  package let slotKeys: Set<String>

  /// Reads the graph of a bundle, or finds that it has none.
  package init?(of bundle: TensorBundle) throws(TensorBundleError) {
    guard let entry = bundle.entries.first(where: { $0.key == Self.key }),
      entry.element == .string, entry.shape.isEmpty
    else { return nil }
    let bytes = try bundle.strings(entry)[0]
    do throws(FormatFault) {
      try self.init(bytes[...])
    } catch {
      throw TensorBundleError(file: "\(bundle.prefix).index", object: Self.key, error)
    }
  }

  /// Decodes a `TrackableObjectGraph` (`trackable_object_graph.proto`).
  package init(_ proto: ArraySlice<UInt8>) throws(FormatFault) {
    let nodes = try ProtobufMessage(proto).messages(1)
    var names: [String: String] = [:]
    var keys: [[String]] = []
    var slots: Set<Int> = []
    for node in nodes {
      var own: [String] = []
      for attribute in try node.messages(2) {
        let key = try attribute.text(3)
        let name = try attribute.text(2)
        if !name.isEmpty { names[key] = name }
        own.append(key)
      }
      keys.append(own)
      for slot in try node.messages(3) { slots.insert(try slot.integer(3)) }
    }
    self.names = names
    slotKeys = Set(slots.filter(keys.indices.contains).flatMap { keys[$0] })
  }
}

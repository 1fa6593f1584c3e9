package import JSON

/// The settings of a layer, by Keras's names.
package struct LayerSettings: Sendable {
  /// All of them, as the config has them.
  package let value: JSONValue

  package init(_ value: JSONValue) { self.value = value }

  /// The setting of this name; `nil` where it is not written.
  package subscript(name: String) -> JSONValue? { value[name] }

  /// The names of all settings, in order.
  package var names: [String] { value.object.map { $0.map(\.name) } ?? [] }

  /// Settings that change no result: where weights came from, how they are trained, bookkeeping.
  package static let irrelevant: Set<String> = [
    "name", "trainable", "dtype", "build_config", "build_input_shape", "compile_config",
    "shared_object_id", "seed", "momentum", "synchronized", "autocast", "batch_input_shape",
    "batch_shape", "input_shape", "input_dtype", "fused", "lora_rank", "lora_alpha", "input_dim",
    "input_length",
  ]

  /// Endings of names of which the same is true.
  private static let irrelevantEndings = ["_initializer", "_regularizer", "_constraint", "_init"]

  /// The settings that say something and are not among `read`: whoever does not know them does not know
  /// what the layer computes.
  ///
  /// What is null, false or empty says nothing, whatever its name.
  package func unread(besides read: Set<String>) -> [String] {
    guard let members = value.object else { return [] }
    return members.compactMap { name, value in
      let isKnown =
        read.contains(name) || Self.irrelevant.contains(name)
        || Self.irrelevantEndings.contains(where: name.hasSuffix)
      return isKnown || Self.saysNothing(value) ? nil : name
    }
  }

  private static func saysNothing(_ value: JSONValue) -> Bool {
    switch value.kind {
    case .null: true
    case .truth: value.truth == false
    case .string: value.string?.isEmpty == true
    case .array: value.array?.first { _ in true } == nil
    case .object: value.object?.first { _ in true } == nil
    case .number: false
    }
  }
}

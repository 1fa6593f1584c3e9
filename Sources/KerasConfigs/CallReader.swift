import JSON

/// Reads one of a layer's `inbound_nodes`, in any of the dialects.
struct CallReader {
  /// The path of the layer, for the words of errors.
  let path: [String]

  func call(_ node: JSONValue) throws(KerasConfigError) -> LayerCall {
    if let arguments = node["args"] {
      // Keras 3: `{"args": […], "kwargs": {…}}`, tensors anywhere in both.
      var positional: [CallArgument] = []
      if let items = arguments.list { for item in items { positional.append(keras3(item)) } }
      let keywords = node["kwargs"]?.object.map { members in
        members.map { (name: $0.name, value: keras3($0.value)) }
      }
      return LayerCall(arguments: positional, keywords: keywords ?? [], isOfKeras3: true)
    }
    guard let parts = node.list.map(Array.init), let first = parts.first else {
      throw ModelReader.fault(path, "a call of an unknown form")
    }
    // Keras 2: `[["conv", 0, 0, {…}], …]`, or one such list by itself for an operation of TensorFlow.
    let isSingle = first.string != nil
    return try keras2(isSingle ? [node] : parts)
  }

  private func keras2(_ tensors: [JSONValue]) throws(KerasConfigError) -> LayerCall {
    var positional: [CallArgument] = []
    var keywords: [(name: String, value: CallArgument)] = []
    for tensor in tensors {
      let parts = tensor.list.map(Array.init) ?? []
      guard parts.count >= 3, let name = parts[0].string else {
        throw ModelReader.fault(path, "a call of an unknown form")
      }
      if name == "_CONSTANT_VALUE" {
        // `["_CONSTANT_VALUE", -1, 1.0, {…}]`: a constant comes first, as in 1 − x.
        positional.append(.constant(parts[2]))
      } else {
        guard let reference = Self.reference(tensor) else {
          throw ModelReader.fault(path, "reads '\(name)' in an unknown form")
        }
        positional.append(.tensor(reference))
      }
      // With a list of tensors the keywords stand beside each of them again.
      if keywords.isEmpty, parts.count > 3, let members = parts[3].object {
        keywords = members.map { (name: $0.name, value: keyword($0.value)) }
      }
    }
    return LayerCall(arguments: positional, keywords: keywords, isOfKeras3: false)
  }

  /// A keyword of Keras 2, in which `["conv", 0, 0]` is a tensor.
  private func keyword(_ value: JSONValue) -> CallArgument {
    if let reference = Self.reference(value) { return .tensor(reference) }
    guard let items = value.list else { return .constant(value) }
    let read = items.map(keyword)
    return read.contains { !$0.tensors.isEmpty } ? .list(read) : .constant(value)
  }

  /// An argument of Keras 3.
  private func keras3(_ value: JSONValue) -> CallArgument {
    if value["class_name"]?.string == "__keras_tensor__",
      let history = value["config"]?["keras_history"], let reference = Self.reference(history)
    {
      return .tensor(reference)
    }
    guard let items = value.list else { return .constant(value) }
    let read = items.map(keras3)
    return read.contains { !$0.tensors.isEmpty } ? .list(read) : .constant(value)
  }

  /// `["conv", 0, 0]`, with or without keywords behind it.
  static func reference(_ value: JSONValue) -> TensorReference? {
    guard let parts = value.list?.prefix(5).map(\.self), (3...4).contains(parts.count),
      let name = parts[0].string, let call = parts[1].integer, let tensor = parts[2].integer,
      parts.count == 3 || parts[3].object != nil
    else { return nil }
    return TensorReference(layer: name, call: call, tensor: tensor)
  }
}

import JSON
package import KerasConfigs
package import Networks

/// A layer that reads several values, or one or several.
package protocol ReadsSeveral: Layer {}

extension Merging: ReadsSeveral {}
extension Concatenate: ReadsSeveral {}
extension Dot: ReadsSeveral {}
extension Operator: ReadsSeveral {}

/// What a call of a layer passes, by the names of its parameters in Keras: `value`, `attention_mask`.
package struct LayerArguments: Sendable, Hashable {
  /// The parameter of each value that the layer reads; of several in a list, the same for all.
  package var names: [String] = []
  /// The parameters that are true.
  package var flags: Set<String> = []

  package init() {}

  /// Reads a call of what has the given parameters, in their order.
  ///
  /// - Throws: ``LayerError`` for another parameter, or a value of one that is none.
  package init(_ call: LayerCall, _ parameters: [String]) throws(LayerError) {
    // Keras 2 writes a list of tensors as so many arguments.
    let isList = parameters.first == "inputs"
    for (place, argument) in call.arguments.enumerated() {
      let own = isList && !call.isOfKeras3 ? 0 : place
      guard parameters.indices.contains(own) else {
        throw LayerError("is called on \(call.arguments.count) values")
      }
      try add(argument, parameters[own], call)
    }
    for (name, argument) in call.keywords {
      guard parameters.contains(name) || name == "training" else {
        throw LayerError("is called with \(name)")
      }
      try add(argument, name, call)
    }
  }

  private mutating func add(
    _ argument: CallArgument, _ name: String, _ call: LayerCall
  ) throws(LayerError) {
    switch argument {
    case .tensor: names.append(name)
    case .list(let items):
      for item in items {
        // An item that is null keeps the place of its list.
        if case .constant(let value) = item, value.isNull {
          names.append(name + "=null")
        } else {
          try add(item, name, call)
        }
      }
    case .constant(let value):
      // Keras 3 predicts in its own mode, whatever a call says; Keras 2 obeys.
      if name == "training", call.isOfKeras3 { return }
      switch value.truth {
      case true? where name != "training": flags.insert(name)
      case false?: break
      default:
        guard value.isNull else {
          throw LayerError("is called with \(name) = \(value.text.prefix(40))")
        }
      }
    }
  }

  /// The values of one parameter among those that a layer reads.
  func values(_ name: String, among inputs: [Signal]) -> [Signal] {
    var place = 0
    var found: [Signal] = []
    for other in names where !other.hasSuffix("=null") {
      if other == name, inputs.indices.contains(place) { found.append(inputs[place]) }
      place += 1
    }
    return found
  }

  /// The items of a list that a parameter takes, those that are null too.
  func list(_ name: String, among inputs: [Signal]) -> [Signal?] {
    var place = 0
    var found: [Signal?] = []
    for other in names {
      if other == name + "=null" { found.append(nil) }
      guard !other.hasSuffix("=null") else { continue }
      if other == name, inputs.indices.contains(place) { found.append(inputs[place]) }
      place += 1
    }
    return found
  }
}

extension LayerCatalog {
  /// The parameters with which Keras calls a class that takes more than its inputs; `nil` for any other.
  package static func arguments(of name: String, _ kerasVersion: Int) -> [String]? {
    switch name {
    case "Attention", "AdditiveAttention":
      ["inputs", "mask", "training", "return_attention_scores", "use_causal_mask"]
    case "MultiHeadAttention" where kerasVersion < 3:
      [
        "query", "value", "key", "attention_mask", "return_attention_scores", "training",
        "use_causal_mask",
      ]
    case "MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention":
      [
        "query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask",
        "return_attention_scores", "training", "use_causal_mask",
      ]
    default: nil
    }
  }
}

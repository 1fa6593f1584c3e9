import Foundation
import JSON
import KerasConfigs
import Networks

// What TensorFlow 2.0 to 2.3 calls TensorFlowOpLayer is one operation of a graph (`tf.compat.v1.NodeDef`): its
// operands are the call's values and, at places of their own, constants; what else it needs are attributes.
extension Operator {
  /// - Throws: ``LayerError`` for an operation that is not known, or an attribute that changes what it does.
  init(ofNode layer: KerasLayer, _ call: LayerCall) throws(LayerError) {
    let node = try NodeDefinition(layer.settings["node_def"])
    guard let rule = Self.nodes[node.operation] else {
      throw LayerError(
        "is the operation \(node.operation) of TensorFlow, which Assay does not know")
    }
    var next = 0
    var operands = call.arguments.flatMap { OperatorValue($0, next: &next).leaves }
    let constants = (layer.settings["constants"]?.object?.map { ($0.name, $0.value) } ?? [])
      .compactMap { name, value in Int(name).map { ($0, OperatorValue(value)) } }
    for (place, constant) in constants.sorted(by: { $0.0 < $1.0 }) {
      guard (0...operands.count).contains(place) else {
        throw LayerError("has a constant for operand \(place) of \(operands.count)")
      }
      operands.insert(constant, at: place)
    }
    var reading = NodeReading(operands: operands, node: node)
    let keywords = rule.keywords(&reading)
    if let unread = reading.unreadAttribute {
      throw LayerError(
        "has the attribute \(unread), which Assay does not know for \(node.operation)")
    }
    self.init(rule.name, kerasClass: layer.className, reading.operands, keywords)
  }
}

/// An operation and its attributes, as protocol buffers are written in JSON.
struct NodeDefinition {
  let operation: String
  private let attributes: JSONValue?

  init(_ written: JSONValue?) throws(LayerError) {
    var node = written
    if let text = written?.string { node = try? JSONDocument(text).root }
    guard let operation = node?["op"]?.string else {
      throw LayerError("has no node_def that is JSON: TensorFlow 2.0 wrote it as bytes")
    }
    self.operation = operation
    attributes = node?["attr"]
  }

  /// The names of the attributes that say more than types and counts.
  var names: [String] {
    let silent: Set = [
      "N", "num", "num_split", "_cloned", "_output_shapes", "Truncate", "dst_format",
    ]
    return (attributes?.object?.map { ($0.name, $0.value) } ?? []).compactMap { name, value in
      silent.contains(name) || value["type"] != nil && name != "DstT" ? nil : name
    }
  }

  /// An attribute, as the argument of an operator.
  func value(_ name: String) -> OperatorValue? {
    guard let value = attributes?[name] else { return nil }
    if let truth = value["b"]?.truth { return .truth(truth) }
    if let integer = value["i"] { return integer.protobufInteger.map { .number(Double($0)) } }
    if let number = value["f"]?.number { return .number(number) }
    if let text = value["s"]?.string {
      return Data(base64Encoded: text).map { .text(String(decoding: $0, as: UTF8.self)) }
    }
    // `DT_FLOAT` is what `float32` is called here.
    if let type = value["type"]?.string { return .text(type) }
    guard let list = value["list"] else { return .truth(false) }
    let integers = list["i"]?.list?.prefix(64).compactMap(\.protobufInteger) ?? []
    return .list(integers.map { .number(Double($0)) })
  }
}

/// A node while it is read: operands that become keywords are taken out, attributes are ticked off.
struct NodeReading {
  var operands: [OperatorValue]
  let node: NodeDefinition
  private var read: Set<String> = []

  init(operands: [OperatorValue], node: NodeDefinition) {
    self.operands = operands
    self.node = node
  }

  /// An attribute; protocol buffers leave out what is false, 0 or empty.
  mutating func attribute(_ name: String) -> OperatorValue? {
    read.insert(name)
    return node.value(name)
  }

  mutating func isTrue(_ name: String) -> Bool { attribute(name) == .truth(true) }

  /// A set of bits.
  mutating func mask(_ name: String) -> Int { attribute(name)?.integer ?? 0 }

  /// Takes an operand out.
  mutating func take(_ place: Int) -> OperatorValue {
    let index = place < 0 ? operands.count + place : place
    return operands.indices.contains(index) ? operands.remove(at: index) : .none
  }

  /// Leaves the operands as one list, as functions of several values have it.
  mutating func gather() { operands = [.list(operands)] }

  /// The first attribute that nobody has read and that is not what it is without being written.
  var unreadAttribute: String? {
    node.names.sorted().first { name in
      guard !read.contains(name) else { return false }
      return switch node.value(name) {
      case .truth(false), nil: false
      case .number(0): false
      case .list(let items): !items.isEmpty
      default: true
      }
    }
  }
}

extension OperatorValue {
  /// The values of a list in it, or itself.
  var leaves: [OperatorValue] {
    if case .list(let items) = self { return items.flatMap(\.leaves) }
    return [self]
  }
}

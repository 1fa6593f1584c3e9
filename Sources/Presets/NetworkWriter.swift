/// A functional model while it is written down: its layers and their calls, in the words in which Keras 3 saves one.
///
/// A preset holds the arguments of a class that builds the network in Python. Written out, it is a config like any
/// other, and goes the way of all of them.
final class NetworkWriter {
  /// A layer with its one call.
  struct Entry {
    let className: String
    let module: String
    /// The package in which the class is registered, if it is none of Keras's own.
    let package: String?
    let name: String
    /// Where its weights are in the group of the model around it, where its class does not tell.
    let group: String?
    let settings: [(name: String, value: ConfigValue)]
    /// The call's arguments, those that are values of other layers too.
    let arguments: [Argument]
    let keywords: [(name: String, value: ConfigValue)]
    /// The network inside, of a layer that is one.
    let inner: NetworkWriter?
  }

  /// What a call takes.
  enum Argument {
    case value(WrittenValue)
    case values([WrittenValue])
    case constant(ConfigValue)

    var values: [WrittenValue] {
      switch self {
      case .value(let value): [value]
      case .values(let values): values
      case .constant: []
      }
    }
  }

  /// The model's name.
  let name: String
  private var entries: [Entry] = []
  private var names: Set<String> = []
  private var inputs: [WrittenValue] = []
  private var outputs: [WrittenValue] = []

  /// The extents of the images, as the first input has them.
  private(set) var imageShape: [Int?] = []
  private var groups: [String: Int] = [:]
  /// Whether it is one of KerasHub's own layers, whose parts are attributes.
  let isBlock: Bool

  init(_ name: String, isBlock: Bool = false) {
    self.name = name
    self.isBlock = isBlock
  }

  /// The name of the first input.
  var inputName: String { inputs.first?.layer ?? "" }

  /// How many channels the network gives.
  var channels: Int { outputs.first?.channels ?? 0 }

  /// The name of the next group of a class that is KerasHub's own: `cba_block`, `cba_block_1`.
  func group(_ stem: String) -> String {
    let number = groups[stem, default: 0]
    groups[stem] = number + 1
    return number == 0 ? stem : "\(stem)_\(number)"
  }

  /// Images of the given extents, rows, columns and channels; an open extent is `nil`.
  func input(_ name: String, _ shape: [Int?]) -> WrittenValue {
    imageShape = shape
    let extents = shape.map { $0.map { ConfigValue.integer($0) } ?? .null }
    let value = add(
      Entry(
        className: "InputLayer", module: "keras.layers", package: nil, name: name, group: nil,
        settings: [("batch_shape", .list([.null] + extents)), ("dtype", "float32")], arguments: [],
        keywords: [], inner: nil), channels: shape.last.flatMap(\.self) ?? 3)
    inputs.append(value)
    return value
  }

  /// What the network gives.
  func finish(_ output: WrittenValue) { outputs = [output] }

  /// Adds a layer, whose name must be the only one of its kind: Keras numbers those that have none.
  func add(_ entry: Entry, channels: Int) -> WrittenValue {
    entries.append(entry)
    names.insert(entry.name)
    return WrittenValue(writer: self, layer: entry.name, tensor: 0, channels: channels)
  }

  /// A name that no layer has: `activation`, `activation_1`.
  func numbered(_ stem: String) -> String {
    var number = 0
    while names.contains(number == 0 ? stem : "\(stem)_\(number)") { number += 1 }
    return number == 0 ? stem : "\(stem)_\(number)"
  }

  /// The config, its layers in the order of Keras's `model.layers`.
  var json: String {
    #"{"module": "keras.src.models.functional", "class_name": "Functional", "config": \#(body), "#
      + #""registered_name": "Functional"}"#
  }

  private var body: String {
    let layers = ordered.map(\.json).joined(separator: ",\n")
    // Of a functional model inside, Keras counts its own construction as a call in these two, and only there.
    let models = Set(entries.filter { $0.inner != nil }.map(\.name))
    func references(_ values: [WrittenValue]) -> String {
      values.map {
        "[\(ConfigValue.quoted($0.layer)), \(models.contains($0.layer) ? 1 : 0), \($0.tensor)]"
      }.joined(separator: ", ")
    }
    return
      #"{"name": \#(ConfigValue.quoted(name)), "layers": [\#(layers)], "input_layers": [\#(references(inputs))], "#
      + #""output_layers": [\#(references(outputs))]}"#
  }

  /// The layers by their distance from the output, deepest first, those of one distance by when a search from the
  /// output meets them (`map_graph` in `keras/src/ops/function.py`): the order in which Keras numbers groups of weights.
  private var ordered: [Entry] {
    var places: [String: Int] = [:]
    for (place, entry) in entries.enumerated() { places[entry.name] = place }
    func inputs(of place: Int) -> [Int] {
      entries[place].arguments.flatMap(\.values).compactMap { places[$0.layer] }
    }
    var (met, seen): ([Int], Set<Int>) = ([], [])
    var stack = outputs.compactMap { places[$0.layer] }
    while let place = stack.popLast() {
      guard seen.insert(place).inserted else { continue }
      met.append(place)
      stack += inputs(of: place).reversed()
    }
    // Layers are added after those that they read.
    var depth = Array(repeating: 0, count: entries.count)
    for place in entries.indices.reversed() where seen.contains(place) {
      for input in inputs(of: place) { depth[input] = max(depth[input], depth[place] + 1) }
    }
    return met.enumerated()
      .sorted { (-depth[$0.element], $0.offset) < (-depth[$1.element], $1.offset) }
      .map { entries[$0.element] }
  }
}

/// A value of a network that is written down.
struct WrittenValue {
  let writer: NetworkWriter
  /// The layer that gives it.
  let layer: String
  /// Which of the layer's results.
  let tensor: Int
  /// How many channels it has.
  let channels: Int
}

extension NetworkWriter.Entry {
  fileprivate var json: String {
    let own = ["name"] + settings.map(\.name)
    let values = [ConfigValue.text(name).json] + settings.map(\.value.json)
    let isOperator = module.hasPrefix("keras.src.ops")
    var members = zip(own, values).map { "\"\($0)\": \($1)" }
    if !isOperator { members.append(#""trainable": true"#) }
    let config = inner.map(\.config) ?? "{" + members.joined(separator: ", ") + "}"
    let registered =
      package.map { ConfigValue.quoted("\($0)>\(className)") }
      ?? (isOperator ? ConfigValue.quoted(className) : "null")
    let calls = className == "InputLayer" ? "" : call
    return #"{"module": "\#(module)", "class_name": "\#(className)", "config": \#(config), "#
      + #""registered_name": \#(registered), "name": \#(ConfigValue.quoted(name)), "#
      + (group.map { #""group": \#(ConfigValue.quoted($0)), "# } ?? "")
      + #""inbound_nodes": [\#(calls)]}"#
  }

  private var call: String {
    let arguments = arguments.map { argument in
      switch argument {
      case .value(let value): value.json
      case .values(let values): "[" + values.map(\.json).joined(separator: ", ") + "]"
      case .constant(let constant): constant.json
      }
    }
    let keywords = keywords.map { "\"\($0.name)\": \($0.value.json)" }
    return
      #"{"args": [\#(arguments.joined(separator: ", "))], "kwargs": {\#(keywords.joined(separator: ", "))}}"#
  }
}

extension NetworkWriter {
  fileprivate var config: String { body }
}

extension WrittenValue {
  fileprivate var json: String {
    #"{"class_name": "__keras_tensor__", "config": {"keras_history": [\#(ConfigValue.quoted(layer)), 0, \#(tensor)]}}"#
  }
}

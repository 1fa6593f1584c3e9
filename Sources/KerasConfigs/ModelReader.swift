import JSON

/// Reads models and their layers, counting them: a short text can describe a great many.
struct ModelReader {
  private var layerCount = 0

  /// The model that `value`, `{"class_name": …, "config": …}`, describes.
  mutating func model(_ value: JSONValue, path: [String]) throws(KerasConfigError) -> KerasModel {
    guard path.count <= KerasConfig.Limits.depth else {
      throw Self.fault(path, "models lie more than \(KerasConfig.Limits.depth) deep")
    }
    guard let config = value["config"] else { throw Self.fault(path, "a model without a config") }
    // Keras 1, and 2 before 2.2.3, wrote the list of layers itself for a Sequential.
    guard let entries = (config["layers"] ?? config).list else {
      throw Self.fault(path, "a model without a list of layers")
    }
    let isSequential = value["class_name"]?.string == "Sequential"
    var layers: [KerasLayer] = []
    var names: Set<String> = []
    var isOfKeras3 = false
    for entry in entries {
      let layer = try layer(entry, below: path)
      guard names.insert(layer.name).inserted else {
        throw Self.fault(path + [layer.name], "two layers have this name")
      }
      isOfKeras3 = isOfKeras3 || layer.calls.contains(where: \.isOfKeras3)
      layers.append(layer)
    }
    let name = config["name"]?.string ?? path.last ?? ""
    if isSequential {
      return KerasModel(
        kind: .sequential, name: name, layers: layers,
        inputs: layers.first.map { [TensorReference(layer: $0.name)] } ?? [],
        outputs: layers.last.map { [TensorReference(layer: $0.name)] } ?? [],
        builtExtents: Self.builtExtents(value, config))
    }
    let counting = CallCounting(layers, isOfKeras3: isOfKeras3)
    let model = KerasModel(
      kind: .functional, name: name,
      layers: layers.map(counting.fromZero),
      inputs: try Self.references(config["input_layers"], path).map(counting.end),
      outputs: try Self.references(config["output_layers"], path).map(counting.end))
    try Self.check(model, path)
    return model
  }

  /// The extents that a Sequential without an input layer was built for.
  private static func builtExtents(_ value: JSONValue, _ config: JSONValue) -> [Int?]? {
    let written = config["build_input_shape"] ?? value["build_config"]?["input_shape"]
    return written?.list.map { $0.prefix(16).map(\.integer) }
  }

  private mutating func layer(
    _ entry: JSONValue, below parents: [String]
  ) throws(KerasConfigError) -> KerasLayer {
    layerCount += 1
    guard layerCount <= KerasConfig.Limits.layers else {
      throw KerasConfigError(problem: "it has more than \(KerasConfig.Limits.layers) layers")
    }
    guard let written = entry["class_name"]?.string, let config = entry["config"] else {
      throw Self.fault(parents, "a layer without class_name or config")
    }
    // The entry's own name counts; a Sequential's entries have none but the layer's.
    guard let name = entry["name"]?.string ?? config["name"]?.string, !name.isEmpty else {
      throw Self.fault(parents, "a \(written) without a name")
    }
    let path = parents + [name]
    let module = entry["module"]?.string
    let registered = entry["registered_name"]?.string
    let isForeign =
      Self.isOfAPackage(written) || registered.map(Self.isOfAPackage) ?? false
      || module.map { !Self.isOfKeras($0) } ?? false
    var calls: [LayerCall] = []
    if let nodes = entry["inbound_nodes"], !nodes.isNull {
      guard let nodes = nodes.list else { throw Self.fault(path, "inbound_nodes is no list") }
      for node in nodes { calls.append(try CallReader(path: path).call(node)) }
    }
    let isModel = !isForeign && KerasConfig.isModel(written, registeredName: registered)
    return KerasLayer(
      name: name, className: written.split(separator: ">").last.map(String.init) ?? written,
      module: module, isForeign: isForeign,
      package: Self.package(of: registered) ?? Self.package(of: written),
      settings: LayerSettings(config), calls: calls,
      model: isModel ? try model(entry, path: path) : nil, group: entry["group"]?.string)
  }

  /// Whether a name is of a class that was registered in a package of somebody's own; `Custom>` is where
  /// tf-keras puts the layers of Keras itself that it does not export.
  private static func isOfAPackage(_ name: String) -> Bool {
    guard let cut = name.firstIndex(of: ">") else { return false }
    let own: Set<String> = ["CustomScaleLayer", "LayerScale"]
    return !own.contains(String(name[name.index(after: cut)...]))
  }

  /// The package in a name that a class was registered by.
  private static func package(of registered: String?) -> String? {
    guard let registered, let cut = registered.firstIndex(of: ">") else { return nil }
    return String(registered[..<cut])
  }

  /// Whether a module is Keras's, under any of the names that it has had.
  private static func isOfKeras(_ module: String) -> Bool {
    ["keras", "tf_keras", "tensorflow", "builtins"].contains {
      module == $0 || module.hasPrefix("\($0).")
    }
  }

  /// The tensors of `input_layers` or `output_layers`: one by itself, a list, or by name.
  private static func references(
    _ value: JSONValue?, _ path: [String]
  ) throws(KerasConfigError) -> [TensorReference] {
    guard let value else { return [] }
    if let reference = CallReader.reference(value) { return [reference] }
    var found: [TensorReference] = []
    if let items = value.list {
      for item in items { found += try references(item, path) }
    } else if let members = value.object {
      for member in members { found += try references(member.value, path) }
    } else {
      throw fault(path, "its inputs or outputs are no tensors of layers")
    }
    return found
  }

  /// Every reference must lead to a call that exists.
  private static func check(_ model: KerasModel, _ path: [String]) throws(KerasConfigError) {
    for layer in model.layers {
      for reference in layer.calls.flatMap(\.tensors) {
        try check(reference, in: model, path + [layer.name])
      }
    }
    for reference in model.inputs + model.outputs { try check(reference, in: model, path) }
    guard !model.outputs.isEmpty else { throw fault(path, "a model without outputs") }
  }

  private static func check(
    _ reference: TensorReference, in model: KerasModel, _ path: [String]
  ) throws(KerasConfigError) {
    guard let layer = model[reference.layer] else {
      throw fault(path, "reads a layer '\(reference.layer)' that is not there")
    }
    // An input is no call, and is there once.
    guard (0..<max(1, layer.calls.count)).contains(reference.call), reference.tensor >= 0 else {
      throw fault(path, "reads call \(reference.call) of '\(reference.layer)', which is not there")
    }
  }

  static func fault(_ path: [String], _ problem: String) -> KerasConfigError {
    KerasConfigError(layer: path.isEmpty ? nil : path.joined(separator: "/"), problem: problem)
  }
}

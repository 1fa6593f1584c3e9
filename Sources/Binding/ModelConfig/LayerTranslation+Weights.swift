import JSON
import KerasConfigs
import Networks
import Tensors

// Layers with weights.
extension LayerTranslation {
  mutating func convolution(
    _ input: Value, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    let (map, format) = try map(input, as: settings.dataFormat())
    settings.pass("use_bias")
    guard let filters = try settings.integer("filters"), filters > 0 else {
      throw Untranslated(reason: "has no filters")
    }
    let kernel = try kernelSize()
    let strides = try settings.extent("strides") ?? 1
    let dilation = try settings.extent("dilation_rate") ?? 1
    let groups = try settings.integer("groups") ?? 1
    let edges = try settings.padding().edges(
      size: Extent(height: map.height, width: map.width), window: kernel, strides: strides,
      dilation: dilation)
    let output = try output(of: map, kernel, strides, edges, dilation: dilation, channels: filters)
    let operation = LayerOperation.Convolution(
      filters: filters, kernel: kernel, strides: strides, padding: edges, dilation: dilation,
      groups: groups, hasBias: true)
    let value = Value(
      term: table.value(
        .convolution(operation), of: [input.term], shape: input.shape, weights: path),
      shape: .map(output), format: format)
    return try activated(value, in: &table)
  }

  /// `kernel_size`, which Keras 1 wrote as `nb_row` and `nb_col`.
  private mutating func kernelSize() throws(Untranslated) -> Extent {
    if let extent = try settings.extent("kernel_size") { return extent }
    guard let rows = try settings.integer("nb_row"), let columns = try settings.integer("nb_col"),
      rows > 0, columns > 0
    else { throw Untranslated(reason: "has no kernel_size") }
    return Extent(height: rows, width: columns)
  }

  mutating func batchNorm(
    _ input: Value, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    // Renormalisation is a matter of training, and so is how statistics are gathered.
    settings.pass(
      "scale", "center", "renorm", "renorm_clipping", "renorm_momentum", "mode", "gamma_init",
      "beta_init")
    let epsilon = try settings.float("epsilon") ?? 1e-3
    var value = input
    if case .map? = input.shape {
      guard let axis = try axis(), [-3, -1, 1, 3].contains(axis) else {
        throw Untranslated(reason: "has no axis of channels")
      }
      let format: DataFormat = axis == 1 || axis == -3 ? .channelsFirst : .channelsLast
      guard input.format ?? format == format else {
        throw Untranslated(reason: "has axis \(axis), which is not that of the channels")
      }
      value.format = try map(input, as: format).format
    } else {
      guard let axis = try axis(), axis == -1 || axis == 1 else {
        throw Untranslated(reason: "has no axis of channels")
      }
    }
    let norm = LayerOperation.BatchNorm(epsilon: epsilon, hasScale: true, hasCenter: true)
    return Value(
      term: table.value(.batchNorm(norm), of: [input.term], shape: input.shape, weights: path),
      shape: value.shape, format: value.format)
  }

  /// The axis, which Keras 2 writes as a list of one.
  private mutating func axis() throws(Untranslated) -> Int? {
    guard let value = settings.value("axis") else { return -1 }
    if let axis = value.integer { return axis }
    guard let axes = value.integers, axes.count == 1 else { throw settings.odd("axis", value) }
    return axes[0]
  }

  mutating func dense(_ input: Value, in table: inout TermTable) throws(Untranslated) -> Value {
    settings.pass("use_bias")
    guard case .vector? = input.shape else {
      throw Untranslated(reason: "reads no row of numbers")
    }
    guard let units = try settings.integer("units"), units > 0 else {
      throw Untranslated(reason: "has no units")
    }
    let operation = LayerOperation.Dense(units: units, hasBias: true)
    let value = Value(
      term: table.value(.dense(operation), of: [input.term], shape: input.shape, weights: path),
      shape: .vector(units))
    return try activated(value, in: &table)
  }

  // MARK: Activations

  /// What a layer's own activation makes of its value.
  private mutating func activated(
    _ value: Value, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    guard let activation = settings.value("activation") else { return value }
    return try apply(activation, to: value, in: &table)
  }

  /// The layers `ReLU`, `Activation` and `Softmax`.
  mutating func activation(
    _ input: Value, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    switch layer.className {
    case "Softmax":
      if let axis = settings.value("axis"), axis.integer != -1 { throw settings.odd("axis", axis) }
      return apply("softmax", to: input, in: &table)
    case "ReLU":
      try checkPlainReLU()
      return apply("relu", to: input, in: &table)
    default:
      guard let activation = settings.value("activation") else {
        throw Untranslated(reason: "has no activation")
      }
      return try apply(activation, to: input, in: &table)
    }
  }

  /// The settings with which a ReLU is something else.
  mutating func checkPlainReLU() throws(Untranslated) {
    for name in ["max_value", "negative_slope", "threshold"] {
      guard let value = settings.value(name) else { continue }
      guard name != "max_value", value.number == 0 else { throw settings.odd(name, value) }
    }
  }

  /// An activation by name, as the name of a function in an object, or as a layer in an object.
  private mutating func apply(
    _ activation: JSONValue, to value: Value, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    if let name = activation.string { return apply(name, to: value, in: &table) }
    let registered = activation["registered_name"]?.string ?? ""
    guard activation["class_name"]?.string == "function", !registered.contains(">"),
      let name = activation["config"]?.string
    else { throw settings.odd("activation", activation) }
    return apply(name, to: value, in: &table)
  }

  /// An activation of Keras by its name; those that our networks do not have equal only each other.
  func apply(_ name: String, to value: Value, in table: inout TermTable) -> Value {
    var value = value
    switch name {
    case "linear": break
    case "relu":
      value = Value(
        term: table.value(.relu, of: [value.term], shape: value.shape), shape: value.shape,
        format: value.format)
    case "softmax":
      value = Value(
        term: table.value(.softmax, of: [value.term], shape: value.shape), shape: value.shape,
        format: value.format)
    default:
      let term = Term(operation: .activation(name), inputs: [value.term], weights: nil)
      value = Value(term: table.number(of: term), shape: value.shape, format: value.format)
    }
    return value
  }
}

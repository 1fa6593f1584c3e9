import JSON
import KerasConfigs
import Networks
import Tensors

// Operators, which are parts of a graph without being layers: `keras.ops` of Keras 3, and functions of
// TensorFlow that Keras 2 wraps.
extension LayerTranslation {
  /// An operator of Keras 3; its parameters stand partly in its config, partly in the call.
  mutating func kerasOperator(
    _ inputs: [Value], in table: inout TermTable
  ) throws(Untranslated) -> Value {
    let value: Value
    switch layer.className {
    case "Relu": value = apply("relu", to: try single(inputs), in: &table)
    case "ReLU":
      try checkPlainReLU()
      value = apply("relu", to: try single(inputs), in: &table)
    case "Softmax": value = apply("softmax", to: try single(inputs), in: &table)
    case "Sigmoid": value = apply("sigmoid", to: try single(inputs), in: &table)
    case "Add": value = try sum(inputs, in: &table)
    case "Pad":
      try checkZero(argument(2, named: "constant_values"), settings.value("constant_values"))
      if let mode = settings.value("mode"), mode.string != "constant" {
        throw settings.odd("mode", mode)
      }
      value = try pad(try single(inputs), by: settings.value("pad_width"), in: &table)
    case "Mean":
      value = try mean(
        try single(inputs), axes: settings.value("axis"), keeps: settings.value("keepdims"),
        in: &table)
    case "Concatenate":
      value = try concatenate(inputs, axis: settings.integer("axis") ?? 0, in: &table)
    case "Squeeze": value = try squeeze(try single(inputs), axes: settings.value("axis"))
    case "Reshape":
      value = try reshaped(try single(inputs), to: settings.value("newshape"))
    default: throw Untranslated(reason: "has no equal in the network")
    }
    if layer.className == "Softmax" {
      if let axis = settings.value("axis"), axis.integer != -1 { throw settings.odd("axis", axis) }
    }
    try settings.finish()
    return value
  }

  /// A function of TensorFlow; its parameters are keywords of the call.
  mutating func tensorFlowOperator(
    _ inputs: [Value], in table: inout TermTable
  ) throws(Untranslated) -> Value {
    guard let name = try settings.text("function") else {
      throw Untranslated(reason: "names no function")
    }
    var known: Set<String> = ["name", "features", "logits", "y", "x"]
    let value: Value
    switch name {
    case "nn.relu": value = apply("relu", to: try single(inputs), in: &table)
    case "nn.softmax":
      known.formUnion(["axis"])
      if let axis = keyword("axis"), axis.integer != -1 {
        throw Untranslated(reason: "has axis \(axis.text)")
      }
      value = apply("softmax", to: try single(inputs), in: &table)
    case "math.sigmoid", "nn.sigmoid", "sigmoid":
      value = apply("sigmoid", to: try single(inputs), in: &table)
    case "__operators__.add", "math.add", "add": value = try sum(inputs, in: &table)
    case "compat.v1.pad", "pad":
      known.formUnion(["paddings", "mode", "constant_values"])
      if let mode = keyword("mode"), mode.string?.uppercased() != "CONSTANT" {
        throw Untranslated(reason: "has mode \(mode.text.prefix(40))")
      }
      try checkZero(keyword("constant_values"), nil)
      value = try pad(try single(inputs), by: keyword("paddings"), in: &table)
    case "math.reduce_mean", "reduce_mean", "compat.v1.reduce_mean":
      known.formUnion(["axis", "keepdims"])
      value = try mean(
        try single(inputs), axes: keyword("axis"), keeps: keyword("keepdims"), in: &table)
    case "concat":
      known.formUnion(["axis"])
      value = try concatenate(inputs, axis: keyword("axis")?.integer ?? 0, in: &table)
    case "squeeze", "compat.v1.squeeze":
      known.formUnion(["axis"])
      value = try squeeze(try single(inputs), axes: keyword("axis"))
    case "reshape":
      known.formUnion(["shape"])
      value = try reshaped(try single(inputs), to: keyword("shape"))
    default: throw Untranslated(reason: "calls tf.\(name), which has no equal in the network")
    }
    for (keyword, argument) in call.keywords where !known.contains(keyword) {
      if case .constant(let constant) = argument, constant.isNull { continue }
      throw Untranslated(reason: "is called with \(keyword)")
    }
    try settings.finish()
    return value
  }

  /// A keyword's constant; `nil` where it is null or a tensor.
  private func keyword(_ name: String) -> JSONValue? {
    guard case .constant(let value)? = call[name], !value.isNull else { return nil }
    return value
  }

  /// An argument's constant, by position or name.
  private func argument(_ place: Int, named name: String) -> JSONValue? {
    guard place < call.arguments.count, case .constant(let value) = call.arguments[place],
      !value.isNull
    else { return keyword(name) }
    return value
  }

  private func checkZero(_ values: JSONValue?...) throws(Untranslated) {
    for value in values.compactMap(\.self) where value.number != 0 {
      throw Untranslated(reason: "pads with \(value.text.prefix(40)), not with zeros")
    }
  }

  /// Zeros on the axes of a map, those of batch and channels aside.
  private mutating func pad(
    _ input: Value, by widths: JSONValue?, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    let pairs = widths?.list.map { $0.prefix(5).map(\.integers) } ?? []
    let numbers = pairs.compactMap(\.self)
    guard numbers.count == 4, numbers.allSatisfy({ $0.count == 2 }),
      numbers.joined().allSatisfy({ (0...1 << 16).contains($0) }), numbers[0] == [0, 0]
    else { throw Untranslated(reason: "pads by \(widths?.text.prefix(60) ?? "nothing")") }
    // Where both ends could be the channels, nothing is padded at either, and the map tells.
    let isFirst = numbers[1] == [0, 0] && (numbers[3] != [0, 0] || input.format == .channelsFirst)
    let (map, format) = try map(input, as: isFirst ? .channelsFirst : .channelsLast)
    let rows = numbers[isFirst ? 2 : 1]
    let columns = numbers[isFirst ? 3 : 2]
    guard numbers[isFirst ? 1 : 3] == [0, 0] else {
      throw Untranslated(reason: "pads the channels")
    }
    let edges = EdgePadding(top: rows[0], bottom: rows[1], left: columns[0], right: columns[1])
    return try padded(input, map, format, by: edges, in: &table)
  }

  /// The mean over rows and columns.
  private mutating func mean(
    _ input: Value, axes: JSONValue?, keeps: JSONValue?, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    let format: DataFormat
    switch axes?.integers?.map({ $0 < 0 ? $0 + 4 : $0 }).sorted() {
    case [1, 2]: format = .channelsLast
    case [2, 3]: format = .channelsFirst
    default:
      throw Untranslated(reason: "takes the mean over axis \(axes?.text.prefix(40) ?? "null")")
    }
    let (map, lies) = try map(input, as: format)
    return mean(input, map, lies, keepsMap: keeps?.truth ?? false, in: &table)
  }

  /// A map of one pixel without its axes of length 1.
  private func squeeze(_ input: Value, axes: JSONValue?) throws(Untranslated) -> Value {
    guard case .map(let map)? = input.shape, map.height == 1, map.width == 1,
      let format = input.format,
      axes == nil || axes?.integers?.sorted() == (format == .channelsLast ? [1, 2] : [2, 3])
    else { throw Untranslated(reason: "leaves out axes of a map") }
    return Value(term: input.term, shape: .vector(map.channels))
  }

  /// A new shape whose first extent is the batch.
  private func reshaped(_ input: Value, to target: JSONValue?) throws(Untranslated) -> Value {
    guard let extents = target?.list.map({ Array($0.prefix(5)) }),
      let channels = input.shape?.channels,
      extents.count == 2, extents[1].integer == channels || extents[1].integer == -1
    else { throw Untranslated(reason: "gives another shape, \(target?.text.prefix(40) ?? "null")") }
    if case .map(let map)? = input.shape, map.height != 1 || map.width != 1 {
      throw Untranslated(reason: "gives a map another shape")
    }
    return Value(term: input.term, shape: .vector(channels))
  }
}

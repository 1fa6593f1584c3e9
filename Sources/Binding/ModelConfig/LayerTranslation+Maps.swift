import JSON
import KerasConfigs
import Networks
import Tensors

// Layers without weights that read maps.
extension LayerTranslation {
  mutating func zeroPadding(
    _ input: Value, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    let (map, format) = try map(input, as: settings.dataFormat())
    guard let value = settings.value("padding") else {
      throw Untranslated(reason: "has no padding")
    }
    return try padded(input, map, format, by: edges(value), in: &table)
  }

  /// `[[top, bottom], [left, right]]`, `[rows, columns]`, or one number for all.
  private func edges(_ value: JSONValue) throws(Untranslated) -> EdgePadding {
    let sides = value.list.map { Array($0.prefix(3)) } ?? []
    var numbers: [[Int]] = sides.compactMap(\.integers)
    if let all = value.integer {
      numbers = [[all, all], [all, all]]
    } else if let pair = value.integers, pair.count == 2 {
      numbers = pair.map { [$0, $0] }
    }
    guard numbers.count == 2, numbers.allSatisfy({ $0.count == 2 }),
      numbers.joined().allSatisfy({ (0...1 << 16).contains($0) })
    else { throw settings.odd("padding", value) }
    return EdgePadding(
      top: numbers[0][0], bottom: numbers[0][1], left: numbers[1][0], right: numbers[1][1])
  }

  func padded(
    _ input: Value, _ map: ImageShape, _ format: DataFormat, by edges: EdgePadding,
    in table: inout TermTable
  ) throws(Untranslated) -> Value {
    var map = map
    map.height += edges.top + edges.bottom
    map.width += edges.left + edges.right
    return Value(
      term: table.value(.zeroPadding(edges), of: [input.term], shape: input.shape),
      shape: .map(map), format: format)
  }

  mutating func pooling(_ input: Value, in table: inout TermTable) throws(Untranslated) -> Value {
    let (map, format) = try map(input, as: settings.dataFormat())
    let window = try settings.extent("pool_size") ?? 2
    let strides = try settings.extent("strides") ?? window
    let edges = try settings.padding().edges(
      size: Extent(height: map.height, width: map.width), window: window, strides: strides,
      dilation: 1)
    let output = try output(of: map, window, strides, edges, channels: map.channels)
    let pooling = LayerOperation.Pooling(window: window, strides: strides, padding: edges)
    let isMaximum = layer.className.hasPrefix("Max")
    return Value(
      term: table.value(
        isMaximum ? .maxPool(pooling) : .averagePool(pooling), of: [input.term],
        shape: input.shape),
      shape: .map(output), format: format)
  }

  mutating func globalPooling(
    _ input: Value, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    let (map, format) = try map(input, as: settings.dataFormat())
    let keeps = try settings.truth("keepdims") ?? false
    return mean(input, map, format, keepsMap: keeps, in: &table)
  }

  func mean(
    _ input: Value, _ map: ImageShape, _ format: DataFormat, keepsMap: Bool,
    in table: inout TermTable
  ) -> Value {
    let term = table.value(.globalAveragePool, of: [input.term], shape: input.shape)
    let pixel = ImageShape(height: 1, width: 1, channels: map.channels)
    return keepsMap
      ? Value(term: term, shape: .map(pixel), format: format)
      : Value(term: term, shape: .vector(map.channels))
  }

  /// A `Flatten` that is told channels_first moves channels last before, so that H·W·C results; one that
  /// is not reads a map as it lies.
  mutating func flatten(_ input: Value, in table: inout TermTable) throws(Untranslated) -> Value {
    let told = try settings.dataFormat()
    if case .vector? = input.shape { return input }
    let (map, format) = try map(input, as: input.format)
    let order: DataFormat =
      format == .channelsFirst && told != .channelsFirst ? .channelsFirst : .channelsLast
    return Value(
      term: table.value(.flatten(order), of: [input.term], shape: input.shape),
      shape: .vector(map.elementCount))
  }

  /// A new shape for a row or a map of one pixel, whose order cannot change by it.
  func reshape(_ input: Value, to target: JSONValue?) throws(Untranslated) -> Value {
    guard let target, let extents = target.integers, let shape = input.shape else {
      throw Untranslated(reason: "has no target_shape that can be followed")
    }
    if case .map(let map) = shape, map.height != 1 || map.width != 1 {
      throw Untranslated(reason: "gives a map another shape, \(target.text.prefix(40))")
    }
    let channels = shape.channels
    switch extents {
    case [channels], [-1]: return Value(term: input.term, shape: .vector(channels))
    case [1, 1, channels], [1, 1, -1]:
      return Value(
        term: input.term, shape: .map(ImageShape(height: 1, width: 1, channels: channels)),
        format: .channelsLast)
    default: throw Untranslated(reason: "has target_shape \(target.text.prefix(40))")
    }
  }

  /// The two changes between data formats; any other order of axes is another network.
  mutating func permute(_ input: Value) throws(Untranslated) -> Value {
    guard let value = settings.value("dims") else { throw Untranslated(reason: "has no dims") }
    switch value.integers {
    case [3, 1, 2]:
      _ = try map(input, as: .channelsLast)
      return Value(term: input.term, shape: input.shape, format: .channelsFirst)
    case [2, 3, 1]:
      _ = try map(input, as: .channelsFirst)
      return Value(term: input.term, shape: input.shape, format: .channelsLast)
    default: throw settings.odd("dims", value)
    }
  }

  // MARK: Several inputs

  /// `Add`, and `Merge` of Keras 1 with its mode.
  mutating func merge(_ inputs: [Value], in table: inout TermTable) throws(Untranslated) -> Value {
    if layer.className == "Merge" {
      settings.pass("concat_axis", "dot_axes", "output_shape", "mode_type", "output_shape_type")
      guard try settings.text("mode") == "sum" else {
        throw Untranslated(reason: "merges by something else than a sum")
      }
    }
    return try sum(inputs, in: &table)
  }

  /// The sum of two values of one shape.
  func sum(_ inputs: [Value], in table: inout TermTable) throws(Untranslated) -> Value {
    guard inputs.count == 2, let shape = inputs[0].shape, shape == inputs[1].shape,
      inputs[0].format == inputs[1].format
    else { throw Untranslated(reason: "does not add two tensors of one shape") }
    return Value(
      term: table.value(.add, of: inputs.map(\.term), shape: shape), shape: shape,
      format: inputs[0].format)
  }

  /// Two maps side by side; the axis counts the batch.
  func concatenate(
    _ inputs: [Value], axis: Int, in table: inout TermTable
  ) throws(Untranslated) -> Value {
    guard axis != 0 else {
      throw Untranslated(
        reason: "joins the results of \(inputs.count) calls on parts of the batch, as a model for "
          + "several GPUs does; save the model inside it, which has the same weights", isRoot: true)
    }
    guard inputs.count == 2, case .map(var map)? = inputs[0].shape,
      case .map(let second)? = inputs[1].shape, inputs[0].format == inputs[1].format,
      map.height == second.height, map.width == second.width
    else { throw Untranslated(reason: "does not join two maps") }
    let format = inputs[0].format ?? .channelsLast
    guard (format == .channelsLast ? [3, -1] : [1, -3]).contains(axis) else {
      throw Untranslated(reason: "has axis \(axis), which is not that of the channels")
    }
    map.channels += second.channels
    return Value(
      term: table.value(.concatenate, of: inputs.map(\.term), shape: inputs[0].shape),
      shape: .map(map), format: format)
  }
}

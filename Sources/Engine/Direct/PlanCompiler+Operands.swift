import CDirect
import COneDNN
import Networks
import Tensors

// Where operands come from.
extension PlanCompiler {
  /// A value as convolutions read it.
  mutating func narrow(
    _ value: Program.Value, border: Int, _ path: String, at index: Int
  ) throws -> StoredMap {
    let wanted: cd_map
    switch precision {
    case .float32: return try wide(value, path, at: index)
    case .bfloat16: wanted = map(value, CD_BF16, border: border)
    case .int8:
      wanted = map(value, CD_U8, border: border, zero: try quantization(of: value)?.zero ?? 0)
    }
    let kept = maps[value]?.first { $0.map.type == wanted.type && $0.map.border >= border }
    return try kept ?? convert(value, to: wanted, path, at: index)
  }

  /// A value as sums and pools read it.
  mutating func wide(
    _ value: Program.Value, _ path: String, at index: Int
  ) throws -> StoredMap {
    if let kept = maps[value]?.first(where: { $0.map.type != CD_U8 }) { return kept }
    // oneDNN may have left it in another order.
    if let part = parts[value], values[value] == nil {
      try unpackPart(value, part, path, at: index)
    }
    let layout = try Layout.blocked(extents(of: value))
    let original = stored(value)
    let plain = map(value, CD_F32)
    if original.layout == layout { return StoredMap(map: plain, place: original.place) }
    let place = Place.arena(
      memory.place(byteCount: layout.byteCount, from: index, to: lastUse[value] ?? index))
    try reorder(original, to: Stored(layout: layout, place: place), path: path)
    keep(StoredMap(map: plain, place: place), of: value)
    return StoredMap(map: plain, place: place)
  }

  /// A value in another form, kept for whoever wants it next.
  private mutating func convert(
    _ value: Program.Value, to wanted: cd_map, _ path: String, at index: Int
  ) throws -> StoredMap {
    let quantum = wanted.type == CD_U8 ? 1 / (try quantization(of: value)?.step ?? 1) : 1
    if Int(wanted.channels) % machine.lanes != 0 {
      return try convertFewChannels(value, to: wanted, quantum, path, at: index)
    }
    let source = try wide(value, path, at: index)
    var finish = DirectFinish()
    finish.quantum = quantum
    let place = try define(value, wanted, over: nil, at: index)
    if wanted.type == CD_U8 { finish.second = wanted } else { finish.first = wanted }
    let results: (Place?, Place?) = wanted.type == CD_U8 ? (nil, place) : (place, nil)
    append(
      pool(
        source.map, .identity, maximum: true, zeros: false, to: extents(of: value), finish),
      source, nil, results, path)
    return StoredMap(map: wanted, place: place)
  }

  /// Images as they come in, or what few steps have made of them.
  private mutating func convertFewChannels(
    _ value: Program.Value, to wanted: cd_map, _ quantum: Float, _ path: String, at index: Int
  ) throws -> StoredMap {
    var (source, channelsFirst) = (Place.images(0), false)
    if isImages(value) {
      channelsFirst = program.inputs[0].format == .channelsFirst
    } else {
      try unpack(value, path, at: index)
      let plain = try Layout.plain(extents(of: value), DN_NHWC)
      if stored(value).layout == plain {
        source = stored(value).place
      } else {
        source = .arena(memory.place(byteCount: plain.byteCount, from: index, to: index))
        try reorder(stored(value), to: Stored(layout: plain, place: source), path: path)
      }
    }
    let place = try define(value, wanted, over: nil, at: index)
    let operation = DirectOperation(
      images: wanted, batch: batch, channelsFirst: channelsFirst, quantum: quantum, machine)
    instructions.append(
      .direct(operation, source: source, addend: nil, first: place, second: nil, path: path))
    return StoredMap(map: wanted, place: place)
  }

  /// Whether a value is the images of the network's first input.
  func isImages(_ value: Program.Value) -> Bool {
    program.inputs.first?.value == value && isPlainMap(value)
  }

  func isPlainMap(_ value: Program.Value) -> Bool { program.shape(of: value).rank == 3 }

  /// Has a value in the form in which oneDNN and the caller read it.
  mutating func unpack(_ value: Program.Value, _ path: String, at index: Int) throws {
    guard values[value] == nil else { return }
    if let part = parts[value] { return try unpackPart(value, part, path, at: index) }
    guard maps[value] != nil else { return }
    let wanted = map(value, CD_F32)
    let kept = maps[value]?.first { $0.map == wanted }
    let stored = try kept ?? convert(value, to: wanted, path, at: index)
    values[value] = Stored(layout: try Layout.blocked(extents(of: value)), place: stored.place)
  }

  /// How a value's numbers become bytes; `nil` where the precision has none.
  func quantization(of value: Program.Value) throws -> Quantization? {
    guard case .int8(let calibration) = precision else { return nil }
    let path = bound.graph.path(of: value)
    guard let range = calibration.ranges[path] else {
      throw EngineError(
        "the calibration has no range for the values of \(path); it was made for another network, or by an earlier version",
        isOfCalibration: true)
    }
    return Quantization(range)
  }

  /// A batch norm as `x · scale + shift`.
  func scaleAndShift(of node: Node) throws -> (scale: [Float], shift: [Float]) {
    let fold = try affine(of: node)
    // Rounded once, as mean and shift may all but cancel.
    let shift = fold.scale.indices.map {
      Float(Double(fold.shift[$0]) - Double(fold.mean[$0]) * Double(fold.scale[$0]))
    }
    return (fold.scale, shift)
  }
}

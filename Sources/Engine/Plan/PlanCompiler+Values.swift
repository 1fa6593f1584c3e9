import COneDNN
import Networks
import Tensors

// Where values lie, and what is executed on them.
extension PlanCompiler {
  /// The extents of a value for a whole batch; a row is a map of one pixel.
  func extents(of value: Program.Value) -> dn_extents {
    switch program.form(of: value) {
    case .map(let image):
      dn_extents(
        batch: Int64(batch), channels: Int64(image.channels), height: Int64(image.height),
        width: Int64(image.width))
    case .row(let length):
      dn_extents(batch: Int64(batch), channels: Int64(length), height: 1, width: 1)
    }
  }

  func stored(_ value: Program.Value) -> Stored {
    guard let stored = values[value] else {
      preconditionFailure("value \(value) is read before it is defined")
    }
    return stored
  }

  /// A value in the layout that a primitive wants: itself, or a copy that lives for one step.
  mutating func stored(
    _ value: Program.Value, as layout: Layout, _ step: Program.Step, at index: Int
  ) throws(EngineError) -> Stored {
    let original = stored(value)
    if original.layout == layout { return original }
    // Of one pixel the channels lie in a row, in blocks or not.
    let map = extents(of: value)
    if map.height == 1, map.width == 1, map.channels % Int64(dn_channel_block()) == 0,
      original.layout.byteCount == layout.byteCount
    {
      return Stored(layout: layout, place: original.place)
    }
    let place = Place.arena(memory.place(byteCount: layout.byteCount, from: index, to: index))
    let copy = Stored(layout: layout, place: place)
    try reorder(original, to: copy, path: step.path)
    return copy
  }

  /// A value without gaps, the channels of each pixel together.
  mutating func plain(
    _ value: Program.Value, _ step: Program.Step, at index: Int
  ) throws -> Stored {
    try unpack(value, step.path, at: index)
    return try stored(
      value, as: try Layout.plain(extents(of: value), DN_NHWC), step, at: index)
  }

  /// Gives a new value its place.
  mutating func define(_ value: Program.Value, _ layout: Layout, at index: Int) -> Place {
    let last = lastUse[value] ?? index
    let place = Place.arena(memory.place(byteCount: layout.byteCount, from: index, to: last))
    values[value] = Stored(layout: layout, place: place)
    return place
  }

  /// Lets a new value take over the memory of one that nobody reads any more.
  mutating func define(_ value: Program.Value, inPlaceOf stored: Stored) {
    values[value] = stored
  }

  mutating func reorder(_ from: Stored, to: Stored, path: String) throws(EngineError) {
    let copy = try CompiledPrimitive.reorder(from: from.layout, to: to.layout)
    execute(copy, [(DN_SOURCE, from.place), (DN_DESTINATION, to.place)], path)
  }

  mutating func execute(
    _ primitive: CompiledPrimitive, _ arguments: [(role: dn_role, place: Place)], _ path: String
  ) {
    scratchpadByteCount = max(scratchpadByteCount, primitive.scratchpadByteCount)
    instructions.append(
      .execute(primitive, arguments + [(DN_SCRATCHPAD, .scratchpad)], path: path))
  }
}

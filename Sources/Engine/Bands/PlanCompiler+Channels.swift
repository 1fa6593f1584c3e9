import CBands
import COneDNN
import Networks
import Tensors

// Maps as parts of larger ones.
extension PlanCompiler {
  /// A map in blocks of channels, whose images may lie apart.
  struct Blocks {
    let place: Place
    /// From one image to the next, in values.
    let image: Int
  }

  /// Whether maps are laid side by side in blocks of channels.
  func channelsTake(_ step: Program.Step) -> Bool {
    guard keepsFloats, statistics == .moving, case .concatenate = step.kind else {
      return false
    }
    return program.shape(of: step.output).rank == 3
  }

  /// The maps that are written straight into larger ones.
  func channelSlots() -> ChannelSlots {
    ChannelSlots(
      program,
      of: program.steps.indices.filter {
        families[$0] == .bands && channelsTake(program.steps[$0])
      },
      lanes: bands.lanes, lastUses: lastUse
    ) { value in
      guard let index = program.definition(of: value) else { return false }
      let step = program.steps[index]
      if families[index] == .bands || isWrittenDirectly(value) { return true }
      guard families[index] == .oneDNN, !exact, case .convolution(let convolution) = step.kind,
        !convolution.adds, step.activation == nil
      else { return false }
      return WinogradConvolution.Shape(
        description(of: convolution, step, hasBias: convolution.layer.hasBias), threads: threads)
        != nil
    }
  }

  /// From one image of a dense map to the next, in values.
  func imageCount(of value: Program.Value) -> Int {
    let extents = extents(of: value)
    let blocks = (Int(extents.channels) + bands.lanes - 1) / bands.lanes
    return blocks * bands.lanes * Int(extents.height * extents.width)
  }

  /// Gives a new map in blocks its place, in a larger map if it is a part of one.
  mutating func defineBlocks(_ value: Program.Value, at index: Int) throws -> Blocks {
    let layout = try Layout.blocked(extents(of: value))
    guard let slot = slots[value] else {
      if let root = roots[value] {
        values[value] = Stored(layout: layout, place: root)
        return Blocks(place: root, image: imageCount(of: value))
      }
      return Blocks(place: define(value, layout, at: index), image: imageCount(of: value))
    }
    let whole = try Layout.blocked(extents(of: slot.root))
    if roots[slot.root] == nil {
      roots[slot.root] = .arena(
        memory.place(
          byteCount: whole.byteCount, from: index, to: slots.lastUse[slot.root] ?? index))
    }
    guard case .arena(let start)? = roots[slot.root] else { preconditionFailure("no place") }
    let channel = pixels(of: value) * MemoryLayout<Float>.stride
    let blocks = Blocks(
      place: .arena(start + slot.first * channel), image: imageCount(of: slot.root))
    parts[value] = blocks
    return blocks
  }

  private func pixels(of value: Program.Value) -> Int {
    let extents = extents(of: value)
    return Int(extents.height * extents.width)
  }

  /// A map in blocks of channels: as it lies, or a copy.
  mutating func blocks(
    of value: Program.Value, _ step: Program.Step, at index: Int
  ) throws -> Blocks {
    if let part = parts[value] { return part }
    try unpack(value, step.path, at: index)
    let layout = try Layout.blocked(extents(of: value))
    return Blocks(
      place: try stored(value, as: layout, step, at: index).place, image: imageCount(of: value))
  }

  /// Copies a part of a larger map for those who read maps without gaps.
  mutating func unpackPart(_ value: Program.Value, _ part: Blocks, _ path: String, at index: Int)
    throws
  {
    let dense = try Layout.blocked(extents(of: value))
    let place = define(value, dense, at: index)
    var copy = cb_channels()
    copy.batch = Int32(batch)
    copy.pixels = Int32(pixels(of: value))
    copy.channels = Int32(extents(of: value).channels)
    (copy.source_image, copy.destination_image) = (part.image, imageCount(of: value))
    instructions.append(
      .channels(
        ChannelCopy([copy], threads: threads, bands), sources: [part.place], destination: place,
        path: path))
  }

  /// Appends the copies of what is not written into a larger map at once.
  mutating func concatenate(_ step: Program.Step, at index: Int) throws {
    let whole = try defineBlocks(step.output, at: index)
    let own = slots[step.output] ?? ChannelSlots.Slot(root: step.output, first: 0)
    var (first, copies, sources) = (0, [cb_channels](), [Place]())
    for input in step.inputs {
      let channels = Int(extents(of: input).channels)
      let isThere =
        parts[input] != nil
        && slots[input] == ChannelSlots.Slot(root: own.root, first: own.first + first)
      if !isThere {
        let blocks = try blocks(of: input, step, at: index)
        var copy = cb_channels()
        copy.batch = Int32(batch)
        copy.pixels = Int32(pixels(of: input))
        (copy.channels, copy.first) = (Int32(channels), Int32(first))
        (copy.source_image, copy.destination_image) = (blocks.image, whole.image)
        copies.append(copy)
        sources.append(blocks.place)
      }
      first += channels
    }
    guard !copies.isEmpty else { return }
    instructions.append(
      .channels(
        ChannelCopy(copies, threads: threads, bands), sources: sources, destination: whole.place,
        path: step.path))
  }
}

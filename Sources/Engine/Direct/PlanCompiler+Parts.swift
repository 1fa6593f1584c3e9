import CDirect
import COneDNN
import Networks
import Tensors

// Maps of Assay's own kernels as parts of larger ones.
extension PlanCompiler {
  /// Whether maps of bfloat16 are laid side by side as they are.
  func laysSideBySide(_ step: Program.Step) -> Bool {
    precision == .bfloat16 && !keepsFloats
      && program.shape(of: step.output).rank == 3
      && step.inputs.allSatisfy { program.form(of: $0).channels % machine.bfloat16Block == 0 }
  }

  /// The maps that are written straight into larger ones of bfloat16.
  func directSlots() -> ChannelSlots {
    ChannelSlots(
      program,
      of: program.steps.indices.filter {
        guard case .concatenate = program.steps[$0].kind else { return false }
        return families[$0] == .direct
      },
      lanes: machine.bfloat16Block, lastUses: lastUse, isWritable: isWrittenDirectly)
  }

  /// Whether one of Assay's own kernels defines a value, and not where an operand lies.
  func isWrittenDirectly(_ value: Program.Value) -> Bool {
    guard let index = program.definition(of: value), families[index] == .direct else {
      return false
    }
    switch program.steps[index].kind {
    case .convolution(let convolution): return !convolution.adds
    case .concatenate: return false
    default: return true
    }
  }

  /// The map of a value that is written straight into a larger one.
  func partMap(of value: Program.Value) -> cd_map? {
    guard let slot = slots[value] else { return nil }
    return part(value, of: slot.root)
  }

  private func part(_ value: Program.Value, of root: Program.Value) -> cd_map {
    var part = keepsFloats ? map(value, CD_F32) : map(value, CD_BF16, border: border(of: root))
    part.whole = Int32(extents(of: root).channels)
    return part
  }

  /// The border of a map of bfloat16 that others are parts of, wide enough for all that read any of them.
  private func border(of root: Program.Value) -> Int {
    let parts = needs.keys.filter { slots[$0]?.root == root } + [root]
    return parts.compactMap { needs[$0]?.narrowBorder }.max() ?? 0
  }

  /// Where the channels from `first` on of a map of bfloat16 lie that others are parts of.
  mutating func place(in root: Program.Value, from first: Int, at index: Int) -> Place {
    var channels = map(root, CD_BF16, border: border(of: root))
    if roots[root] == nil {
      roots[root] = .arena(
        memory.place(
          byteCount: machine.byteCount(of: channels, batch: batch), from: index,
          to: slots.lastUse[root] ?? index))
    }
    guard case .arena(let start)? = roots[root], first > 0 else { return roots[root] ?? .arena(0) }
    channels.channels = Int32(first)
    return .arena(start + machine.byteCount(of: channels, batch: 1))
  }

  /// Appends the copies of what is not written into a larger map of bfloat16 at once.
  mutating func concatenateDirectly(_ step: Program.Step, at index: Int) throws {
    let own = slots[step.output] ?? ChannelSlots.Slot(root: step.output, first: 0)
    let place = place(in: own.root, from: own.first, at: index)
    var whole = part(step.output, of: own.root)
    if own.root == step.output { whole.whole = 0 }
    keep(StoredMap(map: whole, place: place), of: step.output)
    var first = own.first
    for input in step.inputs {
      if slots[input] != ChannelSlots.Slot(root: own.root, first: first) {
        let source = try wide(input, step.path, at: index)
        var finish = DirectFinish()
        finish.first = part(input, of: own.root)
        let copy = pool(
          source.map, .identity, maximum: true, zeros: false, to: extents(of: input), finish)
        let place = self.place(in: own.root, from: first, at: index)
        append(copy, source, nil, (place, nil), step.path)
      }
      first += program.form(of: input).channels
    }
  }
}

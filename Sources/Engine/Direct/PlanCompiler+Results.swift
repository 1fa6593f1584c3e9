import CDirect
import COneDNN
import Networks
import Tensors

// Where results go.
extension PlanCompiler {
  /// Decides the maps of a step's one or two values, and gives them their places.
  mutating func results(
    of step: Program.Step, _ finish: inout DirectFinish, addend: StoredMap?, at index: Int
  ) throws -> (first: Place?, second: Place?) {
    finish.addend = addend?.map
    let replaced = finish.addendStride == 1 ? addend : nil
    var forms = try forms(of: step.output)
    if let activation = step.activation {
      var (gain, offset) = try scaleAndShift(of: bound.graph[activation.node])
      finish.secondRelu = activation.relu
      // The first must be a map that another form can be made from.
      let first = forms.first { $0.type != CD_U8 } ?? forms.first.map { _ in wideMap(step.output) }
      let others = try self.forms(of: activation.output)
      let second = others.first { $0.type != CD_U8 } ?? others.first
      if let second, second.type == CD_U8, let bytes = try quantization(of: activation.output) {
        // The norm gives numbers of steps, so that no multiplication is left for the quantum.
        gain = gain.map { $0 / bytes.step }
        offset = offset.map { $0 / bytes.step }
      }
      finish.gain = AlignedBuffer(gain)
      finish.offset = AlignedBuffer(offset)
      (finish.first, finish.second) = (first, second)
      return (
        try first.map { try define(step.output, $0, over: replaced, at: index) },
        try second.map { try define(activation.output, $0, over: nil, at: index) }
      )
    }
    if forms.isEmpty { forms = [wideMap(step.output)] }
    finish.first = forms.first { $0.type != CD_U8 }
    finish.second = forms.first { $0.type == CD_U8 }
    if finish.second != nil, let bytes = try quantization(of: step.output) {
      finish.quantum = 1 / bytes.step
    }
    return (
      try finish.first.map { try define(step.output, $0, over: replaced, at: index) },
      try finish.second.map { try define(step.output, $0, over: nil, at: index) }
    )
  }

  /// The maps in which a value is wanted: at most one to go on with, and one of bytes.
  private func forms(of value: Program.Value) throws -> [cd_map] {
    guard let needs = needs[value] else { return [] }
    if let part = partMap(of: value) { return [part] }
    switch precision {
    case .float32: return [wideMap(value)]
    case .bfloat16:
      if keepsFloats, needs.isWide || needs.isPlain { return [wideMap(value)] }
      guard needs.isWide || needs.narrowBorder != nil else { return [map(value, CD_F32)] }
      return [map(value, CD_BF16, border: needs.narrowBorder ?? 0)]
    case .int8:
      var forms: [cd_map] = []
      if needs.isWide, !keepsFloats {
        forms.append(map(value, CD_BF16))
      } else if needs.isPlain || needs.isWide {
        forms.append(map(value, CD_F32))
      }
      if let border = needs.narrowBorder {
        forms.append(
          map(value, CD_U8, border: border, zero: try quantization(of: value)?.zero ?? 0))
      }
      return forms
    }
  }

  func map(
    _ value: Program.Value, _ type: cd_type, border: Int = 0, zero: Int = 0
  ) -> cd_map {
    let extents = extents(of: value)
    return cd_map(
      type: type, channels: Int32(extents.channels), height: Int32(extents.height),
      width: Int32(extents.width), border: Int32(border), zero: Int32(zero), whole: 0)
  }

  /// The map in which sums and pools read a value.
  private func wideMap(_ value: Program.Value) -> cd_map {
    map(value, keepsFloats ? CD_F32 : CD_BF16)
  }

  /// Gives a new map its place: that of the map which is added, if the two are alike.
  mutating func define(
    _ value: Program.Value, _ map: cd_map, over addend: StoredMap?, at index: Int
  ) throws -> Place {
    let place: Place
    if map.whole > 0, let slot = slots[value] {
      place =
        keepsFloats
        ? try defineBlocks(value, at: index).place
        : self.place(in: slot.root, from: slot.first, at: index)
    } else if let addend, case .arena = addend.place, addend.map == map {
      place = addend.place
    } else {
      let last = lastUse[value] ?? index
      place = .arena(
        memory.place(
          byteCount: machine.byteCount(of: map, batch: batch), from: index, to: last))
    }
    keep(StoredMap(map: map, place: place), of: value)
    return place
  }

  mutating func keep(_ stored: StoredMap, of value: Program.Value) {
    maps[value, default: []].append(stored)
  }
}

extension cd_map {
  static func == (left: cd_map, right: cd_map) -> Bool {
    left.type == right.type && left.channels == right.channels && left.height == right.height
      && left.width == right.width && left.border == right.border && left.zero == right.zero
      && left.whole == right.whole
  }
}

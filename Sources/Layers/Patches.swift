import Networks
import Tensors

extension Signal {
  /// What windows over the axes of space read, of an array with channels last: `space … × taps × C`, zeros where
  /// there is padding.
  func patches(_ windows: Windows) -> Signal {
    let first = rank - 1 - windows.rank
    guard first == 0 else {
      fail("takes windows of \(windows.rank) axes out of \(shape)")
      return self
    }
    var x = self
    if windows.padding.contains(where: { $0 != .none }) {
      x = applying(.pad(windows.padding + [.none], .constant(0)))
    }
    let channels = x.extents[rank - 1]
    // What a pool of these windows would give has their places; it also checks the extents.
    var plain = windows
    plain.padding = windows.size.map { _ in .none }
    guard let result = try? Primitive.pool(plain, .mean).shape(of: [x.shape]) else {
      fail("has windows of \(windows.size) on \(x.shape)")
      return self
    }
    let places = Array(result.dimensions.dropLast())
    guard let taps = Self.count(windows.size), taps <= 1 << 12 else {
      fail("has windows of \(windows.size)")
      return self
    }
    if windows.size == windows.strides, windows.dilation.allSatisfy({ $0 == 1 }) {
      return x.tiles(places, windows.size).reshaped(places + [taps, channels])
    }
    var parts: [Signal] = []
    for tap in 0..<taps {
      var (rest, slices) = (tap, [Slice(start: 0, count: channels)])
      for axis in places.indices.reversed() {
        slices.insert(
          Slice(
            start: rest % windows.size[axis] * windows.dilation[axis], count: places[axis],
            step: windows.strides[axis]), at: 0)
        rest /= windows.size[axis]
      }
      parts.append(x.applying(.slice(slices)).reshaped(places + [1, channels]))
    }
    return parts.count == 1
      ? parts[0] : parts[0].applying(.concatenate(axis: places.count), Array(parts.dropFirst()))
  }

  /// Windows side by side, `space … × size … × C`: the numbers need only be seen in another order.
  private func tiles(_ places: [Int], _ size: [Int]) -> Signal {
    let whole = places.indices.map { Slice(start: 0, count: places[$0] * size[$0]) }
    let channels = Slice(start: 0, count: extents[rank - 1])
    let slices = whole + [channels]
    let isAll = slices.map(\.count) == extents
    let split = places.indices.flatMap { [places[$0], size[$0]] } + [channels.count]
    let order =
      places.indices.map { 2 * $0 } + places.indices.map { 2 * $0 + 1 } + [2 * places.count]
    return (isAll ? self : applying(.slice(slices))).reshaped(split).permuted(order)
  }
}

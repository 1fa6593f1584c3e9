import CLoops
import Networks

/// An operand of a loop: its extents with the batch, and how its neighbours along each axis lie apart.
struct LoopArray {
  /// The extents, the batch first.
  var extents: [Int]
  /// The distance of neighbours along each axis; 0 for the batch of a weight.
  var strides: [Int]

  /// An array without gaps; what has no batch is the same for all.
  init(_ extents: [Int], batch: Int, hasBatch: Bool) {
    var strides: [Int] = []
    var step = 1
    for extent in extents.reversed() {
      strides.insert(step, at: 0)
      step *= extent
    }
    self.extents = [batch] + extents
    self.strides = [hasBatch ? step : 0] + strides
  }

  /// The strides with which it is read as one of `result`'s extents: 0 along what is repeated.
  func repeated(to result: [Int]) -> [Int] {
    // Axes of 1 are missing behind the batch.
    let missing = result.count - extents.count
    return result.indices.map { axis in
      if axis == 0 { return strides[0] }
      let own = axis - missing
      return own < 1 || extents[own] == 1 ? 0 : strides[own]
    }
  }
}

/// Neighbouring axes joined wherever all arrays allow it: loops run longer, and fit into the C side's.
///
/// - Returns: Extents, and the strides of each array; `nil` if more axes are left than the loops have.
func joinedAxes(_ extents: [Int], _ strides: [[Int]]) -> (extents: [Int], strides: [[Int]])? {
  var joined: [Int] = []
  var steps: [[Int]] = strides.map { _ in [] }
  for axis in extents.indices where extents[axis] != 1 {
    let joins =
      !joined.isEmpty
      && strides.indices.allSatisfy {
        steps[$0][joined.count - 1] == strides[$0][axis] * extents[axis]
      }
    if joins {
      joined[joined.count - 1] *= extents[axis]
      for array in strides.indices { steps[array][joined.count - 1] = strides[array][axis] }
    } else {
      joined.append(extents[axis])
      for array in strides.indices { steps[array].append(strides[array][axis]) }
    }
  }
  return joined.count <= Int(CL_AXES) ? (joined, steps) : nil
}

extension cl_copy {
  /// A copy of `extents` values from and to arrays of the given strides.
  init?(_ extents: [Int], from: [Int], start: Int = 0, to: [Int], end: Int = 0) {
    guard let (joined, strides) = joinedAxes(extents, [from, to]) else { return nil }
    self.init()
    rank = Int32(joined.count)
    source_offset = Int64(start)
    result_offset = Int64(end)
    unsafe withUnsafeMutableBytes(of: &self.extents) { unsafe $0.fill(with: joined) }
    unsafe withUnsafeMutableBytes(of: &source) { unsafe $0.fill(with: strides[0]) }
    unsafe withUnsafeMutableBytes(of: &result) { unsafe $0.fill(with: strides[1]) }
  }
}

extension cl_pair {
  /// All pairs of two arrays that are read with the given strides.
  init?(_ extents: [Int], _ left: [Int], _ right: [Int]) {
    guard let (joined, strides) = joinedAxes(extents, [left, right]) else { return nil }
    self.init()
    rank = Int32(joined.count)
    unsafe withUnsafeMutableBytes(of: &self.extents) { unsafe $0.fill(with: joined) }
    unsafe withUnsafeMutableBytes(of: &a) { unsafe $0.fill(with: strides[0]) }
    unsafe withUnsafeMutableBytes(of: &b) { unsafe $0.fill(with: strides[1]) }
  }
}

extension cl_choice {
  /// All triples of three arrays that are read with the given strides.
  init?(_ extents: [Int], _ condition: [Int], _ left: [Int], _ right: [Int]) {
    guard let (joined, strides) = joinedAxes(extents, [condition, left, right]) else { return nil }
    self.init()
    rank = Int32(joined.count)
    unsafe withUnsafeMutableBytes(of: &self.extents) { unsafe $0.fill(with: joined) }
    unsafe withUnsafeMutableBytes(of: &self.condition) { unsafe $0.fill(with: strides[0]) }
    unsafe withUnsafeMutableBytes(of: &a) { unsafe $0.fill(with: strides[1]) }
    unsafe withUnsafeMutableBytes(of: &b) { unsafe $0.fill(with: strides[2]) }
  }
}

extension cl_windows {
  /// Windows over arrays of such extents, the batch first; axes before those of space are more images.
  init(_ windows: Windows, groups: Int, from source: [Int], to result: [Int]) {
    self.init()
    let rank = windows.rank
    func three(_ numbers: [Int], _ missing: Int) -> [Int] {
      Array(repeating: missing, count: 3 - numbers.count) + numbers
    }
    batch = Int64(source.dropLast(rank + 1).reduce(1, *))
    source_channels = Int64(source[source.count - 1])
    result_channels = Int64(result[result.count - 1])
    self.groups = Int64(groups)
    let lists = (
      three(Array(source.dropLast().suffix(rank)), 1),
      three(Array(result.dropLast().suffix(rank)), 1), three(windows.size, 1),
      three(windows.strides, 1), three(windows.dilation, 1),
      three(windows.padding.map(\.before), 0)
    )
    unsafe withUnsafeMutableBytes(of: &self.source) { unsafe $0.fill(with: lists.0) }
    unsafe withUnsafeMutableBytes(of: &self.result) { unsafe $0.fill(with: lists.1) }
    unsafe withUnsafeMutableBytes(of: &kernel) { unsafe $0.fill(with: lists.2) }
    unsafe withUnsafeMutableBytes(of: &strides) { unsafe $0.fill(with: lists.3) }
    unsafe withUnsafeMutableBytes(of: &dilation) { unsafe $0.fill(with: lists.4) }
    unsafe withUnsafeMutableBytes(of: &before) { unsafe $0.fill(with: lists.5) }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Writes numbers into a C array of 64-bit integers, from its beginning.
  fileprivate func fill(with numbers: [Int]) {
    for (place, number) in numbers.enumerated() {
      unsafe storeBytes(
        of: Int64(number), toByteOffset: place * MemoryLayout<Int64>.stride, as: Int64.self)
    }
  }
}

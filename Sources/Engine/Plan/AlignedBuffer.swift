/// Memory of 64-byte alignment, which AVX-512 loads want.
@safe final class AlignedBuffer: @unchecked Sendable {
  let address: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    unsafe address = .allocate(byteCount: max(byteCount, 64), alignment: 64)
    self.byteCount = byteCount
  }

  /// A copy of `values`.
  convenience init(_ values: [Float]) {
    self.init(byteCount: values.count * MemoryLayout<Float>.stride)
    unsafe values.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      unsafe address.copyMemory(from: base, byteCount: source.count)
    }
  }

  /// Its first `count` floats, of any value until somebody writes them.
  func floats(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    precondition(count * MemoryLayout<Float>.stride <= max(byteCount, 64), "\(count) floats")
    return unsafe UnsafeMutableBufferPointer(
      start: address.bindMemory(to: Float.self, capacity: count), count: count)
  }

  deinit { unsafe address.deallocate() }
}

/// A place for every value of a program in one stretch of memory, shared by those whose lives do
/// not overlap.
package struct MemoryPlan {
  private struct Region {
    let range: Range<Int>
    let lastUse: Int
  }

  private var live: [Region] = []
  /// The bytes that all values together need.
  package private(set) var byteCount = 0

  /// A plan that has no value yet.
  package init() {}

  /// Finds the lowest place of `byteCount` bytes for a value that lives from step `first` to
  /// step `last`.
  ///
  /// Values must be placed in the order of their first steps.
  package mutating func place(byteCount size: Int, from first: Int, to last: Int) -> Int {
    live.removeAll { $0.lastUse < first }
    live.sort { $0.range.lowerBound < $1.range.lowerBound }
    let rounded = (size + 63) / 64 * 64
    var offset = 0
    for region in live {
      if region.range.lowerBound >= offset + rounded { break }
      offset = max(offset, region.range.upperBound)
    }
    live.append(Region(range: offset..<offset + rounded, lastUse: last))
    byteCount = max(byteCount, offset + rounded)
    return offset
  }
}

import Networks
import Tensors

/// A batch of arrays in row-major order, for the reference's loops.
struct ReferenceArray {
  /// The extents, the batch first.
  let extents: [Int]
  var values: [Float]

  init(_ extents: [Int], _ values: [Float]) {
    self.extents = extents
    self.values = values
  }

  init(_ extents: [Int]) {
    self.init(extents, Array(repeating: 0, count: extents.reduce(1, *)))
  }

  /// How far apart neighbours along each axis lie.
  var strides: [Int] {
    var strides = extents
    var step = 1
    for axis in extents.indices.reversed() {
      strides[axis] = step
      step *= extents[axis]
    }
    return strides
  }

  /// The array as before · along · after an axis.
  func split(at axis: Int) -> (before: Int, along: Int, after: Int) {
    (
      extents[..<axis].reduce(1, *), extents[axis], extents[(axis + 1)...].reduce(1, *)
    )
  }

  /// The places of an array of these extents in row-major order, as offsets of another with the given
  /// strides.
  static func offsets(_ extents: [Int], strides: [Int], start: Int = 0) -> [Int] {
    var offsets = [start]
    offsets.reserveCapacity(extents.reduce(1, *))
    for (extent, stride) in Swift.zip(extents, strides) {
      offsets = offsets.flatMap { offset in (0..<extent).map { offset + $0 * stride } }
    }
    return offsets
  }

  /// The array with its numbers at some of its places.
  func gathered(_ extents: [Int], strides: [Int], start: Int = 0) -> ReferenceArray {
    ReferenceArray(
      extents, Self.offsets(extents, strides: strides, start: start).map { values[$0] })
  }
}

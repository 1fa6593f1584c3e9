import CLoops
import Testing

@Suite("Loops copy between arrays of any strides")
struct CopyTests {
  @Test("Permuted, reversed, repeated and padded axes arrive in their places", arguments: 0..<60)
  func copy(_ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let rank = seed % 7
    let extents = (0..<rank).map { _ in 1 + numbers.below(rank < 4 ? 40 : 7) }
    var order = Array(extents.indices)
    for axis in extents.indices { order.swapAt(axis, numbers.below(axis + 1)) }
    var source = [Int](repeating: 0, count: rank), result = source
    var (sourceCount, resultCount, sourceOffset, resultOffset) = (1, 1, 0, 0)
    for axis in extents.indices.reversed() {
      result[axis] = resultCount
      resultCount = resultCount * extents[axis] + numbers.below(2)
      if numbers.below(6) == 0 {
        resultOffset += result[axis] * (extents[axis] - 1)
        result[axis] *= -1
      }
      let other = order[axis]
      guard numbers.below(8) > 0 else { continue }
      source[other] = sourceCount
      sourceCount = sourceCount * extents[other] + numbers.below(2)
      if numbers.below(4) == 0 {
        sourceOffset += source[other] * (extents[other] - 1)
        source[other] *= -1
      }
    }
    let values = numbers.values(sourceCount)
    var wanted = [Float](repeating: .nan, count: resultCount)
    for place in 0..<extents.reduce(1, *) {
      var (rest, from, to) = (place, sourceOffset, resultOffset)
      for axis in extents.indices.reversed() {
        from += rest % extents[axis] * source[axis]
        to += rest % extents[axis] * result[axis]
        rest /= extents[axis]
      }
      wanted[to] = values[from]
    }
    var copy = cl_copy(
      rank: Int32(rank), extents: axes(extents), source: axes(source), result: axes(result),
      source_offset: Int64(sourceOffset), result_offset: Int64(resultOffset))
    for threads: Int32 in [1, 2, 4] {
      let copied = unsafe written(resultCount) { unsafe cl_copy_values(&copy, threads, values, $0) }
      // What lies between the copied values stays.
      let isSame = zip(copied, wanted).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
      #expect(isSame, "\(extents) from \(source) to \(result), \(threads) threads")
    }
  }

  @Test("An array without values is copied", arguments: [1, 3])
  func copyNothing(_ rank: Int) {
    let extents = [0, 3, 2].prefix(rank)
    var copy = cl_copy()
    copy.rank = Int32(rank)
    copy.extents = axes(Array(extents))
    let copied = unsafe written(1) { unsafe cl_copy_values(&copy, 2, [1], $0) }
    #expect(copied[0].isNaN)
  }

  @Test("Memory is filled to its end", arguments: [0, 1, 17, 70_001])
  func fill(_ count: Int) {
    let filled = unsafe written(count) { unsafe cl_fill(Int64(count), 3.5, 2, $0) }
    #expect(filled.allSatisfy { $0 == 3.5 })
  }
}

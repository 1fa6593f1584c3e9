import CLoops
import Testing

@Suite("Loops choose between numbers and look them up")
struct ChoiceTests {
  @Test("Arrays whose values repeat along axes are chosen from", arguments: 0..<12)
  func choose(_ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let extents = (0..<seed % 5).map { _ in 1 + numbers.below(13) }
    let arrays = (0..<3).map { _ in strides(extents, &numbers) }
    let values = arrays.map { numbers.values($0.count) }
    var condition = values[0].map { $0 > 0 ? $0 : 0 }
    condition[0] = .nan
    let count = extents.reduce(1, *)
    let wanted = (0..<count).map { place -> Float in
      var (rest, at) = (place, [0, 0, 0])
      for axis in extents.indices.reversed() {
        for array in 0..<3 { at[array] += rest % extents[axis] * arrays[array].strides[axis] }
        rest /= extents[axis]
      }
      return condition[at[0]] != 0 ? values[1][at[1]] : values[2][at[2]]
    }
    var choice = cl_choice(
      rank: Int32(extents.count), extents: axes(extents), condition: axes(arrays[0].strides),
      a: axes(arrays[1].strides), b: axes(arrays[2].strides))
    for threads: Int32 in [1, 3] {
      let result = unsafe written(count) {
        unsafe cl_select(&choice, threads, condition, values[1], values[2], $0)
      }
      expectSameBits(result, wanted, "\(extents), \(threads) threads")
    }
  }

  @Test("Places are looked up, from the end too, and there is none outside", arguments: 0..<12)
  func take(_ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let (batch, outer, length) = (1 + numbers.below(3), 1 + numbers.below(3), 1 + numbers.below(7))
    let (places, rest) = (1 + numbers.below(9), 1 + numbers.below(5))
    let (ownSource, ownIndices) = (numbers.below(2) == 1, numbers.below(2) == 1)
    let source = numbers.values((ownSource ? batch : 1) * outer * length * rest)
    var indices = (0..<(ownIndices ? batch : 1) * places).map { _ in
      Float(numbers.below(2 * length + 2) - length - 1)
    }
    if seed == 3 { indices[0] = .nan }
    var taking = cl_taking(
      batch: Int64(batch), outer: Int64(outer), length: Int64(length), places: Int64(places),
      rest: Int64(rest), source_batch: ownSource ? Int64(outer * length * rest) : 0,
      indices_batch: ownIndices ? Int64(places) : 0)
    var wanted: [Float] = []
    for image in 0..<batch {
      for line in 0..<outer {
        for place in 0..<places {
          let index = indices[(ownIndices ? image * places : 0) + place]
          let start = ((ownSource ? image * outer : 0) + line) * length
          for k in 0..<rest {
            guard index >= Float(-length), index < Float(length) else {
              wanted.append(.nan)
              continue
            }
            let whole = index < 0 ? Int(index) + length : Int(index)
            wanted.append(source[(start + whole) * rest + k])
          }
        }
      }
    }
    for threads: Int32 in [1, 3] {
      let result = unsafe written(wanted.count) {
        unsafe cl_take_places(&taking, threads, source, indices, $0)
      }
      let wrong = zip(result, wanted).first { $0 != $1 && !($0.isNaN && $1.isNaN) }
      #expect(wrong == nil, "seed \(seed), \(threads) threads")
    }
  }

  /// Strides of an array that repeats along some axes, and how many values it has.
  private func strides(
    _ extents: [Int], _ numbers: inout SeededNumbers
  ) -> (strides: [Int], count: Int) {
    var (strides, count) = ([Int](repeating: 0, count: extents.count), 1)
    for axis in extents.indices.reversed() where numbers.below(4) > 0 {
      strides[axis] = count
      count *= extents[axis]
    }
    return (strides, count)
  }
}

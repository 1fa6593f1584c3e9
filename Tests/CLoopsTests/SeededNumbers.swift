import CLoops
import Testing

/// Numbers and extents that a seed yields: splitmix64.
struct SeededNumbers {
  private var state: UInt64

  init(seed: Int) { state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 }

  private mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func one<Element>(of choices: [Element]) -> Element { choices[below(choices.count)] }

  /// Values in −1 ..< 1.
  mutating func values(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(Double(next() >> 40) / Double(1 << 23) - 1) }
  }
}

/// The instruction sets that this machine has.
let instructionSets = [CL_PORTABLE, CL_AVX2, CL_AVX512].filter { cl_best($0) == $0 }

/// Counts of channels beside and between the numbers of lanes.
let channelCounts = [1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 70]

/// What a function writes to memory that has marks on both sides, which must stay.
func written(_ count: Int, by body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
  let margin = 24
  let mark: Float = 12345
  var memory = [Float](repeating: mark, count: margin + count + margin)
  unsafe memory.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return }
    unsafe (start + margin).update(repeating: .nan, count: count)
    unsafe body(start + margin)
  }
  let margins = memory.prefix(margin) + memory.suffix(margin)
  #expect(margins.allSatisfy { $0 == mark }, "something was written beside the result")
  return Array(memory[margin..<margin + count])
}

/// Expects the values to be as wanted, within a part of the largest; infinities and NaN as they are.
func expect(
  _ values: [Float], near wanted: [Double], within tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == wanted.count, sourceLocation: sourceLocation)
  let largest = wanted.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  let wrong = zip(values, wanted).enumerated().first { _, pair in
    let (value, want) = (Double(pair.0), pair.1)
    if want.isNaN { return !value.isNaN }
    if want.isInfinite { return value != want }
    return !(abs(value - want) <= tolerance * largest + Double(Float.leastNonzeroMagnitude))
  }
  let place = wrong.map { "\($0.offset): \($0.element.0), not \($0.element.1)" } ?? ""
  #expect(wrong == nil, "\(what), \(place)", sourceLocation: sourceLocation)
}

func expectSameBits(
  _ values: some Collection<Float>, _ others: some Collection<Float>, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    values.map(\.bitPattern) == others.map(\.bitPattern), "\(what)", sourceLocation: sourceLocation)
}

/// Extents or strides as C has them, from the first axis on.
func axes(_ values: [Int]) -> (Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64) {
  let v = (values + [Int](repeating: 0, count: 8 - values.count)).map(Int64.init)
  return (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7])
}

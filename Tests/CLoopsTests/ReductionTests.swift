import CLoops
import Foundation
import Testing

@Suite("Loops reduce, normalise and resample along an axis")
struct ReductionTests {
  /// An axis between others, as a seed yields it.
  struct Axis: CustomStringConvertible {
    let (outer, inner, rest): (Int, Int, Int)

    init(_ numbers: inout SeededNumbers) {
      let outer = 1 + numbers.below(4)
      let inner = 1 + numbers.below(numbers.one(of: [4, 40, 400]))
      let rest = numbers.below(2) == 0 ? 1 : 1 + numbers.below(40)
      (self.outer, self.inner, self.rest) = (outer, inner, rest)
    }

    var count: Int { outer * inner * rest }
    var description: String { "\(outer) · \(inner) · \(rest)" }

    /// For each place of the other axes, the function of the values along this one.
    func reduced(_ values: [Float], _ function: ([Double]) -> Double) -> [Double] {
      (0..<outer * rest).map { place in
        let start = place / rest * inner * rest + place % rest
        return function((0..<inner).map { Double(values[start + $0 * rest]) })
      }
    }

    /// The values, each line along this axis replaced.
    func replaced(_ values: [Float], _ function: ([Double]) -> [Double]) -> [Double] {
      var result = values.map(Double.init)
      for place in 0..<outer * rest {
        let places = (0..<inner).map { place / rest * inner * rest + place % rest + $0 * rest }
        for (at, value) in zip(places, function(places.map { Double(values[$0]) })) {
          result[at] = value
        }
      }
      return result
    }
  }

  static let reductions: [(cl_reduction, @Sendable ([Double]) -> Double)] = [
    (CL_SUM, { $0.reduce(0, +) }),
    (CL_MEAN, { $0.reduce(0, +) / Double($0.count) }),
    (CL_LARGEST, { $0.contains(where: \.isNaN) ? .nan : $0.max() ?? .nan }),
    (CL_LEAST, { $0.contains(where: \.isNaN) ? .nan : $0.min() ?? .nan }),
    (CL_PRODUCT, { $0.reduce(1, *) }),
    (CL_SQUARED_SUM, { $0.reduce(0) { $0 + $1 * $1 } }),
  ]

  @Test("An axis is reduced in double precision, and a NaN stays", arguments: 0..<20)
  func reduce(_ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let axis = Axis(&numbers)
    var values = numbers.values(axis.count)
    if seed % 3 == 0 { values[numbers.below(values.count)] = .nan }
    for (reduction, function) in Self.reductions {
      let wanted = axis.reduced(values, function)
      for set in instructionSets {
        let what = "\(reduction.rawValue) over \(axis) with \(set.rawValue)"
        let all = reduced(reduction, axis, axis.outer, set, 1, values)
        expect(all, near: wanted, within: 1e-7, what)
        expectSameBits(reduced(reduction, axis, axis.outer, set, 3, values), all, what)
        let alone = reduced(reduction, axis, 1, set, 1, values)
        expectSameBits(alone, all.prefix(axis.rest), "\(what), the first alone")
      }
    }
  }

  private func reduced(
    _ reduction: cl_reduction, _ axis: Axis, _ outer: Int, _ set: cl_instructions,
    _ threads: Int32, _ values: [Float]
  ) -> [Float] {
    unsafe written(outer * axis.rest) {
      unsafe cl_reduce(
        reduction, set, threads, Int64(outer), Int64(axis.inner), Int64(axis.rest), values, $0)
    }
  }

  @Test("A sum of a million values is exact to the last place")
  func reduceMany() {
    let values = [Float](repeating: 0.1, count: 1_000_000)
    for set in instructionSets {
      let sum = unsafe written(1) { unsafe cl_reduce(CL_SUM, set, 2, 1, 1_000_000, 1, values, $0) }
      #expect(sum == [Float(Double(Float(0.1)) * 1e6)])
    }
  }

  static let softmaxes: [(cl_softmax_kind, @Sendable ([Double]) -> [Double])] = [
    (
      CL_SOFTMAX,
      { line in
        let powers = line.map { exp($0 - (line.max() ?? 0)) }
        return powers.map { $0 / powers.reduce(0, +) }
      }
    ),
    (
      CL_LOG_SOFTMAX,
      { line in
        let largest = line.max() ?? 0
        let total = log(line.reduce(0) { $0 + exp($1 - largest) })
        return line.map { $0 - largest - total }
      }
    ),
    (
      CL_SPARSEMAX,
      { line in
        var (sum, sums, kept) = (0.0, 0.0, 0.0)
        for (k, value) in line.sorted(by: >).enumerated() {
          sum += value
          guard value - (sum - 1) / Double(k + 1) > 0 else { continue }
          sums += sum
          kept += 1
        }
        let threshold = (sums - 1) / kept
        return line.map { max(0, $0 - threshold) }
      }
    ),
  ]

  @Test("Softmax and its kin take no harm from large and infinite values", arguments: 0..<20)
  func softmax(_ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let axis = Axis(&numbers)
    var values = numbers.values(axis.count).map { $0 * 100 }
    if axis.inner > 1 && seed % 2 == 0 { values[numbers.below(values.count)] = -.infinity }
    for (kind, function) in Self.softmaxes {
      let wanted = axis.replaced(values, function)
      let all = softmax(kind, axis, axis.outer, 1, values)
      expect(all, near: wanted, within: 3e-6, "\(kind.rawValue) over \(axis)")
      expectSameBits(softmax(kind, axis, axis.outer, 4, values), all, "\(kind.rawValue), \(axis)")
      let alone = softmax(kind, axis, 1, 1, values)
      expectSameBits(alone, all.prefix(alone.count), "\(kind.rawValue), \(axis), the first alone")
    }
  }

  private func softmax(
    _ kind: cl_softmax_kind, _ axis: Axis, _ outer: Int, _ threads: Int32, _ values: [Float]
  ) -> [Float] {
    unsafe written(outer * axis.inner * axis.rest) {
      unsafe cl_softmax(
        kind, threads, Int64(outer), Int64(axis.inner), Int64(axis.rest), values, $0)
    }
  }

  @Test(
    "Values are normalised by their own moments", arguments: [1, 2, 7, 16, 33, 768],
    [true, false])
  func normalize(_ inner: Int, _ centered: Bool) {
    var numbers = SeededNumbers(seed: inner)
    let values = numbers.values(5 * inner).map { $0 + 3 }
    let epsilon: Float = 1e-3
    let wanted = (0..<5).flatMap { line in
      let x = values[line * inner..<(line + 1) * inner].map(Double.init)
      let mean = centered ? x.reduce(0, +) / Double(inner) : 0
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inner)
      return x.map { ($0 - mean) / (variance + Double(epsilon)).squareRoot() }
    }
    for threads: Int32 in [1, 3] {
      let result = unsafe written(values.count) {
        unsafe cl_normalize(centered, epsilon, threads, 5, Int64(inner), values, $0)
      }
      expect(result, near: wanted, within: 1e-6, "\(inner) values, \(threads) threads")
    }
  }

  @Test("Weighted sums are taken along an axis", arguments: 0..<12)
  func resample(_ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let axis = Axis(&numbers)
    let (places, taps) = (1 + numbers.below(30), 1 + numbers.below(5))
    let indices = (0..<places * taps).map { _ in Int32(numbers.below(axis.inner)) }
    let weights = numbers.values(places * taps), values = numbers.values(axis.count)
    var wanted: [Double] = []
    for outer in 0..<axis.outer {
      for place in 0..<places {
        for rest in 0..<axis.rest {
          wanted.append(
            (place * taps..<(place + 1) * taps).reduce(0) { sum, k in
              let at = (outer * axis.inner + Int(indices[k])) * axis.rest + rest
              return sum + Double(weights[k]) * Double(values[at])
            })
        }
      }
    }
    for threads: Int32 in [1, 4] {
      let result = unsafe written(wanted.count) {
        unsafe cl_resample(
          threads, Int64(axis.outer), Int64(axis.inner), Int64(places), Int64(axis.rest),
          Int64(taps), indices, weights, values, $0)
      }
      expect(result, near: wanted, within: 1e-6, "\(axis), \(places) places of \(taps)")
    }
  }
}

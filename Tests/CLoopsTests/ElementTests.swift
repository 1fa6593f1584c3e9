import CLoops
import Foundation
import Testing

@Suite("Loops compute functions of numbers, with every instruction set that the machine has")
struct ElementTests {
  /// A function, its parameters, and what it should yield.
  struct Case: Sendable, CustomTestStringConvertible {
    let function: UInt32
    var parameters: [Float] = [0, 0, 0]
    let wanted: @Sendable (Double) -> Double

    init(
      _ function: cl_function, _ parameters: [Float] = [0, 0, 0],
      _ wanted: @escaping @Sendable (Double) -> Double
    ) {
      self.function = function.rawValue
      self.parameters = parameters
      self.wanted = wanted
    }

    var testDescription: String { "function \(function), parameters \(parameters)" }
  }

  private static func clip(_ x: Double, _ least: Double, _ largest: Double) -> Double {
    x < least ? least : x > largest ? largest : x
  }

  private static func sigmoid(_ x: Double) -> Double {
    x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
  }

  private static func softplus(_ x: Double) -> Double {
    x.isNaN ? x : max(x, 0) + log1p(exp(-abs(x)))
  }

  static let cases = [
    Case(CL_AFFINE, [0.5, 4, 0]) { $0 * 0.5 + 4 },
    Case(CL_RELU, [0, .infinity, 0]) { $0 < 0 ? 0 : $0 },
    Case(CL_RELU, [0.25, 6, 1]) { $0 >= 6 ? 6 : $0 >= 1 ? $0 : 0.25 * ($0 - 1) },
    Case(CL_CLIP, [-0.5, 2, 0]) { clip($0, -0.5, 2) },
    Case(CL_SIGMOID) { sigmoid($0) },
    Case(CL_TANH) { tanh($0) },
    Case(CL_EXP) { exp($0) },
    Case(CL_LOG) { log($0) },
    Case(CL_SQRT) { $0.squareRoot() },
    Case(CL_RSQRT) { 1 / $0.squareRoot() },
    Case(CL_SQUARE) { $0 * $0 },
    Case(CL_ABS) { abs($0) },
    Case(CL_NEGATIVE) { -$0 },
    Case(CL_RECIPROCAL) { 1 / $0 },
    Case(CL_FLOOR) { $0.rounded(.down) },
    Case(CL_CEIL) { $0.rounded(.up) },
    Case(CL_ROUND) { $0.rounded(.toNearestOrEven) },
    Case(CL_SIGN) { $0.isNaN ? $0 : $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
    Case(CL_LOG1P) { log1p($0) },
    Case(CL_EXPM1) { expm1($0) },
    Case(CL_ERF) { erf($0) },
    Case(CL_SIN) { sin($0) },
    Case(CL_COS) { cos($0) },
    Case(CL_SILU) { $0 * sigmoid($0) },
    Case(CL_HARD_SIGMOID) { clip($0 + 3, 0, 6) / 6 },
    Case(CL_HARD_SILU) { $0 * (clip($0 + 3, 0, 6) / 6) },
    Case(CL_GELU) { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) },
    Case(CL_GELU_TANH) {
      $0 / 2 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
    },
    Case(CL_ELU, [0.75, 0, 0]) { $0 > 0 ? $0 : 0.75 * expm1($0) },
    Case(CL_CELU, [0.75, 0, 0]) { $0 > 0 ? $0 : 0.75 * expm1($0 / 0.75) },
    Case(CL_SELU) { 1.05070099 * ($0 > 0 ? $0 : 1.67326324 * expm1($0)) },
    Case(CL_SOFTPLUS) { softplus($0) },
    Case(CL_SOFTSIGN) { $0 / (1 + abs($0)) },
    Case(CL_MISH) { $0 * tanh(softplus($0)) },
    // The limit for −∞, where the sum is no number.
    Case(CL_SQUAREPLUS, [4, 0, 0]) {
      $0 == -.infinity ? 0 : ($0 + ($0 * $0 + 4).squareRoot()) / 2
    },
    Case(CL_HARD_SHRINK, [0.5, 0, 0]) { abs($0) <= 0.5 ? 0 : $0 },
    Case(CL_SOFT_SHRINK, [0.5, 0, 0]) { $0 - clip($0, -0.5, 0.5) },
    Case(CL_TANH_SHRINK) { $0 - tanh($0) },
    Case(CL_THRESHOLD, [0.5, -7, 0]) { $0 <= 0.5 ? -7 : $0 },
    Case(CL_SPARSE_PLUS) { $0 <= -1 ? 0 : $0 < 1 ? ($0 + 1) * ($0 + 1) / 4 : $0 },
    Case(CL_LOG_SIGMOID) { -softplus(-$0) },
  ]

  static let special: [Float] = [
    0, -0.0, 1, -1, .infinity, -.infinity, .nan, 88.7, 89, 200, -87, -100, -103, -200, 1e-38, 0.5,
    1.5, 2.5, -0.5, -1.5, 8_388_607.5, 1e10, -1e10, 6, 3, -3, 0.49999997,
  ]

  @Test("A function's values are close to those in double precision", arguments: cases)
  func map(_ c: Case) {
    var numbers = SeededNumbers(seed: Int(c.function))
    let values =
      Self.special + numbers.values(1500).map { $0 * 10 } + numbers.values(500).map { $0 * 100 }
    let function = cl_function(rawValue: c.function)
    for set in instructionSets {
      let all = mapped(function, c.parameters, set, 1, values)
      for (value, result) in zip(values, all) {
        let want = Float(c.wanted(Double(value)))
        let isClose = abs(result - want) <= 5e-7 * max(1, abs(want))
        #expect(
          isClose || result == want || result.isNaN && want.isNaN,
          "of \(value): \(result), not \(want), with \(set.rawValue)")
      }
      // Long enough to be shared out.
      let long = Array(repeating: values, count: 20).flatMap { $0 }
      let shared = mapped(function, c.parameters, set, 4, long)
      expectSameBits(shared, Array(repeating: all, count: 20).flatMap { $0 }, "4 threads")
      let tail = mapped(function, c.parameters, set, 1, Array(values[5..<24]))
      expectSameBits(tail, all[5..<24], "a short run")
    }
  }

  private func mapped(
    _ function: cl_function, _ p: [Float], _ set: cl_instructions, _ threads: Int32,
    _ values: [Float]
  ) -> [Float] {
    unsafe written(values.count) {
      unsafe cl_map(function, p, set, threads, Int64(values.count), values, $0)
    }
  }
}

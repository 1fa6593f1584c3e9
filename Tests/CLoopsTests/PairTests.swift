import CLoops
import Foundation
import Testing

@Suite("Loops compute functions of pairs, with every instruction set that the machine has")
struct PairTests {
  /// A function of two numbers, and what it should yield.
  struct Case: Sendable {
    let arithmetic: UInt32
    let wanted: @Sendable (Float, Float) -> Float

    init(_ arithmetic: cl_arithmetic, _ wanted: @escaping @Sendable (Float, Float) -> Float) {
      self.arithmetic = arithmetic.rawValue
      self.wanted = wanted
    }
  }

  private static func remainder(_ x: Float, _ y: Float) -> Float {
    let r = x.truncatingRemainder(dividingBy: y)
    return r != 0 && (r < 0) != (y < 0) ? r + y : r
  }

  /// The quotient that goes with the remainder: −1 for −3 and ∞, as in NumPy.
  private static func floorQuotient(_ x: Float, _ y: Float) -> Float {
    let r = x.truncatingRemainder(dividingBy: y)
    let quotient = (x - r) / y - (r != 0 && (r < 0) != (y < 0) ? 1 : 0)
    return y == 0 ? x / y : quotient.rounded()
  }

  static let cases = [
    Case(CL_ADD) { $0 + $1 },
    Case(CL_SUBTRACT) { $0 - $1 },
    Case(CL_MULTIPLY) { $0 * $1 },
    Case(CL_DIVIDE) { $0 / $1 },
    Case(CL_MAXIMUM) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) },
    Case(CL_MINIMUM) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) },
    Case(CL_POWER) { pow($0, $1) },
    Case(CL_FLOOR_DIVIDE) { floorQuotient($0, $1) },
    Case(CL_REMAINDER) { remainder($0, $1) },
    Case(CL_GREATER) { $0 > $1 ? 1 : 0 },
    Case(CL_GREATER_EQUAL) { $0 >= $1 ? 1 : 0 },
    Case(CL_LESS) { $0 < $1 ? 1 : 0 },
    Case(CL_LESS_EQUAL) { $0 <= $1 ? 1 : 0 },
    Case(CL_EQUAL) { $0 == $1 ? 1 : 0 },
    Case(CL_NOT_EQUAL) { $0 != $1 ? 1 : 0 },
  ]

  @Test("Arrays whose values repeat along axes are combined", arguments: cases.indices, 0..<6)
  func combine(_ index: Int, _ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let extents = (0..<seed).map { _ in 1 + numbers.below(9) }
    let (a, aCount) = strides(extents, &numbers), (b, bCount) = strides(extents, &numbers)
    combine(index, extents, a, aCount, b, bCount, &numbers)
  }

  /// As a factor a channel has it, for a map in blocks of channels: the kernels take whole rows then.
  @Test("A row is combined with many", arguments: cases.indices, [8, 16, 32])
  func rows(_ index: Int, _ length: Int) {
    var numbers = SeededNumbers(seed: length)
    // More than one thread's piece, which ends within the second axis.
    let extents = [2, 3, 700, length]
    let a = [3 * 700 * length, 700 * length, length, 1], b = [3 * length, length, 0, 1]
    combine(index, extents, a, 2 * a[0], b, 2 * b[0], &numbers)
  }

  private func combine(
    _ index: Int, _ extents: [Int], _ a: [Int], _ aCount: Int, _ b: [Int], _ bCount: Int,
    _ numbers: inout SeededNumbers
  ) {
    let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 2, 2, -3, -3, 0.1]
    func values(_ count: Int) -> [Float] {
      numbers.values(count).map { x in
        numbers.below(2) == 0 ? numbers.one(of: special) : (x * 64).rounded() / 8
      }
    }
    let x = values(aCount), y = values(bCount)
    let count = extents.reduce(1, *)
    let c = Self.cases[index]
    let wanted = (0..<count).map { place in
      var (rest, atA, atB) = (place, 0, 0)
      for axis in extents.indices.reversed() {
        atA += rest % extents[axis] * a[axis]
        atB += rest % extents[axis] * b[axis]
        rest /= extents[axis]
      }
      return c.wanted(x[atA], y[atB])
    }
    var pair = cl_pair(
      rank: Int32(extents.count), extents: axes(extents), a: axes(a), b: axes(b))
    let arithmetic = cl_arithmetic(rawValue: c.arithmetic)
    for set in instructionSets {
      let all = unsafe written(count) { unsafe cl_zip(arithmetic, &pair, set, 1, x, y, $0) }
      let wrong = zip(all, wanted).first { $0 != $1 && !($0.isNaN && $1.isNaN) }
      #expect(wrong == nil, "\(extents), \(a) and \(b) with \(set.rawValue)")
      let shared = unsafe written(count) { unsafe cl_zip(arithmetic, &pair, set, 4, x, y, $0) }
      expectSameBits(shared, all, "4 threads")
    }
  }

  /// Strides of an array that repeats along some axes, and how many values it has.
  private func strides(_ extents: [Int], _ numbers: inout SeededNumbers) -> ([Int], Int) {
    var (strides, count) = ([Int](repeating: 0, count: extents.count), 1)
    for axis in extents.indices.reversed() where numbers.below(4) > 0 {
      strides[axis] = count
      count *= extents[axis]
    }
    return (strides, count)
  }
}

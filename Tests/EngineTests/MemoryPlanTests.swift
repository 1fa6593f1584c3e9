import Engine
import TestSupport
import Testing

@Suite("Values share memory only while one of them is dead")
struct MemoryPlanTests {
  /// A value of a program: its size, and the steps from which and to which it lives.
  struct Lifetime {
    let byteCount: Int
    let steps: ClosedRange<Int>
  }

  private func lifetimes(seed: Int) -> [Lifetime] {
    var generator = SplitMix(seed: UInt64(seed))
    let steps = Int.random(in: 1...40, using: &generator)
    return (0..<steps).flatMap { first -> [Lifetime] in
      // A step may define a value, and take a copy of one that it reads.
      (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        let last = first + Int.random(in: 0...12, using: &generator)
        let size = Int.random(in: 0...2_000, using: &generator)
        return Lifetime(byteCount: size, steps: first...last)
      }
    }
  }

  @Test("No two values that live at one time overlap", arguments: 1...300)
  func disjoint(seed: Int) {
    let values = lifetimes(seed: seed)
    var plan = MemoryPlan()
    let regions = values.map { value in
      let first = plan.place(
        byteCount: value.byteCount, from: value.steps.lowerBound, to: value.steps.upperBound)
      return first..<first + value.byteCount
    }

    for (index, value) in values.enumerated() {
      #expect(regions[index].lowerBound >= 0 && regions[index].lowerBound % 64 == 0)
      #expect(regions[index].upperBound <= plan.byteCount)
      for other in 0..<index where values[other].steps.overlaps(value.steps) {
        #expect(!regions[other].overlaps(regions[index]), "values \(other) and \(index)")
      }
    }
    // As much as lives at once is needed, and more than all together never is.
    let sizes = values.map { ($0.byteCount + 63) / 64 * 64 }
    let live = (0...60).map { step in
      zip(values, sizes).reduce(0) { $0 + ($1.0.steps.contains(step) ? $1.1 : 0) }
    }
    #expect(plan.byteCount >= live.max() ?? 0 && plan.byteCount <= sizes.reduce(0, +))
  }

  @Test("A place is used again after the last step that touches it")
  func reuse() {
    var plan = MemoryPlan()
    #expect(plan.place(byteCount: 100, from: 0, to: 1) == 0)
    #expect(plan.place(byteCount: 64, from: 1, to: 3) == 128)
    #expect(plan.place(byteCount: 65, from: 2, to: 2) == 0)
    #expect(plan.place(byteCount: 129, from: 3, to: 3) == 192)
    #expect(plan.byteCount == 384)
  }
}

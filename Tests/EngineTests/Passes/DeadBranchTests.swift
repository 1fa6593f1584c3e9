import Engine
import Layers
import Networks
import Testing

@Suite("A branch that nothing reads is not computed")
struct DeadBranchTests {
  /// A layer that computes an auxiliary classifier and drops it, as for training alone.
  static let network = SketchedNetwork(6, 7, 3) { x in
    let map = x.conv("stem", filters: 5, kernel: 3).relu()
    let auxiliary = map.conv("auxiliary", filters: 4, kernel: 1).batchNorm("auxiliaryNorm")
    _ = (auxiliary + auxiliary.relu()).globalAveragePool()
    return map.conv("last", filters: 6, kernel: 3)
  }

  @Test("Its steps go, from the last to the first")
  func removed() throws {
    #expect(
      try Self.network.program().removingDeadBranches().listing == [
        "stem = conv stem 3×3/1×1 (input) → 4×5×5",
        "relu = relu (stem) → 4×5×5",
        "last = conv last 3×3/1×1 (relu) → 2×3×6",
      ])
    try Self.network.expectReferenceValues()
  }

  @Test("No kernel of it is left in the plan")
  func plan() throws {
    let plan = try Plan(compiling: Self.network.bound(), batch: 1)
    #expect(plan.steps.allSatisfy { !$0.path.hasPrefix("auxiliary") })
  }

  @Test("What leads to a tapped value stays")
  func tapped() throws {
    let program = try Self.network.program(taps: ["auxiliaryNorm"]).removingDeadBranches()
    #expect(
      program.listing == [
        "stem = conv stem 3×3/1×1 (input) → 4×5×5",
        "relu = relu (stem) → 4×5×5",
        "auxiliary = conv auxiliary 1×1/1×1 (relu) → 4×5×4",
        "auxiliaryNorm = batchNorm (auxiliary) → 4×5×4",
        "last = conv last 3×3/1×1 (relu) → 2×3×6",
      ])
  }

  @Test("A program without one stays as it is, though a value is read twice")
  func alive() throws {
    let program = try SketchedNetwork(4, 5, 3) { x in
      let map = x.conv("stem", filters: 3, kernel: 1)
      return (map + map.relu()).concatenated(with: x)
    }.program()
    #expect(program.removingDeadBranches() == program)
  }
}

import Engine
import Layers
import Networks
import Testing

@Suite("What several steps compute alike is computed once")
struct EqualStepTests {
  static let cases = [
    FusionCase(
      "a ReLU before each branch, and what follows it alike",
      steps: [
        "stem = conv stem 3×3/1×1 (input) → 5×7×6",
        "relu = relu (stem) → 5×7×6",
        "maxPool = maxPool 2×2/1×1 (relu) → 4×6×6",
        "left = conv left 1×1/1×1 (maxPool) → 4×6×4",
        "right = conv right 1×1/1×1 (maxPool) → 4×6×4",
        "add = add (left, right) → 4×6×4",
      ]
    ) { x in
      let map = x.conv("stem", filters: 6, kernel: 3)
      return map.relu().maxPool(2, strides: 1).conv("left", filters: 4, kernel: 1)
        + map.relu().maxPool(2, strides: 1).conv("right", filters: 4, kernel: 1)
    },
    FusionCase("not two of other windows, nor with weights of their own") { x in
      x.maxPool(2, strides: 1).conv("left", filters: 4, kernel: 1)
        + x.maxPool(2, strides: 1, padding: .same).conv("right", filters: 4, kernel: 2)
    },
    FusionCase("not what is tapped", taps: ["relu_2"]) { x in
      let map = x.conv("stem", filters: 6, kernel: 3)
      return map.relu().conv("left", filters: 4, kernel: 1)
        + map.relu().conv("right", filters: 4, kernel: 1)
    },
  ]

  @Test("Equal steps are shared where nobody can tell", arguments: cases)
  func sharing(_ example: FusionCase) throws { try example.expect { $0.sharingEqualSteps() } }

  @Test("The same numbers under other extents are not one value")
  func reshapes() throws {
    let network = SketchedNetwork(2, 3, 4) { x in
      let rows = x.reshaped([3, 2, 4]).conv("rows", filters: 5, kernel: 2)
      let columns = x.reshaped([1, 6, 4]).conv(
        "columns", filters: 5, kernel: Extent(height: 1, width: 3))
      return rows.flatten().dense("a", units: 3).concatenated(
        with: columns.flatten().dense("b", units: 4)
      )
      .concatenated(with: x.flatten())
    }
    try network.expectReferenceValues()
  }

  @Test("One ReLU for two branches is fused into the convolution before it")
  func fused() throws {
    let network = SketchedNetwork(6, 7, 3) { x in
      let map = x.conv("stem", filters: 6, kernel: 3)
      return map.relu().conv("left", filters: 4, kernel: 1)
        + map.relu().conv("right", filters: 4, kernel: 1)
    }
    #expect(
      Program.optimized(try network.graph()).listing.first
        == "relu = conv stem 3×3/1×1 · relu (input) → 4×5×6")
    try network.expectReferenceValues()
  }
}

import Engine
import Layers
import Networks
import Tensors
import Testing

/// A network, and what one pass leaves of it.
struct FusionCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let taps: Set<String>
  let network: SketchedNetwork
  /// The steps that are left; `nil` for all of them, as they were.
  let steps: [String]?

  init(
    _ description: String, taps: Set<String> = [], steps: [String]? = nil,
    _ body: @escaping @Sendable (Signal) -> Signal
  ) {
    testDescription = description
    self.taps = taps
    network = SketchedNetwork(7, 9, 5, body)
    self.steps = steps
  }

  func expect(_ pass: (Program) -> Program) throws {
    let program = try network.program(taps: taps)
    if let steps {
      #expect(pass(program).listing == steps)
    } else {
      #expect(pass(program) == program)
    }
    try network.expectReferenceValues()
  }
}

@Suite("Zeros around a map are absorbed by the steps that read it")
struct PaddingAbsorptionTests {
  static let cases = [
    FusionCase(
      "into a convolution's own padding",
      steps: ["spatial = conv spatial 3×3/2×2 pad 1,3,2,4 (input) → 5×7×6"]
    ) { x in
      x.zeroPadding(EdgePadding(top: 1, bottom: 2, left: 1, right: 3))
        .conv("spatial", filters: 6, kernel: 3, strides: 2, padding: .same)
    },
    FusionCase(
      "into all readers at once",
      steps: [
        "first = conv first 3×3/1×1 pad 1,1,1,1 (input) → 7×9×6",
        "second = conv second 1×1/1×1 pad 1,1,1,1 (input) → 9×11×6",
        "third = conv third 3×3/1×1 (second) → 7×9×6",
        "add = add (first, third) → 7×9×6",
      ]
    ) { x in
      let padded = x.zeroPadding(EdgePadding(all: 1))
      return padded.conv("first", filters: 6, kernel: 3)
        + padded.conv("second", filters: 6, kernel: 1).conv("third", filters: 6, kernel: 3)
    },
    FusionCase(
      "into a max-pool after a ReLU",
      steps: [
        "relu = relu (input) → 7×9×5", "maxPool = maxPool 3×3/2×2 pad 1,1,1,1 (relu) → 4×5×5",
      ]
    ) { x in x.relu().zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 2) },
    FusionCase(
      "into a max-pool of values that may be negative, whose padding then counts",
      steps: ["maxPool = maxPool 3×3/2×2 pad 1,1,1,1 of zeros (input) → 4×5×5"]
    ) { x in x.zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 2) },
    FusionCase("not into a max-pool of such values that pads with −∞ itself") { x in
      x.zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 1, padding: .same)
    },
    FusionCase("not where a window would be padding alone") { x in
      x.relu().zeroPadding(EdgePadding(all: 2)).maxPool(2, strides: 2)
    },
    FusionCase("not into an average, which would count other pixels") { x in
      x.zeroPadding(EdgePadding(all: 1)).averagePool(3, strides: 2)
    },
    FusionCase("not while one of the readers needs them") { x in
      let padded = x.zeroPadding(EdgePadding(all: 1))
      return padded.conv("first", filters: 5, kernel: 1) + padded.relu()
    },
    FusionCase("not if they are tapped", taps: ["pad"]) { x in
      x.zeroPadding(EdgePadding(all: 1)).conv("first", filters: 5, kernel: 3)
    },
    FusionCase("not if they are the result") { x in x.zeroPadding(EdgePadding(all: 1)) },
  ]

  @Test("Zeros go where it is exact", arguments: cases)
  func absorption(_ example: FusionCase) throws { try example.expect { $0.absorbingPadding() } }
}

@Suite("A batch norm is folded into the convolution that it reads")
struct BatchNormFoldingTests {
  static let cases = [
    FusionCase("alone", steps: ["norm = conv spatial 3×3/1×1 · norm (input) → 5×7×6"]) { x in
      x.conv("spatial", filters: 6, kernel: 3, bias: false).batchNorm("norm")
    },
    FusionCase(
      "once, and no second one",
      steps: [
        "norm = conv spatial 3×3/1×1 · norm (input) → 5×7×6", "second = batchNorm (norm) → 5×7×6",
      ]
    ) { x in x.conv("spatial", filters: 6, kernel: 3).batchNorm("norm").batchNorm("second") },
    FusionCase("not if the convolution is read twice") { x in
      let map = x.conv("spatial", filters: 6, kernel: 3)
      return map + map.batchNorm("norm")
    },
    FusionCase("not if the convolution is tapped", taps: ["spatial"]) { x in
      x.conv("spatial", filters: 6, kernel: 3).batchNorm("norm")
    },
    FusionCase("not over a ReLU") { x in
      x.conv("spatial", filters: 6, kernel: 3).relu().batchNorm("norm")
    },
    FusionCase("not into a pool") { x in x.maxPool(2, strides: 2).batchNorm("norm") },
  ]

  @Test("Norms go where it is exact", arguments: cases)
  func folding(_ example: FusionCase) throws { try example.expect { $0.foldingBatchNorm() } }
}

@Suite("A convolution adds in the place of the other operand")
struct AdditionFusionTests {
  static let cases = [
    FusionCase(
      "to a map that nobody reads again",
      steps: [
        "stem = conv stem 1×1/1×1 (input) → 7×9×6",
        "relu = relu (stem) → 7×9×6",
        "add = conv spatial 3×3/1×1 pad 1,1,1,1 · add (relu, stem) → 7×9×6",
      ]
    ) { x in
      let map = x.conv("stem", filters: 6, kernel: 1)
      return map + map.relu().conv("spatial", filters: 6, kernel: 3, padding: .same)
    },
    FusionCase("not to the map that it convolves, whose pixels it needs until the end") { x in
      let map = x.conv("stem", filters: 6, kernel: 1)
      return map + map.conv("spatial", filters: 6, kernel: 3, padding: .same)
    },
    FusionCase("not to the images") { x in x + x.conv("spatial", filters: 5, kernel: 1) },
    FusionCase("not to a map that is read again") { x in
      let map = x.conv("stem", filters: 6, kernel: 1)
      let sum = map.relu().conv("spatial", filters: 6, kernel: 3, padding: .same) + map
      return sum.concatenated(with: map)
    },
    FusionCase("not to a map that is tapped", taps: ["relu"]) { x in
      let map = x.conv("stem", filters: 6, kernel: 1).relu()
      return map + x.conv("spatial", filters: 6, kernel: 1)
    },
    FusionCase("not if the convolution itself is read again") { x in
      let map = x.conv("stem", filters: 6, kernel: 1)
      let product = x.conv("spatial", filters: 6, kernel: 1)
      return (map + product).concatenated(with: product)
    },
    FusionCase("not if the convolution is tapped", taps: ["spatial"]) { x in
      let map = x.conv("stem", filters: 6, kernel: 1)
      return map + x.conv("spatial", filters: 6, kernel: 1)
    },
    FusionCase("not if it adds to itself") { x in
      let map = x.conv("spatial", filters: 6, kernel: 1)
      return map + map
    },
  ]

  @Test("Sums lie where that is exact", arguments: cases)
  func fusion(_ example: FusionCase) throws { try example.expect { $0.fusingAddition() } }
}

@Suite("A ReLU is fused into the step that it reads")
struct ReLUFusionTests {
  static let cases = [
    FusionCase(
      "a convolution and a batch norm",
      steps: [
        "relu = conv spatial 3×3/1×1 · relu (input) → 5×7×6",
        "relu_2 = batchNorm · relu (relu) → 5×7×6",
      ]
    ) { x in x.conv("spatial", filters: 6, kernel: 3).relu().batchNorm("norm").relu() },
    FusionCase("not one that is read otherwise, too") { x in
      let map = x.conv("spatial", filters: 6, kernel: 3)
      return map + map.relu()
    },
    FusionCase("not one that is tapped", taps: ["norm"]) { x in x.batchNorm("norm").relu() },
    FusionCase("not a pool") { x in x.maxPool(2, strides: 2).relu() },
    FusionCase("not the images") { x in x.relu() },
  ]

  @Test("ReLUs go where it is exact", arguments: cases)
  func fusion(_ example: FusionCase) throws { try example.expect { $0.fusingFunctions() } }
}

@Suite("A batch norm is given along with the value that it reads")
struct ActivationFusionTests {
  static let cases = [
    FusionCase(
      "that a convolution defines, which goes on as well",
      steps: [
        "spatial = conv spatial 3×3/1×1 (input) → 5×7×6, norm = batchNorm",
        "add = add (spatial, norm) → 5×7×6",
      ]
    ) { x in
      let map = x.conv("spatial", filters: 6, kernel: 3)
      return map + map.batchNorm("norm")
    },
    FusionCase(
      "that a max-pool defines, tapped or not", taps: ["maxPool", "norm"],
      steps: ["maxPool = maxPool 2×2/2×2 (input) → 3×4×5, norm = batchNorm"]
    ) { x in x.maxPool(2, strides: 2).batchNorm("norm") },
    FusionCase(
      "but not a second one",
      steps: [
        "spatial = conv spatial 3×3/1×1 (input) → 5×7×6, norm = batchNorm",
        "second = batchNorm (spatial) → 5×7×6", "third = batchNorm (norm) → 5×7×6",
        "add = add (second, third) → 5×7×6",
      ]
    ) { x in
      let map = x.conv("spatial", filters: 6, kernel: 3)
      let norm = map.batchNorm("norm")
      return map.batchNorm("second") + norm.batchNorm("third")
    },
    FusionCase("but not one of an average, a sum or the images") { x in
      let norm = x.batchNorm("norm")
      return (norm + x).batchNorm("ofSum").averagePool(2, strides: 2).batchNorm("ofMean")
    },
  ]

  @Test("Norms go with convolutions and max-pools", arguments: cases)
  func fusion(_ example: FusionCase) throws { try example.expect { $0.fusingActivation() } }

  @Test("The ReLU of the norm goes along")
  func relu() throws {
    let network = SketchedNetwork(9, 8, 16) { x in
      let sum =
        x.conv("stem", filters: 32, kernel: 1)
        + x.conv("expand", filters: 32, kernel: 1, padding: .same)
      return sum + sum.batchNorm("norm").relu().conv("last", filters: 32, kernel: 3, padding: .same)
    }
    #expect(
      Program.optimized(try network.graph()).listing == [
        "stem = conv stem 1×1/1×1 (input) → 9×8×32",
        "add = conv expand 1×1/1×1 · add (input, stem) → 9×8×32, relu = batchNorm · relu",
        "add_2 = conv last 3×3/1×1 pad 1,1,1,1 · add (relu, add) → 9×8×32",
      ])
    try network.expectReferenceValues()
  }
}

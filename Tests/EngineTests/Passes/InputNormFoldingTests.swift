import Engine
import Layers
import Networks
import Tensors
import Testing

@Suite("A batch norm is folded into the convolution that reads it")
struct InputNormFoldingTests {
  /// A network and the steps that are left of it after both foldings of batch norms.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let network: SketchedNetwork
    let steps: [String]
  }

  static let cases = [
    Case(
      testDescription: "of the image, a kernel of 3×3 without bias",
      network: SketchedNetwork(7, 10, 3) { x in
        x.batchNorm("norm").conv("spatial", filters: 8, kernel: 3, bias: false)
      },
      steps: ["spatial = conv spatial 3×3/1×1 after norm (input) → 5×8×8"]),
    Case(
      testDescription: "norms before and after the same convolution, with a bias and a stride",
      network: SketchedNetwork(9, 6, 5) { x in
        x.relu().batchNorm("norm", scale: false)
          .conv("spatial", filters: 12, kernel: Extent(height: 3, width: 2), strides: 2)
          .batchNorm("spatialNorm", center: false).relu()
      },
      steps: [
        "relu = relu (input) → 9×6×5",
        "spatialNorm = conv spatial 3×2/2×2 after norm · spatialNorm (relu) → 4×3×12",
        "relu_2 = relu (spatialNorm) → 4×3×12",
      ]),
    Case(
      testDescription: "a map that another branch reads, too, in groups",
      network: SketchedNetwork(8, 7, 4) { x in
        let map = x.conv("stem", filters: 12, kernel: 3)
        return map.batchNorm("norm", epsilon: 0.3)
          .conv("grouped", filters: 24, kernel: 3, groups: 4)
          + map.conv("project", filters: 24, kernel: 3)
      },
      steps: [
        "stem = conv stem 3×3/1×1 (input) → 6×5×12",
        "grouped = conv grouped 3×3/1×1 after norm (stem) → 4×3×24",
        "project = conv project 3×3/1×1 (stem) → 4×3×24",
        "add = add (grouped, project) → 4×3×24",
      ]),
    Case(
      testDescription: "a kernel for each channel, dilated",
      network: SketchedNetwork(9, 8, 6) { x in
        x.batchNorm("norm")
          .conv("depthwise", filters: 12, kernel: 2, dilation: 3, groups: 6, bias: false)
      },
      steps: ["depthwise = conv depthwise 2×2/1×1 after norm (input) → 6×5×12"]),
    Case(
      testDescription: "a large map, by Winograd's algorithm",
      network: SketchedNetwork(14, 19, 16) { x in
        x.batchNorm("norm").conv("spatial", filters: 32, kernel: 3)
      },
      steps: ["spatial = conv spatial 3×3/1×1 after norm (input) → 12×17×32"]),
    Case(
      testDescription: "the row that a dense layer reads",
      network: SketchedNetwork(5, 3, 7) { x in
        x.globalAveragePool().batchNorm("norm").dense("logits", units: 11)
      },
      steps: [
        "pool = averagePool 5×3/1×1 (input) → 7",
        "logits = conv logits 1×1/1×1 after norm (pool) → 11",
      ]),
  ]

  @Test("One step is left of the two", arguments: cases)
  func structure(_ example: Case) throws {
    let program = try example.network.program().foldingBatchNorm().foldingBatchNormIntoReader()
    #expect(program.listing == example.steps)
  }

  @Test("The values are those of the network as it was written", arguments: cases)
  func values(_ example: Case) throws {
    try example.network.expectReferenceValues()
  }

  @Test("The batch's own statistics cannot be folded")
  func batchStatistics() throws {
    let network = Self.cases[1].network
    let program = Program.optimized(try network.graph(), statistics: .ofBatch)
    #expect(
      program.listing == [
        "relu = relu (input) → 9×6×5",
        "norm = batchNorm (relu) → 9×6×5",
        "spatial = conv spatial 3×2/2×2 (norm) → 4×3×12",
        "relu_2 = batchNorm · relu (spatial) → 4×3×12",
      ])
    try network.expectReferenceValues(.ofBatch)
  }

  /// Networks in which the norm must stay.
  static let refusals: [(String, Set<String>, SketchedNetwork)] = [
    (
      "the convolution pads with zeros, which the norm would move", [],
      SketchedNetwork(6, 5, 3) { x in
        x.batchNorm("norm").conv("spatial", filters: 4, kernel: 3, padding: .same)
      }
    ),
    (
      "zeros lie between the two", [],
      SketchedNetwork(6, 5, 3) { x in
        x.batchNorm("norm").zeroPadding(EdgePadding(top: 0, bottom: 1, left: 0, right: 0))
          .conv("spatial", filters: 4, kernel: 2)
      }
    ),
    (
      "the norm is tapped", ["norm"],
      SketchedNetwork(6, 5, 3) { x in x.batchNorm("norm").conv("spatial", filters: 4, kernel: 3) }
    ),
    ("the norm is the result", [], SketchedNetwork(6, 5, 3) { x in x.batchNorm("norm") }),
    (
      "another step reads the norm", [],
      SketchedNetwork(6, 5, 3) { x in
        let norm = x.batchNorm("norm")
        return norm + norm.conv("spatial", filters: 3, kernel: 1)
      }
    ),
    (
      "a ReLU lies between the two", [],
      SketchedNetwork(6, 5, 3) { x in
        x.batchNorm("norm").relu().conv("spatial", filters: 4, kernel: 3)
      }
    ),
    (
      "a pool reads the norm", [],
      SketchedNetwork(6, 5, 3) { x in x.batchNorm("norm").averagePool(2, strides: 2) }
    ),
  ]

  @Test("The program stays as it is", arguments: refusals)
  func refusal(_ why: String, _ taps: Set<String>, _ network: SketchedNetwork) throws {
    let program = try network.program(taps: taps).absorbingPadding()
    #expect(program.foldingBatchNormIntoReader() == program, "\(why)")
    // Nor when the ReLU has become part of the norm.
    let fused = program.fusingFunctions()
    #expect(fused.foldingBatchNormIntoReader() == fused, "\(why)")
    try network.expectReferenceValues()
  }
}

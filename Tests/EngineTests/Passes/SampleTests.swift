import Engine
import Layers
import Networks
import Testing

@Suite("Single pixels of a map are taken by the step that reads them")
struct SampleTests {
  private static let cropped =
    "pad([Networks.Edge(before: -1, after: -1), Networks.Edge(before: -1, after: -1), "
    + "Networks.Edge(before: 0, after: 0)], Networks.PadMode.constant(0.0))"

  static let shifts = [
    FusionCase(
      "zeros behind a map and its first row and column cropped, as NASNet shifts it",
      steps: [
        "averagePool = maxPool 1×1/2×2 pad -1,1,-1,1 of zeros (input) → 4×5×5",
        "only = conv only 1×1/1×1 (averagePool) → 4×5×4",
      ]
    ) { x in
      x.zeroPadding(EdgePadding(top: 0, bottom: 1, left: 0, right: 1))
        .cropping(EdgePadding(top: 1, bottom: 0, left: 1, right: 0))
        .averagePool(1, strides: 2).conv("only", filters: 4, kernel: 1)
    },
    FusionCase(
      "not the zeros around what was cropped",
      steps: [
        "crop = \(cropped) (input) → 5×7×5",
        "averagePool = maxPool 1×1/3×3 pad 1,1,1,1 of zeros (crop) → 3×3×5",
        "only = conv only 1×1/1×1 (averagePool) → 3×3×4",
      ]
    ) { x in
      x.cropping(EdgePadding(all: 1)).zeroPadding(EdgePadding(all: 1))
        .averagePool(1, strides: 3).conv("only", filters: 4, kernel: 1)
    },
    FusionCase("not what others read, nor larger windows") { x in
      let padded = x.zeroPadding(EdgePadding(all: 1))
      return padded.averagePool(1, strides: 2).conv("left", filters: 4, kernel: 1)
        .concatenated(with: padded.averagePool(3, strides: 2, padding: .same))
    },
  ]

  @Test("A map is padded and cropped where its pixels are taken", arguments: shifts)
  func shifting(_ example: FusionCase) throws { try example.expect { $0.joiningSamples() } }

  static let strides = [
    FusionCase(
      "once for all that take the same",
      steps: [
        "left/subsample = averagePool 1×1/2×2 (input) → 4×5×5",
        "left = conv left 1×1/1×1 (left/subsample) → 4×5×4",
        "right = conv right 1×1/1×1 (left/subsample) → 4×5×4",
        "add = add (left, right) → 4×5×4",
      ]
    ) { x in
      x.conv("left", filters: 4, kernel: 1, strides: 2)
        + x.conv("right", filters: 4, kernel: 1, strides: 2)
    },
    FusionCase("not of larger windows, nor of one pixel") { x in
      x.conv("left", filters: 4, kernel: 3, strides: 3)
        .conv("right", filters: 4, kernel: 1, strides: 4)
    },
  ]

  @Test("1×1 convolutions with strides read a map of their pixels", arguments: strides)
  func sampling(_ example: FusionCase) throws {
    try example.expect { $0.samplingBeforeProducts() }
  }

  @Test("Sums, pools and samples are as the reference computes them, one by one and in chains")
  func values() throws {
    let network = SketchedNetwork(37, 41, 3) { image in
      let x = image.conv("stem", filters: 40, kernel: 3, strides: 2, padding: .same)
      let left = x.conv("wide", filters: 72, kernel: 1).maxPool(3, strides: 2, padding: .same)
      let sum = left + x.conv("short", filters: 72, kernel: 1, strides: 2)
      let mean = sum.averagePool(3, strides: 1, padding: .same) + sum
      return (mean + mean).concatenated(with: sum.maxPool(2, strides: 1, padding: .same))
    }
    try network.expectReferenceValues()
  }
}

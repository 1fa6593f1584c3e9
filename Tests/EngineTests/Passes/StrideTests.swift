import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("A stride moves back to where the map that it thins out is computed")
struct StrideTests {
  /// A network, the steps that are left of it, and the same network with its strides moved by hand.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let network: SketchedNetwork
    let steps: [String]
    let moved: SketchedNetwork
  }

  static let cases: [Case] = [
    Case(
      testDescription: "through ReLU and batch norm into a 3×3 convolution",
      network: SketchedNetwork(9, 7, 5) { x in
        x.conv("spatial", filters: 12, kernel: 3, padding: .same).batchNorm("norm").relu()
          .conv("reduce", filters: 8, kernel: 1, strides: 2)
      },
      steps: [
        "spatial = conv spatial 3×3/2×2 pad 1,1,1,1 (input) → 5×4×12",
        "norm = batchNorm (spatial) → 5×4×12",
        "relu = relu (norm) → 5×4×12",
        "reduce = conv reduce 1×1/1×1 (relu) → 5×4×8",
      ],
      moved: SketchedNetwork(9, 7, 5) { x in
        x.zeroPadding(EdgePadding(all: 1)).conv("spatial", filters: 12, kernel: 3, strides: 2)
          .batchNorm("norm").relu()
          .conv("reduce", filters: 8, kernel: 1)
      }),
    Case(
      testDescription: "through an addition whose other operand is read whole",
      network: SketchedNetwork(10, 13, 4) { image in
        let x = image.conv("stem", filters: 16, kernel: 3, padding: .same).relu()
        let branch = x.conv("first", filters: 6, kernel: 1).relu()
          .conv("spatial", filters: 6, kernel: 3, padding: .same).batchNorm("spatialNorm").relu()
          .conv("expand", filters: 16, kernel: 1).batchNorm("expandNorm")
        let sum = (x + branch).relu()
        return sum.conv("project", filters: 24, kernel: 1, strides: 2)
          + sum.conv("reduce", filters: 24, kernel: 1, strides: 2).relu()
      },
      steps: [
        "stem = conv stem 3×3/1×1 pad 1,1,1,1 (input) → 10×13×16",
        "relu = relu (stem) → 10×13×16",
        "add/subsample = averagePool 1×1/2×2 (relu) → 5×7×16",
        "first = conv first 1×1/1×1 (relu) → 10×13×6",
        "relu_2 = relu (first) → 10×13×6",
        "spatial = conv spatial 3×3/2×2 pad 1,1,1,1 (relu_2) → 5×7×6",
        "spatialNorm = batchNorm (spatial) → 5×7×6",
        "relu_3 = relu (spatialNorm) → 5×7×6",
        "expand = conv expand 1×1/1×1 (relu_3) → 5×7×16",
        "expandNorm = batchNorm (expand) → 5×7×16",
        "add = add (add/subsample, expandNorm) → 5×7×16",
        "relu_4 = relu (add) → 5×7×16",
        "project = conv project 1×1/1×1 (relu_4) → 5×7×24",
        "reduce = conv reduce 1×1/1×1 (relu_4) → 5×7×24",
        "relu_5 = relu (reduce) → 5×7×24",
        "add_2 = add (project, relu_5) → 5×7×24",
      ],
      moved: SketchedNetwork(10, 13, 4) { image in
        let x = image.conv("stem", filters: 16, kernel: 3, padding: .same).relu()
        let skip = x.maxPool(1, strides: 2)
        let branch = x.conv("first", filters: 6, kernel: 1).relu()
          .zeroPadding(EdgePadding(all: 1)).conv("spatial", filters: 6, kernel: 3, strides: 2)
          .batchNorm("spatialNorm").relu()
          .conv("expand", filters: 16, kernel: 1).batchNorm("expandNorm")
        let sum = (skip + branch).relu()
        return sum.conv("project", filters: 24, kernel: 1)
          + sum.conv("reduce", filters: 24, kernel: 1).relu()
      }),
    Case(
      testDescription: "through both operands of a concatenation, one the image",
      network: SketchedNetwork(7, 11, 3) { x in
        x.concatenated(with: x.conv("spatial", filters: 5, kernel: 5, padding: .same))
          .conv("reduce", filters: 9, kernel: 1, strides: Extent(height: 3, width: 2))
      },
      steps: [
        "concatenate/subsample = averagePool 1×1/3×2 (input) → 3×6×3",
        "spatial = conv spatial 5×5/3×2 pad 2,2,2,2 (input) → 3×6×5",
        "concatenate = concatenate (concatenate/subsample, spatial) → 3×6×8",
        "reduce = conv reduce 1×1/1×1 (concatenate) → 3×6×9",
      ],
      moved: SketchedNetwork(7, 11, 3) { x in
        let strides = Extent(height: 3, width: 2)
        let spatial = x.zeroPadding(EdgePadding(all: 2))
          .conv("spatial", filters: 5, kernel: 5, strides: strides)
        return x.maxPool(1, strides: strides).concatenated(with: spatial)
          .conv("reduce", filters: 9, kernel: 1)
      }),
    Case(
      testDescription: "through 1×1 convolutions, two strides at once, into a max-pool",
      network: SketchedNetwork(19, 14, 6) { x in
        x.maxPool(3, strides: 2, padding: .same).relu().conv("first", filters: 10, kernel: 1).relu()
          .conv("second", filters: 4, kernel: 1, strides: Extent(height: 1, width: 2))
          .conv("third", filters: 7, kernel: 1, strides: 2)
      },
      steps: [
        "maxPool = maxPool 3×3/4×8 pad 1,1,0,1 (input) → 5×2×6",
        "relu = relu (maxPool) → 5×2×6",
        "first = conv first 1×1/1×1 (relu) → 5×2×10",
        "relu_2 = relu (first) → 5×2×10",
        "second = conv second 1×1/1×1 (relu_2) → 5×2×4",
        "third = conv third 1×1/1×1 (second) → 5×2×7",
      ],
      moved: SketchedNetwork(19, 14, 6) { x in
        // The windows begin where they did, though `same` would now pad less.
        x.relu().zeroPadding(EdgePadding(top: 1, bottom: 1, left: 0, right: 1))
          .maxPool(3, strides: Extent(height: 4, width: 8))
          .conv("first", filters: 10, kernel: 1).relu()
          .conv("second", filters: 4, kernel: 1).conv("third", filters: 7, kernel: 1)
      }),
    Case(
      testDescription: "of 1×1 pools, which vanish",
      network: SketchedNetwork(8, 9, 3) { x in
        let map = x.conv("spatial", filters: 6, kernel: 3)
        let active = map.relu()
        return map.maxPool(1, strides: 2) + active.averagePool(1, strides: 2)
      },
      steps: [
        "spatial = conv spatial 3×3/2×2 (input) → 3×4×6",
        "relu = relu (spatial) → 3×4×6",
        "add = add (spatial, relu) → 3×4×6",
      ],
      moved: SketchedNetwork(8, 9, 3) { x in
        let map = x.conv("spatial", filters: 6, kernel: 3, strides: 2)
        return map + map.relu()
      }),
  ]

  @Test("Only what is read is computed", arguments: cases)
  func structure(_ example: Case) throws {
    let program = try example.network.program().absorbingPadding()
    #expect(program.movingStridesBack(.moving).listing == example.steps)
  }

  @Test("No bit differs from the network whose strides were moved by hand", arguments: cases)
  func sameBits(_ example: Case) throws {
    for format in DataFormat.allCases {
      let (result, moved) = try (example.network.planned(format), example.moved.planned(format))
      #expect(result.shape == moved.shape)
      #expect(result.values.map(\.bitPattern) == moved.values.map(\.bitPattern), "\(format)")
    }
  }

  @Test("The values are those of the network as it was written", arguments: cases)
  func values(_ example: Case) throws {
    try example.network.expectReferenceValues()
  }

  @Test("A copy keeps what is no number")
  func notANumber() throws {
    let network = SketchedNetwork(5, 4, 3) { x in
      x.concatenated(with: x.conv("spatial", filters: 5, kernel: 3, padding: .same))
        .averagePool(1, strides: 2)
    }
    var images = Tensor(shape: [1, 5, 4, 3], values: Array(repeating: 1, count: 60))
    images.values[0] = .nan
    let result = try Plan(compiling: network.bound(), batch: 1).run(images)
    #expect(result.values[0].isNaN && result.values[1...2] == [1, 1])
  }

  @Test("With the batch's own statistics a stride passes a ReLU, and the values stay")
  func batchStatistics() throws {
    let network = SketchedNetwork(9, 7, 5) { x in
      x.conv("first", filters: 6, kernel: 3).batchNorm("norm").relu()
        .conv("second", filters: 4, kernel: 3, padding: .same).relu()
        .conv("reduce", filters: 8, kernel: 1, strides: 2)
    }
    #expect(
      try network.program().movingStridesBack(.ofBatch).listing == [
        "first = conv first 3×3/1×1 (input) → 7×5×6",
        "norm = batchNorm (first) → 7×5×6",
        "relu = relu (norm) → 7×5×6",
        "second = conv second 3×3/2×2 pad 1,1,1,1 (relu) → 4×3×4",
        "relu_2 = relu (second) → 4×3×4",
        "reduce = conv reduce 1×1/1×1 (relu_2) → 4×3×8",
      ])
    try network.expectReferenceValues(.ofBatch)
  }

  /// A residual block whose sum is read at every second pixel, as wide as Assay's own kernels need.
  static let wide = SketchedNetwork(10, 13, 16) { image in
    let x = image.conv("stem", filters: 32, kernel: 1).relu()
    let branch = x.conv("spatial", filters: 32, kernel: 3, padding: .same).relu()
    let sum = (x + branch.conv("expand", filters: 32, kernel: 1)).relu()
    return sum.conv("reduce", filters: 16, kernel: 1, strides: 2)
  }
  static let wideMoved = SketchedNetwork(10, 13, 16) { image in
    let x = image.conv("stem", filters: 32, kernel: 1).relu()
    let branch = x.zeroPadding(EdgePadding(all: 1))
      .conv("spatial", filters: 32, kernel: 3, strides: 2).relu()
    let sum = (x.maxPool(1, strides: 2) + branch.conv("expand", filters: 32, kernel: 1)).relu()
    return sum.conv("reduce", filters: 16, kernel: 1)
  }

  @Test(
    "In bfloat16 no bit differs either, and 8 bits hold the same values",
    .enabled(if: OneDNN.hasBFloat16))
  func lowPrecision() throws {
    let images = HashedWeights.images(Self.wide.image, count: 2)
    let bound = try Self.wide.bound()
    let expected = try ReferenceExecutor(bound).run(images)
    func error(_ result: Tensor) -> Float {
      let worst = result.worstDifference(from: expected)
      return worst.difference / worst.largest
    }
    let narrow = try Plan(compiling: bound, batch: 2, precision: .bfloat16).run(images)
    let moved = try Plan(compiling: Self.wideMoved.bound(), batch: 2, precision: .bfloat16)
      .run(images)
    #expect(narrow.values.map(\.bitPattern) == moved.values.map(\.bitPattern))
    #expect(error(narrow) <= 0.02)

    var calibrator = try Calibrator(bound, batch: 2)
    _ = try calibrator.observe(images)
    let bytes = try Plan(
      compiling: bound, batch: 2, precision: .int8(calibrator.calibration)
    ).run(images)
    #expect(error(bytes) <= 0.1)
  }

  @Test(
    "A convolution adds every second pixel of a map as it lies, but not of one that was added to by then",
    .enabled(if: OneDNN.hasBFloat16))
  func addedSamples() throws {
    func samples(_ network: SketchedNetwork) throws -> [String] {
      let images = HashedWeights.images(network.image, count: 2)
      let bound = try network.bound()
      let plan = try Plan(compiling: bound, batch: 2, precision: .bfloat16)
      let expected = try ReferenceExecutor(bound).run(images)
      let worst = try plan.run(images).worstDifference(from: expected)
      #expect(worst.difference <= 0.02 * worst.largest)
      return plan.steps.filter { $0.kernel.hasPrefix("eltwise") && $0.path != "stem" }.map(\.path)
    }
    #expect(try samples(Self.wide) == [])
    #expect(try samples(Self.wideMoved) == [])
    let overwritten = SketchedNetwork(10, 12, 16) { image in
      let x = image.conv("stem", filters: 32, kernel: 1).relu()
      let pixels = x.maxPool(1, strides: 2)
      let sum = image.conv("other", filters: 32, kernel: 1) + x
      return pixels + sum.conv("spatial", filters: 32, kernel: 3, strides: 2, padding: .same)
    }
    #expect(try samples(overwritten) == ["maxPool"])
  }
}

import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Plans in bf16 and int8 stay near the reference")
struct PrecisionPlanTests {
  static let networks: [(name: String, network: SketchedNetwork)] = [
    (
      "pre-activation block",
      SketchedNetwork(9, 7, 32) { x in
        let active = x.batchNorm("norm").relu()
        let middle = active.conv("first", filters: 32, kernel: 3, padding: .same, bias: false)
          .batchNorm("middle").relu()
        return x + middle.conv("second", filters: 32, kernel: 3, padding: .same)
      }
    ),
    (
      "block of version 1",
      SketchedNetwork(8, 8, 16) { x in
        let skip = x.conv("skip", filters: 32, kernel: 1, strides: 2).batchNorm("skipNorm")
        let middle = x.conv("first", filters: 16, kernel: 3, strides: 2, padding: .same)
          .batchNorm("middle").relu()
        return (skip + middle.conv("second", filters: 32, kernel: 1).batchNorm("norm")).relu()
      }
    ),
    (
      "stem, max-pool over zeros, mean of the map",
      SketchedNetwork(23, 17, 3) { x in
        x.zeroPadding(EdgePadding(all: 3)).conv("stem", filters: 32, kernel: 7, strides: 2)
          .zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 2)
          .batchNorm("norm").relu().conv("next", filters: 32, kernel: 1)
          .globalAveragePool().dense("head", units: 10)
      }
    ),
    (
      "concatenation",
      SketchedNetwork(7, 5, 16) { x in
        x.conv("left", filters: 16, kernel: 3, padding: .same).relu()
          .concatenated(with: x.conv("right", filters: 32, kernel: 1))
          .conv("joined", filters: 16, kernel: 3)
      }
    ),
    (
      "zeros that two kinds of step read",
      SketchedNetwork(8, 9, 16) { x in
        let padded = x.conv("stem", filters: 16, kernel: 1).zeroPadding(EdgePadding(all: 1))
        return padded.conv("first", filters: 16, kernel: 1) + padded.relu()
      }
    ),
    (
      "concatenations of concatenations, which windows read",
      SketchedNetwork(9, 8, 3) { x in
        let image = x.conv("stem", filters: 32, kernel: 3, padding: .same).relu()
        let left = image.conv("a", filters: 32, kernel: 1).relu()
          .concatenated(with: image.conv("b", filters: 64, kernel: 3, padding: .same).relu())
        let whole = left.concatenated(with: image.maxPool(3, strides: 1, padding: .same))
        return whole.conv("joined", filters: 48, kernel: 3, padding: .same).relu()
          .conv("after", filters: 16, kernel: 3, padding: .same)
          .concatenated(with: left.conv("again", filters: 16, kernel: 1))
      }
    ),
    (
      "parts that Winograd's algorithm reads and writes, and means that share columns",
      SketchedNetwork(9, 13, 3) { x in
        let image = x.conv("stem", filters: 32, kernel: 3, padding: .same).relu()
        let left = image.conv("a", filters: 32, kernel: 3, padding: .same).relu()
        let right = image.averagePool(3, strides: 1, padding: .same)
          .conv("b", filters: 16, kernel: 1).relu()
        let whole = left.concatenated(with: right).conv("joined", filters: 32, kernel: 1)
        return whole.concatenated(with: left.conv("again", filters: 32, kernel: 3, padding: .same))
          .conv("last", filters: 16, kernel: 1)
      }
    ),
    (
      "windows of any width",
      SketchedNetwork(5, 71, 16) { x in
        let far = x.averagePool(Extent(height: 3, width: 60), strides: 1, padding: .same)
        let wide = x.averagePool(Extent(height: 2, width: 40), strides: 1, padding: .same)
        return (far + wide).conv("only", filters: 16, kernel: 1)
      }
    ),
    (
      "dense block",
      SketchedNetwork(11, 9, 3) { image in
        var x = image.conv("first", filters: 32, kernel: 3, padding: .same).relu()
        for layer in 0..<3 {
          let new = x.batchNorm("norm\(layer)").relu()
            .conv("reduce\(layer)", filters: 64, kernel: 1).relu()
            .conv("grow\(layer)", filters: 32, kernel: 3, padding: .same)
          x = x.concatenated(with: new)
        }
        return x.conv("last", filters: 8, kernel: 1)
      }
    ),
    (
      "inverted residual with functions",
      SketchedNetwork(14, 13, 3) { image in
        let x = image.conv("first", filters: 24, kernel: 3, strides: 2, padding: .same)
          .applying(.map(.silu))
        let wide = x.conv("expand", filters: 96, kernel: 1)
          .applying(.map(.relu(negativeSlope: 0, largest: 6, threshold: 0)))
          .conv("spatial", filters: 96, kernel: 3, padding: .same, groups: 96)
          .applying(.map(.hardSilu))
        return (wide.conv("project", filters: 24, kernel: 1) + x)
          .globalAveragePool().dense("head", units: 10)
      }
    ),
    (
      "functions after windows",
      SketchedNetwork(10, 15, 3) { image in
        let x = image.applying(.map(.affine(scale: 2, offset: -1)))
          .conv("stem", filters: 32, kernel: 3, strides: 2, padding: .same).applying(.map(.silu))
        let wide = x.conv("wide", filters: 48, kernel: 3, padding: .same)
          .applying(.map(.relu(negativeSlope: 0, largest: 6, threshold: 0)))
        return (wide.conv("narrow", filters: 32, kernel: 1) + x)
          .conv("spatial", filters: 32, kernel: 3, padding: .same, groups: 32)
      }
    ),
    ("attention", BandPlanTests.attention),
    (
      "5 channels",
      SketchedNetwork(7, 9, 5) { x in
        x.conv("first", filters: 5, kernel: 3, padding: .same).relu()
          .conv("second", filters: 16, kernel: 1)
      }
    ),
  ]

  private func calibration(_ network: SketchedNetwork, _ images: Tensor) throws -> Calibration {
    var calibrator = try Calibrator(network.bound(), batch: 2)
    _ = try calibrator.observe(images)
    return calibrator.calibration
  }

  private func expectNear(
    _ network: SketchedNetwork, _ precision: Precision, _ images: Tensor, share: Float
  ) throws {
    let bound = try network.bound()
    let expected = try ReferenceExecutor(bound).run(images)
    let alone = try Plan(compiling: bound, batch: 1, precision: precision).run(images)
    let worst = alone.worstDifference(from: expected)
    #expect(worst.difference <= share * worst.largest, "\(worst)")
    for (batch, threads, streams) in [(5, 1, 1), (2, 2, 2), (8, 2, 1), (3, 4, 2)] {
      let result = try Plan(
        compiling: bound, batch: batch, threads: threads, streams: streams, precision: precision
      ).run(images)
      let same = result.values.map(\.bitPattern) == alone.values.map(\.bitPattern)
      #expect(same, "batch \(batch), \(threads) threads, \(streams) streams")
    }
  }

  @Test(
    "In bf16 within 2 % of the largest, the same bits for any batch and threads",
    .enabled(if: OneDNN.hasBFloat16), arguments: networks.indices)
  func bfloat16(_ index: Int) throws {
    let network = Self.networks[index].network
    let images = HashedWeights.images(network.image, count: 7)
    try expectNear(network, .bfloat16, images, share: 0.02)
  }

  @Test(
    "In int8 within 6 % of the largest, the same bits for any batch and threads",
    arguments: networks.indices)
  func int8(_ index: Int) throws {
    let network = Self.networks[index].network
    let images = HashedWeights.images(network.image, count: 7)
    try expectNear(network, .int8(calibration(network, images)), images, share: 0.06)
  }

  @Test("A map without a range is named")
  func missingRange() throws {
    let network = Self.networks[0].network
    let images = HashedWeights.images(network.image, count: 2)
    let whole = try calibration(network, images)
    #expect(!whole.ranges.isEmpty)
    for path in whole.ranges.keys {
      var calibration = whole
      calibration.ranges[path] = nil
      let error = #expect(throws: EngineError.self) {
        try Plan(compiling: network.bound(), batch: 1, precision: .int8(calibration))
      }
      #expect(error?.description.contains("no range for the values of \(path);") == true)
    }
  }

  @Test("A convolution that is kept runs in f32")
  func kept() throws {
    let network = Self.networks[0].network
    let images = HashedWeights.images(network.image, count: 2)
    var calibration = try calibration(network, images)
    func bytes() throws -> Int {
      let plan = try Plan(compiling: network.bound(), batch: 1, precision: .int8(calibration))
      return plan.steps.count { $0.kernel.hasPrefix("direct:") }
    }
    #expect(try bytes() == 2)
    calibration.kept = ["first"]
    #expect(try bytes() == 1)
    try expectNear(network, .int8(calibration), images, share: 0.06)
  }

  @Test(
    "Bottlenecks of inverted residuals are read in bytes, or in bf16 where accuracy needs it",
    .enabled(if: OneDNN.hasBFloat16))
  func bottlenecks() throws {
    let network = SketchedNetwork(9, 8, 16) { x in
      let stem = x.conv("stem", filters: 32, kernel: 1)
      let wide = stem.conv("expand", filters: 64, kernel: 1).relu()
        .conv("spatial", filters: 64, kernel: 3, padding: .same, groups: 64).relu()
      return (stem + wide.conv("project", filters: 32, kernel: 1)).conv(
        "head", filters: 16, kernel: 1)
    }
    let images = HashedWeights.images(network.image, count: 2)
    var calibrator = try Calibrator(network.bound(), batch: 2)
    _ = try calibrator.observe(images)
    let calibrations = calibrator.calibrations
    #expect(calibrations.map(\.inBFloat16) == [[], ["expand", "head"], ["expand", "head"]])
    #expect(calibrations.map(\.kept) == [[], [], ["stem"]])
    let inBytes = try calibrations.map { calibration in
      try expectNear(network, .int8(calibration), images, share: 0.06)
      return try Plan(compiling: network.bound(), batch: 1, precision: .int8(calibration)).steps
        .filter { $0.kernel.contains("int8") }.map(\.path)
    }
    #expect(inBytes == [["expand", "project", "head"], ["project"], ["project"]])
  }
}

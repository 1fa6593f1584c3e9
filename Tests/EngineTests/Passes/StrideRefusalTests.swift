import Architectures
import Engine
import Layers
import Networks
import Tensors
import Testing

@Suite("A stride stays where its map is needed whole, or nothing would get smaller")
struct StrideRefusalTests {
  /// A network in which no stride may move.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var taps: Set<String> = []
    var statistics = BatchStatistics.moving
    let network: SketchedNetwork

    init(
      _ description: String, taps: Set<String> = [], statistics: BatchStatistics = .moving,
      _ body: @escaping @Sendable (Signal) -> Signal
    ) {
      testDescription = description
      self.taps = taps
      self.statistics = statistics
      network = SketchedNetwork(9, 11, 4, body)
    }
  }

  static let cases = [
    Case("the map is tapped", taps: ["spatial"]) { x in
      x.conv("spatial", filters: 6, kernel: 3).conv("reduce", filters: 5, kernel: 1, strides: 2)
    },
    Case("its ReLU is tapped", taps: ["relu"]) { x in
      x.conv("spatial", filters: 6, kernel: 3).relu()
        .conv("reduce", filters: 5, kernel: 1, strides: 2)
    },
    Case("the map is the result") { x in
      let result = x.conv("spatial", filters: 6, kernel: 3)
      _ = result.conv("dropped", filters: 5, kernel: 1, strides: 2)
      return result
    },
    Case("a 3×3 convolution reads it, too") { x in
      let map = x.conv("spatial", filters: 6, kernel: 3).relu()
      return map.conv("project", filters: 5, kernel: 1, strides: 2)
        + map.zeroPadding(EdgePadding(all: 1)).conv("first", filters: 5, kernel: 3, strides: 2)
    },
    Case("a 1×1 convolution of stride 1 reads it, too, for the result") { x in
      let map = x.conv("spatial", filters: 6, kernel: 3)
      return map.conv("project", filters: 5, kernel: 1)
        .concatenated(with: map.maxPool(1, strides: 2).zeroPadding(later))
    },
    Case("its readers take different strides") { x in
      let map = x.conv("spatial", filters: 6, kernel: 3)
      return map.conv("project", filters: 5, kernel: 1, strides: 4)
        + map.conv("first", filters: 7, kernel: 1, strides: 2)
        .conv("second", filters: 5, kernel: 2, strides: 2, padding: .same)
    },
    Case("its only reader takes windows of 3×3") { x in
      x.conv("spatial", filters: 6, kernel: 3).conv("reduce", filters: 5, kernel: 3, strides: 2)
    },
    Case("its only reader pools windows of 2×2") { x in
      x.conv("spatial", filters: 6, kernel: 3).maxPool(2, strides: 2)
    },
    Case("its only reader reads zeros around it") { x in
      x.conv("spatial", filters: 6, kernel: 3).zeroPadding(EdgePadding(all: 1))
        .conv("reduce", filters: 5, kernel: 1, strides: 2)
    },
    Case("it is read as a row") { x in
      x.conv("spatial", filters: 6, kernel: 3).flatten().dense("logits", units: 3)
    },
    Case("a batch norm takes its statistics from all of it", statistics: .ofBatch) { x in
      x.conv("spatial", filters: 6, kernel: 3).batchNorm("norm").relu()
        .conv("reduce", filters: 5, kernel: 1, strides: 2)
    },
    Case("it is the image") { x in x.conv("reduce", filters: 5, kernel: 1, strides: 2) },
    Case("only ReLU and batch norm lie between it and the image") { x in
      x.batchNorm("norm").relu().conv("reduce", filters: 5, kernel: 1, strides: 2)
    },
    Case("an addition would read copies alone") { x in
      let map = x.conv("spatial", filters: 6, kernel: 3)
      let sum = (map + map.relu()).conv("reduce", filters: 5, kernel: 1, strides: 2)
      return sum + map.conv("second", filters: 5, kernel: 3, strides: 2, padding: .same)
    },
  ]

  private static let later = EdgePadding(top: 0, bottom: 3, left: 0, right: 4)

  @Test("The program stays as it is", arguments: cases)
  func refusal(_ example: Case) throws {
    let program = try example.network.program(taps: example.taps)
    #expect(program.movingStridesBack(example.statistics) == program)
    let absorbed = program.absorbingPadding()
    #expect(absorbed.movingStridesBack(example.statistics) == absorbed)
  }

  @Test("A convolution that already adds in place stays as it is")
  func addition() throws {
    let program = try SketchedNetwork(8, 6, 4) { x in
      let map = x.conv("stem", filters: 8, kernel: 1)
      return (map + x.conv("spatial", filters: 8, kernel: 3, padding: .same))
        .conv("reduce", filters: 5, kernel: 1, strides: 2)
    }.program().fusingAddition()
    #expect(program.steps.count == 3)
    #expect(program.movingStridesBack(.moving) == program)
  }
}

@Suite("The passes take away a tenth of ResNet50's multiplications")
struct ResNetStrideTests {
  @Test("ResNet50 needs 3.48 of 3.86 billion")
  func count() throws {
    let graph = try Graph(
      tracing: ResNetV1.depth50, input: ImageShape(height: 224, width: 224, channels: 3))
    let program = Program.optimized(graph)

    #expect(Program(graph).multiplyAccumulates == graph.multiplyAccumulates)
    // The last blocks of three stages: 3×3 and 1×1 of 56²·64, 28²·128 and 14²·256 pixels and
    // filters compute a quarter of their pixels.
    let block = 56 * 56 * (9 * 64 * 64 + 64 * 256)
    #expect(graph.multiplyAccumulates == 3_857_973_248)
    #expect(program.multiplyAccumulates == graph.multiplyAccumulates - 3 * block * 3 / 4)
    #expect(program.multiplyAccumulates / 10_000_000 == 348)
    // The stem and its pool, 16 blocks, projections, copies of three shortcuts, mean and classes:
    // all additions, norms and ReLUs are parts of convolutions.
    #expect(program.steps.count == 2 + 16 * 3 + 4 + 3 + 2)
    #expect(program.steps.count { $0.path.hasSuffix("subsample") } == 3)
  }

  @Test("Where the stride is in the 3×3 convolution, nothing moves", arguments: [50, 101, 152])
  func unmoved(_ depth: Int) throws {
    let networks = [50: ResNetV2.depth50, 101: .depth101, 152: .depth152]
    let network = try #require(networks[depth])
    let graph = try Graph(
      tracing: network, input: ImageShape(height: 224, width: 224, channels: 3))
    let program = Program(graph).absorbingPadding()
    #expect(program.movingStridesBack(.moving) == program)
  }
}

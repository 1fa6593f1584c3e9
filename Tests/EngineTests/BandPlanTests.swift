import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("A plan computes layers row by row, and lays maps side by side where they are written")
struct BandPlanTests {
  private func steps(_ network: SketchedNetwork) throws -> [(path: String, kernel: String)] {
    try Plan(compiling: network.bound(), batch: 2).steps
  }

  @Test("An inverted residual of large maps is one chain, also where it adds to what it reads")
  func invertedResidual() throws {
    let network = SketchedNetwork(40, 40, 3) { image in
      let x = image.conv("first", filters: 24, kernel: 1)
      let wide = x.conv("expand", filters: 96, kernel: 1).relu()
        .conv("spatial", filters: 96, kernel: 3, padding: .same, groups: 96).relu()
      return (wide.conv("project", filters: 24, kernel: 1) + x).conv("last", filters: 5, kernel: 3)
    }
    try network.expectReferenceValues()
    let all = try steps(network)
    #expect(all.contains { $0.path.hasSuffix("expand → spatial → project") }, "\(all)")
  }

  @Test("Windows over a map one pixel wide come before a product that takes halves of its pixels")
  func column() throws {
    let network = SketchedNetwork(640, 1, 3) { image in
      image.conv("first", filters: 128, kernel: 1).relu()
        .conv("spatial", filters: 128, kernel: 3, padding: .same, groups: 128)
        .conv("project", filters: 128, kernel: 1).conv("last", filters: 5, kernel: 1)
    }
    try network.expectReferenceValues()
    let all = try steps(network)
    #expect(all.contains { $0.path == "spatial" }, "\(all)")
    let product = all.first { $0.path.contains("project") }
    #expect(product?.kernel.contains("strassen") == true, "\(all)")
  }

  @Test("A product of more inputs than are multiplied at once adds where its operand lies")
  func addsInPlace() throws {
    let network = SketchedNetwork(9, 7, 3) { image in
      let x = image.conv("first", filters: 32, kernel: 1).relu()
      let wide = image.conv("wide", filters: 400, kernel: 1).relu()
      return wide.conv("project", filters: 32, kernel: 1) + x
    }
    try network.expectReferenceValues()
  }

  /// Rows of two heads, which attend to each other.
  static let attention = SketchedNetwork(7, 5, 3) { image in
    func rows(_ name: String) -> Signal {
      image.conv(name, filters: 64, kernel: 1).reshaped([35, 64]).applying(.map(.tanh))
    }
    func heads(_ name: String) -> Signal { rows(name).reshaped([35, 2, 32]) }
    let scores = heads("query").applying(.map(.affine(scale: 0.5, offset: 0)))
      .applying(.contract(Contraction([2], [2], shared: ([1], [1]))), [heads("key")])
    return scores.applying(.softmax(.plain, axes: [2]))
      .applying(.contract(Contraction([2], [0], shared: ([0], [1]))), [heads("value")])
      .permuted([1, 0, 2]).reshaped([35, 64]).reshaped([7, 5, 64])
      .conv("last", filters: 5, kernel: 1)
  }

  @Test("Attention is one step")
  func attention() throws {
    try Self.attention.expectReferenceValues()
    let all = try steps(Self.attention)
    #expect(all.count { $0.kernel.contains("attention") } == 1, "\(all)")
    #expect(!all.contains { $0.kernel.hasPrefix("loops") && $0.path.contains("softmax") }, "\(all)")
  }

  @Test("Dense blocks copy no map")
  func denseBlock() throws {
    let network = SketchedNetwork(16, 16, 3) { image in
      var x = image.conv("first", filters: 32, kernel: 1).relu()
      for layer in 0..<3 {
        let new = x.batchNorm("norm\(layer)").relu().conv("reduce\(layer)", filters: 64, kernel: 1)
          .relu().conv("grow\(layer)", filters: 16, kernel: 3, padding: .same)
        x = x.concatenated(with: new)
      }
      return x.conv("last", filters: 8, kernel: 1)
    }
    try network.expectReferenceValues()
    let all = try steps(network)
    #expect(all.count { $0.kernel.hasPrefix("channels") } == 0, "\(all)")
  }

  @Test("Parts that begin within a block, are read by others or appear twice are right")
  func otherParts() throws {
    for filters in [5, 16, 20] {
      let network = SketchedNetwork(12, 10, 3) { image in
        let a = image.conv("a", filters: filters, kernel: 1).relu()
        let b = image.conv("b", filters: 16, kernel: 3, padding: .same)
        let both = a.concatenated(with: b).concatenated(with: a)
        return both.conv("c", filters: 24, kernel: 1).concatenated(
          with: b.maxPool(3, strides: 1, padding: .same)
        )
        .concatenated(with: both)
      }
      try network.expectReferenceValues()
    }
  }

  @Test(
    "Rows of dense layers and of single pixels lie side by side, add up and go on",
    arguments: [5, 16, 21])
  func rows(_ units: Int) throws {
    let dense = SketchedNetwork(6, 5, 3) { image in
      let x = image.conv("first", filters: 7, kernel: 3).relu().globalAveragePool()
      let (a, b) = (x.dense("a", units: units), x.dense("b", units: units).relu())
      return a.concatenated(with: b).concatenated(with: a + b).dense("c", units: 6)
        .concatenated(with: x)
    }
    try dense.expectReferenceValues()
    let pixels = SketchedNetwork(1, 1, 20) { image in
      let (a, b) = (
        image.conv("a", filters: units, kernel: 1), image.conv("b", filters: 9, kernel: 1).relu()
      )
      return a.concatenated(with: b).conv("c", filters: units, kernel: 1) + a
    }
    try pixels.expectReferenceValues()
  }

  @Test("A block of ConvNeXt is one chain: its norm and its scale take no step")
  func layerNorm() throws {
    let network = SketchedNetwork(40, 40, 3) { image in
      let x = image.conv("first", filters: 96, kernel: 1)
      let y = x.conv("spatial", filters: 96, kernel: 7, padding: .same, groups: 96)
        .layerNorm("norm", epsilon: 1e-6)
        .conv("wide", filters: 192, kernel: 1).gelu().conv("narrow", filters: 96, kernel: 1)
        .layerScale("scale")
      return (y + x).layerNorm("last", epsilon: 1e-3)
    }
    try network.expectReferenceValues()
    let kernels = try steps(network).map(\.kernel)
    #expect(kernels.contains { $0.hasSuffix("dw+norm+1x1+1x1") }, "\(kernels)")
    #expect(kernels.allSatisfy { !$0.hasPrefix("loops") }, "\(kernels)")
  }

  @Test("A pre-activation that one product reads is computed in its rows")
  func preActivation() throws {
    let network = SketchedNetwork(14, 14, 3) { image in
      var x = image.conv("first", filters: 64, kernel: 3)
      for block in 0..<2 {
        x =
          x.batchNorm("norm\(block)").relu().conv("reduce\(block)", filters: 16, kernel: 1)
          .relu().conv("expand\(block)", filters: 64, kernel: 1) + x
      }
      return x.batchNorm("last").relu().conv("classes", filters: 5, kernel: 1)
    }
    try network.expectReferenceValues()
    let all = try steps(network)
    #expect(all.count { $0.path.hasPrefix("norm") && $0.path.contains(" → reduce") } == 2, "\(all)")
  }

  @Test("No convolution is left to oneDNN's reference")
  func noReference() throws {
    let network = SketchedNetwork(14, 14, 48) { image in
      let tokens = image.layerScale("scale")
      return image.conv("spatial", filters: 48, kernel: 5, padding: .same) + tokens
    }
    try network.expectReferenceValues()
    let all = try steps(network)
    #expect(all.allSatisfy { !$0.kernel.hasPrefix("ref") }, "\(all)")
  }
}

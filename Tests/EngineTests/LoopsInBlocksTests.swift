import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Loops over maps in blocks of channels")
struct LoopsInBlocksTests {
  /// A convolution before and after, so that the map lies in blocks; 40×40 pixels are too many for a pool.
  private static func network(_ body: @escaping @Sendable (Signal) -> Signal) -> SketchedNetwork {
    SketchedNetwork(40, 40, 3) { image in
      body(image.conv("before", filters: 32, kernel: 1)).conv("after", filters: 16, kernel: 1)
    }
  }

  /// The copies between layouts that a plan makes.
  private func copies(_ network: SketchedNetwork) throws -> [String] {
    try Plan(compiling: network.bound(), batch: 2).steps.filter { $0.kernel == "jit:uni" }.map(
      \.path)
  }

  @Test("A squeeze-and-excitation copies no map")
  func squeezeAndExcitation() throws {
    let network = Self.network { x in
      let factors = x.globalAverageMap()
        .conv("reduce", filters: 8, kernel: 1).relu()
        .conv("expand", filters: 32, kernel: 1).sigmoid()
      return x * factors
    }
    try network.expectReferenceValues()
    #expect(Set(try copies(network)).isDisjoint(with: ["multiply", "after"]))
  }

  @Test("A factor for each channel that is a weight is applied in blocks")
  func layerScale() throws {
    let network = Self.network { $0.layerScale("scale") }
    try network.expectReferenceValues()
    #expect(Set(try copies(network)).isDisjoint(with: ["scale", "after"]))
  }
}

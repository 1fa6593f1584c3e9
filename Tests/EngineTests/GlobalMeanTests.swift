import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

/// A sum of float32, one value after the other, loses a bit with every doubling of their number, and where all
/// have one sign it loses them to one side.
@Suite("The mean of a whole map is exact, however large the map")
struct GlobalMeanTests {
  @Test(
    "It differs from the mean of doubles by the rounding of the result",
    arguments: [(7, 7), (32, 32), (112, 112), (97, 301)], DataFormat.allCases)
  func mean(of side: (height: Int, width: Int), in format: DataFormat) throws {
    let network = SketchedNetwork(side.height, side.width, 5) { $0.globalAveragePool() }
    let count = side.height * side.width
    // A channel's values lie around its number: all of one sign.
    let values: [Float] = (0..<count * 5).map { place in
      let spread = Float((place / 5 * 7919) % 1009) / 1009
      return Float(place % 5 + 1) * (1 + spread)
    }
    let images = Tensor(shape: [1, side.height, side.width, 5], values: values)
      .converted(from: .channelsLast, to: format)
    let result = try Plan(compiling: network.bound(format), batch: 1).run(images)
    for channel in 0..<5 {
      let sum = (0..<count).reduce(0.0) { $0 + Double(values[$1 * 5 + channel]) }
      let expected = sum / Double(count)
      let difference = abs(Double(result.values[channel]) - expected) / expected
      // Of 1024 values a pool's float32 sum was off by 5e-7 where that was measured.
      #expect(difference <= 1e-6, "channel \(channel): \(difference)")
    }
  }

  @Test(
    "After a depthwise convolution it is the mean of the means of rows, the same bits for any batch and threads",
    arguments: [(7, 7), (13, 9), (56, 41)])
  func ofRows(of side: (height: Int, width: Int)) throws {
    let network = SketchedNetwork(side.height, side.width, 24) { x in
      let map = x.conv("expand", filters: 72, kernel: 1).relu()
        .conv("spatial", filters: 72, kernel: 3, padding: .same, groups: 72).relu()
      return map.globalAveragePool().dense("head", units: 5)
    }
    let bound = try network.bound()
    let images = HashedWeights.images(network.image, count: 5)
    let expected = try ReferenceExecutor(bound).run(images)
    let plan = try Plan(compiling: bound, batch: 5)
    let alone = try plan.run(images)
    let worst = alone.worstDifference(from: expected)
    #expect(worst.difference <= 2e-6 * worst.largest)
    for (batch, threads) in [(1, 1), (1, 2), (2, 2), (5, 4)] {
      let other = try Plan(compiling: bound, batch: batch, threads: threads).run(images)
      #expect(other.values.map(\.bitPattern) == alone.values.map(\.bitPattern))
    }
  }
}

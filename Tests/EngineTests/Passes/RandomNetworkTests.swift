import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

/// A network of random layers, each on values that came before.
struct RandomNetwork {
  private var generator: SplitMix
  private var signals: [Signal] = []

  /// The same network for the same seed.
  static func sketched(seed: Int) -> SketchedNetwork {
    SketchedNetwork(5 + seed % 7, 4 + seed % 9, 1 + seed % 5) { image in
      var network = RandomNetwork(generator: SplitMix(seed: UInt64(seed)))
      return network.traced(image)
    }
  }

  private init(generator: SplitMix) { self.generator = generator }

  private mutating func traced(_ image: Signal) -> Signal {
    signals = [image]
    for number in 0..<Int.random(in: 4...14, using: &generator) {
      if let signal = layer("layer\(number)") { signals.append(signal) }
    }
    return signals[signals.count - 1]
  }

  /// One layer more; `nil` where the map that was drawn is too small for it.
  private mutating func layer(_ name: String) -> Signal? {
    // Mostly the latest values, so that networks become deep.
    let x = signals[
      max(signals.count - 1 - Int.random(in: 0...2, using: &generator), 0)]
    let map = (height: x.extents[0], width: x.extents[1], channels: x.extents[2])
    let strides = Extent(
      height: Int.random(in: 1...2, using: &generator),
      width: Int.random(in: 1...2, using: &generator))
    switch Int.random(in: 0..<14, using: &generator) {
    case 0...2:
      let filters = Int.random(in: 2...6, using: &generator)
      return x.conv(name, filters: filters, kernel: 1, strides: strides)
    case 3:
      return x.conv(name, filters: 4, kernel: 3, strides: strides, padding: .same, bias: false)
    case 4 where map.height > 2 && map.width > 2:
      return x.conv(name, filters: 5, kernel: 2, strides: strides)
    case 5, 6: return x.relu()
    case 7: return x.batchNorm(name)
    case 8: return x.zeroPadding(EdgePadding(top: 1, bottom: 0, left: 0, right: 1))
    case 9:
      return x.maxPool(Bool.random(using: &generator) ? 1 : 2, strides: strides, padding: .same)
    case 10, 11:
      // A block with a shortcut, as residual networks have them.
      let branch = x.conv(name, filters: map.channels, kernel: 3, padding: .same)
      return Bool.random(using: &generator) ? x + branch : (branch + x).relu()
    default:
      let partners = signals.filter { $0.shape == x.shape }
      guard let partner = partners.randomElement(using: &generator) else { return nil }
      return Bool.random(using: &generator) ? x + partner : partner.concatenated(with: x)
    }
  }
}

@Suite("All passes together change no value")
struct RandomNetworkTests {
  @Test("A random network gives the reference's values", arguments: 1...250)
  func values(seed: Int) throws {
    try RandomNetwork.sketched(seed: seed).expectReferenceValues()
  }

  @Test("So does one whose batch norms take the batch's statistics", arguments: 251...300)
  func batchStatistics(seed: Int) throws {
    try RandomNetwork.sketched(seed: seed).expectReferenceValues(.ofBatch)
  }

  @Test(
    "A tapped value is the reference's, whatever the passes did around it", arguments: 301...400)
  func taps(seed: Int) throws {
    let network = RandomNetwork.sketched(seed: seed)
    let bound = try network.bound()
    let images = HashedWeights.images(network.image, count: 2)
    let tap = seed % bound.graph.nodes.count
    let expected = try ReferenceExecutor(bound, taps: [tap]).trace(images)
    let trace = try Plan(compiling: bound, batch: 2, taps: [tap]).trace(images)
    for (value, wanted) in [
      (trace.result, expected.result),
      (try #require(trace.values[tap]), try #require(expected.values[tap])),
    ] {
      let worst = value.worstDifference(from: wanted)
      #expect(worst.difference <= 1e-5 * worst.largest, "\(worst)")
    }
  }

  @Test("Networks whose strides move and whose norms are folded are among them")
  func variety() throws {
    let programs = try (1...250).map {
      Program.optimized(try RandomNetwork.sketched(seed: $0).graph())
    }
    #expect(programs.count { !$0.extents.isEmpty } >= 20)
    #expect(programs.count { $0.listing.contains { $0.contains(" after ") } } >= 10)
    #expect(programs.count { $0.steps.contains { $0.path.hasSuffix("subsample") } } >= 5)
  }
}

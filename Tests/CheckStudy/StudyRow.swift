import Networks
package import Verification

/// One planted swap, what it cost, and what the check said of it.
package struct StudyRow: Sendable {
  /// The swap.
  package let swap: PlantedSwap
  /// The points of top-1 that it cost.
  package let cost: Double
  /// Whether it was flagged, by number of images.
  package let flagged: [Int: Bool]
  /// Whether a layer that it touches was among those named, by number of images.
  package let named: [Int: Bool]

  /// Plants `swap` and checks the network with each number of images.
  package init(_ swap: PlantedSwap, in network: StudiedNetwork, top1: Int, images: [Int]) throws {
    self.swap = swap
    let faulty = try swap.planted(in: network.bound)
    cost = 100 * Double(top1 - (try network.top1(of: faulty))) / Double(network.count)
    let checks = try images.map { ($0, try network.check(faulty, images: $0)) }
    flagged = Dictionary(uniqueKeysWithValues: checks.map { ($0, !$1.passes) })
    named = Dictionary(
      uniqueKeysWithValues: checks.map { ($0, $1.names(anyOf: swap.layers)) })
  }

  /// What the study calls costly, in points.
  package static let costly = 5.0
  /// Whether it cost enough to matter.
  package var isCostly: Bool { cost > Self.costly }
}

extension NetworkCheck {
  /// Whether one of `layers` is called suspicious, suspected, or faulty.
  fileprivate func names(anyOf layers: [String]) -> Bool {
    let suspicious = (statistics?.norms ?? []).filter { $0.verdict == .suspicious }
    let named =
      suspicious.flatMap { [$0.layer] + $0.suspects }
      + lints.filter(\.kind.isFault).map(\.layer)
    return layers.contains { named.contains($0) }
  }

  /// The largest misfit of a batch norm, as a part of what passes.
  package var worst: Double {
    (statistics?.norms ?? []).map { $0.misfit / $0.limit }.max() ?? 0
  }
}

/// All swaps of one network.
package struct Study: Sendable {
  /// The network.
  package let network: StudiedNetwork
  /// How many images it gets right.
  package let top1: Int
  /// What the check says of it as it was trained, by number of images.
  package let clean: [Int: NetworkCheck]
  /// One row a swap.
  package let rows: [StudyRow]

  /// Plants every swap of the kinds asked for, and checks with each number of images.
  package init(
    of name: String, images: [Int], kinds: Set<PlantedSwap.Kind> = Set(PlantedSwap.Kind.allCases)
  ) throws {
    let network = try StudiedNetwork(name)
    let top1 = try network.top1(of: network.bound)
    self.network = network
    self.top1 = top1
    clean = Dictionary(
      uniqueKeysWithValues: try images.map { ($0, try network.check(network.bound, images: $0)) })
    rows = try PlantedSwap.all(in: network.bound.graph).filter { kinds.contains($0.kind) }
      .map { try StudyRow($0, in: network, top1: top1, images: images) }
  }
}

import CheckStudy
import Foundation
import Networks
import TestSupport
import Testing
import Verification

@Suite("The check finds what was planted in trained networks")
struct CheckStudyTests {
  @Test(
    "Trained networks raise no alarm, however many images",
    arguments: StudiedNetwork.all, [8, 37, 64, 360])
  func clean(name: String, images: Int) throws {
    let network = try StudiedNetwork(name)
    let check = try network.check(network.bound, images: images)
    let statistics = try #require(check.statistics)
    #expect(check.passes && check.lints.isEmpty)
    // Every batch is full: of 37 images, two batches of 18.
    #expect(statistics.images == images - images % statistics.batch && statistics.batch <= 32)
    #expect(statistics.norms.allSatisfy { $0.misfit < $0.limit && $0.suspects.isEmpty })
    // Training stopped after about a hundred steps, of which 0.99 to that power is left.
    if name == "digits-half" {
      #expect((0.3...0.5).contains(try #require(statistics.lag)))
    } else {
      #expect(statistics.lag == nil)
    }
  }

  @Test(
    "Of swapped statistics that cost more than 5 points, at least 90 % are flagged and named",
    arguments: StudiedNetwork.all)
  func statistics(name: String) throws {
    let kinds = PlantedSwap.Kind.allCases.filter(\.isOfStatistics)
    let study = try Study(of: name, images: [64], kinds: Set(kinds))
    for kind in kinds {
      let costly = study.rows.filter { $0.swap.kind == kind && $0.isCostly }
      #expect(costly.count >= 3, "\(kind.rawValue): \(costly.count) tell too little")
      let flagged = costly.count { $0.flagged[64] == true && $0.named[64] == true }
      #expect(
        10 * flagged >= 9 * costly.count, "\(kind.rawValue): \(flagged) of \(costly.count)")
    }
  }

  @Test(
    "Of swapped kernels that cost more than 5 points, at least 90 % are flagged and named",
    arguments: StudiedNetwork.all)
  func kernels(name: String) throws {
    let study = try Study(of: name, images: [64], kinds: [.kernels, .projection])
    let costly = study.rows.filter(\.isCostly)
    #expect(costly.count >= 2)
    let flagged = costly.count { $0.flagged[64] == true && $0.named[64] == true }
    #expect(10 * flagged >= 9 * costly.count, "\(flagged) of \(costly.count)")
  }

  @Test(
    "What is missed of gamma and beta is what the check says that it cannot see",
    arguments: ["digits-regular", "digits-bottleneck", "digits-v1"])
  func scales(name: String) throws {
    let study = try Study(of: name, images: [64], kinds: [.gammaAndBeta])
    let blind = try #require(study.clean[64]).blindSpots.scalesOf
    let missed = study.rows.filter { $0.isCostly && $0.flagged[64] == false }
    #expect(!blind.isEmpty && study.rows.count > 2 * blind.count)
    #expect(missed.flatMap(\.swap.layers).allSatisfy(blind.contains))
  }

  @Test("The network with batch norms after its convolutions scores as in Keras")
  func postActivation() throws {
    struct Facts: Decodable { let top1: Int }
    let facts = try JSONDecoder().decode(
      Facts.self, from: Fixtures.data("checkpoints/post_activation/digits-v1.json"))
    let network = try StudiedNetwork("digits-v1")
    #expect(try network.top1(of: network.bound) == facts.top1)
  }

  @Test("Swapped statistics name each other, and nothing else is disturbed")
  func lookalikes() throws {
    let network = try StudiedNetwork("digits-bottleneck")
    let layers = ["stage2/block1/reduceNorm", "stage2/block1/spatialNorm"]
    let swap = try #require(
      PlantedSwap.all(in: network.bound.graph)
        .first { $0.kind == .statistics && $0.layers == layers })
    let check = try network.check(swap.planted(in: network.bound), images: 64)
    let wrong = try #require(check.statistics).norms.filter { $0.verdict != .fits }
    #expect(!check.passes)
    #expect(wrong.map(\.layer) == layers && wrong.allSatisfy { $0.verdict == .suspicious })
    #expect(wrong.map(\.lookalikes.first) == [layers[1], layers[0]])
  }

  @Test("A kernel in a wrong place is a suspect of the first layer; later ones follow")
  func followers() throws {
    let network = try StudiedNetwork("digits-regular")
    let layers = ["stage2/block1/first", "stage2/block2/first"]
    let swap = try #require(
      PlantedSwap.all(in: network.bound.graph)
        .first { $0.kind == .kernels && $0.layers == layers })
    let check = try network.check(swap.planted(in: network.bound), images: 64)
    let wrong = try #require(check.statistics).norms.filter { $0.verdict != .fits }
    let first = try #require(wrong.first)
    #expect(first.layer == "stage2/block1/firstNorm" && first.verdict == .suspicious)
    // Gamma and beta of the norm before, and the kernel itself.
    #expect(first.suspects == ["stage2/block1/norm", "stage2/block1/first"])
    #expect(wrong.count > 1 && wrong.dropFirst().allSatisfy { $0.verdict == .follows })
  }

  @Test(
    "Another scale of the input shows at the first batch norm, and only there",
    arguments: StudiedNetwork.all)
  func scale(name: String) throws {
    let network = try StudiedNetwork(name)
    let check = try network.check(network.bound, images: 64, scaledBy: 127.5)
    let norms = try #require(check.statistics).norms
    let first = try #require(norms.first)
    #expect(first.verdict == .suspicious && first.suspects == ["input", "stem/conv"])
    #expect(norms.dropFirst().allSatisfy { $0.verdict == .fits })
    // A half-trained network's variances are in part those of before training.
    #expect(name == "digits-half" || first.isRescaled)
    #expect(try #require(first.deviationRatio) > 30)
  }
}

import Engine
import Foundation
import Networks
import Tensors
import TestSupport
import Testing
import Verification

@Suite("Every layer agrees with Keras", .serialized)
struct GoldenNetworkTests {
  private static let trained = ["digits-regular", "digits-bottleneck", "digits-half"]

  private func golden(_ name: String) throws -> Golden {
    try Golden(contentsOf: Fixtures.path("goldens/\(name).npz"))
  }

  /// Makes sure that everything passes, and that nothing was left out.
  private func expectAgreement(
    _ result: Verification, _ golden: Golden, within relative: Double, _ name: String
  ) {
    #expect(result.passes, "\(name): \(result.failureSummary)")
    #expect(result.unpaired.isEmpty, "\(name): \(result.unpaired)")
    let kept = golden.manifest.layers.count {
      $0.kind != "InputLayer" && $0.kind != "ZeroPadding2D" && ($0.array ?? "") != "inputs"
        && ($0.array != nil || $0.row != nil)
    }
    #expect(result.layers.count { $0.kind != "ZeroPadding2D" } == kept, "\(name)")
    let worst = result.layers.map(\.errors.relative).max() ?? 1
    #expect(worst <= relative, "\(name): \(worst)")
  }

  @Test(
    "Trained networks agree in both data formats, by oneDNN and by plain loops",
    arguments: trained, DataFormat.allCases)
  func trainedNetworks(name: String, dataFormat: DataFormat) throws {
    let golden = try golden(name)
    let network = try VerifiedNetwork(digits: name, "keras3.h5", dataFormat)
    for computation in Recording.Computation.allCases {
      let result = try network.verification(against: golden, .init(computation: computation))
      expectAgreement(result, golden, within: 5e-6, "\(name) \(dataFormat) \(computation)")
    }
  }

  @Test("Every layer agrees where batch norms take the statistics of the batch")
  func training() throws {
    let golden = try golden("digits-regular.training")
    #expect(golden.manifest.run.training == true)
    let network = try VerifiedNetwork(digits: "digits-regular", "keras3.h5", .channelsLast)
    for computation in Recording.Computation.allCases {
      let result = try network.verification(
        against: golden, .init(computation: computation, statistics: .ofBatch))
      expectAgreement(result, golden, within: 1e-5, "\(computation)")
    }
    // The golden tells the two apart: with the moving statistics nothing behind the first norm fits.
    let moving = try network.verification(against: golden)
    #expect(!moving.passes)
  }

  @Test("Full-size networks agree in both data formats", arguments: Manifest.fullSizeModels)
  func fullSize(model: String) throws {
    let golden = try golden(model)
    for format in DataFormat.allCases {
      let network = try VerifiedNetwork(fullSize: model, format)
      let shape = try #require(golden.manifest.inputs.shape)
      let images = HashedWeights.images(network.bound.graph.input, count: shape[0])
      let result = try network.verification(
        against: golden, .init(batch: shape[0], threads: 2), images: images)
      expectAgreement(result, golden, within: 2e-5, "\(model) \(format)")
    }
  }
}

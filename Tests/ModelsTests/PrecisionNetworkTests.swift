import Datasets
import Engine
import Evaluation
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Trained networks score in bf16 and int8 as in f32")
struct PrecisionNetworkTests {
  static let files = [
    "digits/digits-regular.keras3.h5", "digits/digits-bottleneck.keras3.h5",
    "digits/digits-half.keras3.h5", "inverted_residuals/digits-inverted.keras",
  ]

  /// The logits of the 360 images, and how many are right.
  private func score(_ model: Model, _ precision: Precision) async throws -> (Tensor, hits: Int) {
    let plan = try Plan(compiling: model.bound, batch: 4, threads: 2, precision: precision)
    var evaluator = Evaluator(plan, preprocessing: .kerasTF.normalized(by: .tf))
    evaluator.keepsLogits = true
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    let result = try await evaluator.evaluate(data)
    return (try #require(result.logits), result.accuracy.top1.correct)
  }

  /// How many images each precision loses against f32, and how many keep their best class.
  private func compare(
    _ model: Model, _ precisions: [Precision]
  ) async throws -> [(lost: Int, agreeing: Int)] {
    func best(_ logits: Tensor) -> [Int?] {
      (0..<360).map { Judgement.best(of: logits.row($0)).first?.classIndex }
    }
    let (expected, expectedHits) = try await score(model, .float32)
    var found: [(lost: Int, agreeing: Int)] = []
    for precision in precisions {
      let (logits, hits) = try await score(model, precision)
      found.append((expectedHits - hits, zip(best(logits), best(expected)).count { $0 == $1 }))
    }
    return found
  }

  @Test(
    "bf16 loses 2 images at most, and agrees on 355", .enabled(if: OneDNN.hasBFloat16),
    arguments: files)
  func bfloat16(_ file: String) async throws {
    let model = try Model(contentsOf: Fixtures.path("checkpoints/\(file)"))
    let (lost, agreeing) = try await compare(model, [.bfloat16])[0]
    #expect(lost <= 2 && agreeing >= 355, "lost \(lost), agrees on \(agreeing)")
  }

  @Test(
    "int8 loses 2 images at most, and agrees on 350, however much is in bytes", arguments: files)
  func int8(_ file: String) async throws {
    let model = try Model(contentsOf: Fixtures.path("checkpoints/\(file)"))
    var calibrator = try Calibrator(model.bound, batch: 4)
    let preprocessor = try ImagePreprocessor(
      .kerasTF.normalized(by: .tf), shape: model.graph.input, format: model.graph.dataFormat)
    let images = try LabeledImages(directory: Fixtures.path("digits/validation")).images
    for index in stride(from: 0, to: images.count, by: 3) {
      _ = try calibrator.observe(preprocessor.tensor(of: images[index].source))
    }
    let calibrations = calibrator.calibrations
    let found = try await compare(model, calibrations.map { .int8($0) })
    for (calibration, (lost, agreeing)) in zip(calibrations, found) {
      #expect(
        lost <= 2 && agreeing >= 350,
        "lost \(lost), agrees on \(agreeing); bf16 \(calibration.inBFloat16), f32 \(calibration.kept)"
      )
    }
  }

  @Test("Inverted residuals give Keras's logits, and its hits")
  func invertedResiduals() async throws {
    struct Facts: Decodable { let top1: Int }
    let folder = "checkpoints/inverted_residuals/digits-inverted"
    let model = try Model(contentsOf: Fixtures.path("\(folder).keras"))
    let (logits, hits) = try await score(model, .float32)
    let facts = try JSONDecoder().decode(Facts.self, from: Fixtures.data("\(folder).json"))
    #expect(hits == facts.top1)
    let worst = logits.worstDifference(from: try Fixtures.tensor("\(folder).logits.npy"))
    #expect(worst.difference <= 1e-4, "\(worst)")
  }
}

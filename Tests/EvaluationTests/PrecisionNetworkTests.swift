import Datasets
import Engine
import Evaluation
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Trained networks score in bf16 and int8 as in f32")
struct PrecisionNetworkTests {
  static let names = ["digits-regular", "digits-bottleneck", "digits-half"]

  /// The hits among the 360 images, and the images whose best class is that of f32.
  private func compare(
    _ name: String, _ precision: Precision
  ) async throws -> (lost: Int, agreeing: Int) {
    let bound = try TrainedNetwork(name).bound("weights.h5", .channelsLast)
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    var hits: [Int] = []
    var best: [[Int?]] = []
    for precision in [.float32, precision] {
      let plan = try Plan(compiling: bound, batch: 4, threads: 2, precision: precision)
      var evaluator = Evaluator(plan, preprocessing: .kerasTF.normalized(by: .tf))
      evaluator.keepsLogits = true
      let result = try await evaluator.evaluate(data)
      let logits = try #require(result.logits)
      hits.append(result.accuracy.top1.correct)
      best.append((0..<360).map { Judgement.best(of: logits.row($0)).first?.classIndex })
    }
    return (hits[0] - hits[1], zip(best[0], best[1]).count { $0 == $1 })
  }

  @Test(
    "bf16 loses 2 images at most, and agrees on 355", .enabled(if: OneDNN.hasBFloat16),
    arguments: names)
  func bfloat16(_ name: String) async throws {
    let (lost, agreeing) = try await compare(name, .bfloat16)
    #expect(lost <= 2 && agreeing >= 355, "lost \(lost), agrees on \(agreeing)")
  }

  @Test("int8 loses 2 images at most, and agrees on 350", arguments: names)
  func int8(_ name: String) async throws {
    let bound = try TrainedNetwork(name).bound("weights.h5", .channelsLast)
    var calibrator = try Calibrator(bound, batch: 4)
    let preprocessor = try ImagePreprocessor(
      .kerasTF.normalized(by: .tf), shape: bound.graph.input, format: bound.graph.dataFormat)
    let images = try LabeledImages(directory: Fixtures.path("digits/validation")).images
    for index in stride(from: 0, to: images.count, by: 3) {
      _ = try calibrator.observe(preprocessor.tensor(of: images[index].source))
    }
    let (lost, agreeing) = try await compare(name, .int8(calibrator.calibration()))
    #expect(lost <= 2 && agreeing >= 350, "lost \(lost), agrees on \(agreeing)")
  }
}

import Datasets
import Evaluation
import Foundation
import Testing

@Suite("Labels in another order than the network's classes")
struct LabelOrderTests {
  /// A report of 12 classes with 20 images each; the network takes class `c` for `guess(c)`, and in every
  /// fifth image for something else.
  private func suspicion(_ guess: (Int) -> Int, wrongEvery: Int = 5) throws -> String? {
    let classes = 12
    let predictions = (0..<classes * 20).map { index in
      let label = index / 20
      let right = (guess(label) + classes) % classes
      let choice = index % wrongEvery == 0 ? (index * 7 + 3) % classes : right
      let scores = (0..<classes).map { Float($0 == choice ? 5 : 0) }
      return Prediction(
        path: "\(index)", labels: [label], sha256: "", isRotated: false,
        result: .success(Judgement(scores, labels: [label])))
    }
    return EvaluationReport(
      predictions, manifest: try .sample(classes: (0..<classes).map { "\($0)" })
    ).suspicion
  }

  /// The numbers below 12 as text sorts them.
  private let lexical = [0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9]

  @Test("Off by one is recognised, either way")
  func shifted() throws {
    #expect(try suspicion { $0 + 1 }?.contains("--first-label -1") == true)
    #expect(try suspicion { $0 - 1 }?.contains("--first-label 1") == true)
  }

  @Test("Numbers sorted as text are recognised, on either side")
  func numbers() throws {
    #expect(try suspicion { lexical[$0] }?.contains("--class-order natural") == true)
    #expect(
      try suspicion { lexical.firstIndex(of: $0) ?? 0 }?.contains("--class-order code-point")
        == true)
  }

  @Test("A reversed and an unknown order are recognised as such")
  func others() throws {
    #expect(try suspicion { 11 - $0 }?.contains("reversed") == true)
    let shuffled = [3, 7, 0, 9, 11, 1, 5, 10, 2, 4, 8, 6]
    let words = try suspicion { shuffled[$0] }
    #expect(words?.contains("12 of 12 classes are taken for another") == true)
    #expect(words?.contains("about 8") == true)
  }

  @Test("A network that is right, and one that knows nothing, are not suspected")
  func innocent() throws {
    #expect(try suspicion { $0 } == nil)
    // Everything is taken for one class, as by a network that was not trained.
    #expect(try suspicion { _ in 4 } == nil)
    // Wrong in most images, in no order.
    #expect(try suspicion({ $0 + 1 }, wrongEvery: 1) == nil)
  }
}

@Suite("Numbers that a result must have")
struct MetricGateTests {
  @Test(
    "A gate is read as it is written",
    arguments: [
      ("top1=75.96±0.2", 75.96, 0.2), ("top1=75.96+-0.2", 75.96, 0.2), ("top1=75.96", 75.96, 0.005),
      ("top5=93", 93, 0.5), ("top10=99.9", 99.9, 0.05), ("loss<=1.5", 1.5, 0),
      ("ece<=0.05", 0.05, 0),
      ("f1>=0.7", 0.7, 0),
    ])
  func reads(text: String, value: Double, tolerance: Double) throws {
    let gate = try #require(MetricGate(text))
    #expect(gate.value == value && abs(gate.tolerance - tolerance) < 1e-12)
    #expect(gate.description == text)
  }

  @Test(
    "What is no gate is none",
    arguments: [
      "", "top1", "top1=", "top0=5", "top=5", "accuracies=5", "top1=x", "top1=5±", "top1=5±-1",
      "top1>=5±1", "logits.npy", "top1=nan", "top1=1±2±3",
      "top1=75.96±inf", "top1=75.96±1e400", "top1=75.96±nan",
    ])
  func refuses(text: String) { #expect(MetricGate(text) == nil) }

  @Test("A number that rounds to the one expected passes, and the next does not")
  func rounds() throws {
    let gate = try #require(MetricGate("top1=98.89"))
    #expect(gate.passes(356.0 / 360 * 100) && gate.passes(98.885) && !gate.passes(98.884))
    let least = try #require(MetricGate("top5>=92"))
    #expect(least.passes(92) && least.passes(99) && !least.passes(91.99))
  }
}

extension EvaluationManifest {
  /// A manifest of made-up things with these classes.
  static func sample(classes: [String]) throws -> EvaluationManifest {
    let text = """
      {"model": {"name": "m", "parameters": 1, "classes": \(classes.count), "input": "8×8×3",
        "dataFormat": "channels_last"},
       "weights": {"file": "w.h5", "sha256": "00", "format": "f", "allowances": [], "conventions": []},
       "data": {"directory": "d", "images": 0, "sha256": "", "labelsSha256": "",
        "exifOrientationsIgnored": 0, "classOffset": 0, "notes": []},
       "preprocessing": {"preset": "keras-tf", "interpolation": "bilinear", "normalization": "tf"},
       "arithmetic": {"precision": "f32", "exact": false, "engine": "e"},
       "assay": "0", "classNames": \(classes)}
      """
    return try JSONDecoder().decode(EvaluationManifest.self, from: Data(text.utf8))
  }
}

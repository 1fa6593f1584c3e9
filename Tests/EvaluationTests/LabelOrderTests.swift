import Datasets
import Evaluation
import Foundation
import TestSupport
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
    #expect(try suspicion { $0 + 1 }?.contains("first label -1") == true)
    #expect(try suspicion { $0 - 1 }?.contains("first label 1") == true)
  }

  @Test("Numbers sorted as text are recognised, on either side")
  func numbers() throws {
    #expect(try suspicion { lexical[$0] }?.contains("class order natural") == true)
    #expect(
      try suspicion { lexical.firstIndex(of: $0) ?? 0 }?.contains("class order code-point")
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

  /// What a report says of networks that take an image of `label` for `guess`, with names of their own.
  private func suspicion(
    of guesses: [(label: Int, guess: Int)], names: [String]
  ) throws -> String? {
    let predictions = guesses.enumerated().map { index, pair in
      let scores = names.indices.map { Float($0 == pair.guess ? 5 : 0) }
      return Prediction(
        path: "\(index)", labels: [pair.label], sha256: "", isRotated: false,
        result: .success(Judgement(scores, labels: [pair.label])))
    }
    return EvaluationReport(predictions, manifest: try .sample(classes: names)).suspicion
  }

  /// Guesses of which a share is the class that `rule` gives, and the others are any.
  private func guesses(
    classes: Int, images: Int, accuracy: Double, seed: UInt64, rule: (Int) -> Int = { $0 }
  ) -> [(label: Int, guess: Int)] {
    var random = SplitMix(seed: seed)
    return (0..<classes * images).map { index in
      let label = index % classes
      let isRight = Double.random(in: 0..<1, using: &random) < accuracy
      let other = Int.random(in: 0..<classes, using: &random)
      return (label, isRight ? (rule(label) + classes) % classes : other)
    }
  }

  @Test(
    "A network of middling accuracy and few images is recognised under each rule",
    arguments: [0.7, 0.4])
  func middling(accuracy: Double) throws {
    let rules: [(rule: (Int) -> Int, words: String)] = [
      ({ $0 + 1 }, "first label -1"), ({ $0 - 1 }, "first label 1"), ({ 39 - $0 }, "reversed"),
    ]
    let names = (0..<40).map { "\($0)" }
    for (rule, words) in rules {
      // Three images a class: most favourites are of an image or two.
      let guesses = guesses(classes: 40, images: 3, accuracy: accuracy, seed: 7, rule: rule)
      #expect(try suspicion(of: guesses, names: names)?.contains(words) == true, "\(words)")
    }
  }

  @Test("Names with numbers that were sorted as text are recognised by the names")
  func namesWithNumbers() throws {
    let natural = (1...20).map { "kind\($0)" }
    let text = natural.sorted()
    let guesses = guesses(classes: 20, images: 5, accuracy: 0.6, seed: 3) { label in
      natural.firstIndex(of: text[label]) ?? 0
    }
    #expect(try suspicion(of: guesses, names: text)?.contains("class order natural") == true)
  }

  @Test("Accuracy below chance is a hint by itself, also of two classes")
  func belowChance() throws {
    let exchanged = guesses(classes: 2, images: 40, accuracy: 0.8, seed: 5) { 1 - $0 }
    let words = try suspicion(of: exchanged, names: ["cat", "dog"])
    #expect(words?.contains("fewer than the 50") == true, "\(words ?? "none")")
    #expect(words?.contains("the two exchanged") == true)
    // Right as often as chance has it is no hint.
    let random = guesses(classes: 2, images: 40, accuracy: 0, seed: 5)
    #expect(try suspicion(of: random, names: ["cat", "dog"]) == nil)
  }

  @Test("No network whose labels are right is suspected, however bad, small or narrow")
  func noFalseAlarms() throws {
    var random = SplitMix(seed: 1)
    for seed in 0..<300 as Range<UInt64> {
      let classes = Int.random(in: 2...60, using: &random)
      let images = Int.random(in: 1...12, using: &random)
      let accuracy = [0, 0.02, 0.1, 0.3, 0.7, 0.99][Int(seed % 6)]
      var all = guesses(classes: classes, images: images, accuracy: accuracy, seed: seed)
      // Some know few classes, some confuse neighbours.
      switch seed % 3 {
      case 1: all = all.map { ($0.label, $0.guess % max(1, classes / 5)) }
      case 2:
        all = all.map { ($0.label, $0.guess == $0.label ? $0.guess : ($0.label + 1) % classes) }
          .enumerated().map { $0 % 2 == 0 ? ($1.0, $1.0) : $1 }
      default: break
      }
      let words = try suspicion(of: all, names: (0..<classes).map { "\($0)" })
      #expect(words == nil, "\(classes) classes, \(images) images, \(accuracy): \(words ?? "")")
    }
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

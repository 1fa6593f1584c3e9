import Evaluation
import TestSupport
import Testing

@Suite("Label sets in another order than the outputs")
struct LabelSetOrderTests {
  /// What a report suspects of predictions whose labels are made others.
  private func suspicion(
    _ example: LabelSetCase, _ relabel: (Int) -> Int = { $0 }, negated: Bool = false
  ) throws -> String? {
    let names = (0..<example.labels).map { "label \($0)" }
    let predictions = example.predictions.map { prediction in
      let labels = prediction.labels.map(relabel)
      return Prediction(
        path: prediction.path,
        labels: negated ? names.indices.filter { !labels.contains($0) } : labels.sorted(),
        sha256: "", isRotated: false, result: prediction.result)
    }
    var manifest = try EvaluationManifest.sample(classes: names).completed(by: predictions)
    manifest.data.multiLabel = true
    return EvaluationReport(predictions, manifest: manifest).suspicion
  }

  @Test("are not suspected where the order is right, or the network knows nothing")
  func none() throws {
    for example in LabelSetCase.all {
      let words = try suspicion(example)
      #expect(words == nil, "\(example.name): \(words ?? "")")
    }
  }

  @Test("are told from how well each output tells each label")
  func exchanged() throws {
    let example = try #require(LabelSetCase.all.first { $0.name == "good" })
    let found = try suspicion(example) { ($0 + 1) % example.labels }
    let shifted = try #require(found)
    #expect(shifted.contains("in another order than the network's outputs"), "\(shifted)")
    #expect(
      shifted.contains("label 1 by that of label 0 (ROC AUC 0.92, by its own 0."), "\(shifted)")
  }

  @Test("or as exchanged where all are told worse than by chance")
  func negated() throws {
    let example = try #require(LabelSetCase.all.first { $0.name == "good" })
    let found = try suspicion(example, negated: true)
    let words = try #require(found)
    #expect(words.contains("labels are told worse than by chance"), "\(words)")
    #expect(words.hasSuffix("or 0 and 1 exchanged"))
  }
}

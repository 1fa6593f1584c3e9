import Datasets
import Documents
public import Evaluation

extension Sequence<Prediction> {
  /// One line an image whose labels are a set, in the order of the data set, as CSV (RFC 4180) with a header.
  ///
  /// `path,labels,predicted,exact`, then the probability of each label as `probability_` and its name, and `error`.
  /// Sets have bars between their names; `exact` is 1 where both are the same. An image that could not be read has
  /// its labels, and its reason in `error`, and nothing else. Texts are guarded as in ``csv(classNames:tieRule:isBinary:)``.
  ///
  /// - Parameters:
  ///   - labels: The names of the labels, in the order of the network's outputs.
  ///   - threshold: The probability above which a label is guessed.
  public func csv(labels names: [String], threshold: Double) -> String {
    let set = { (labels: [Int]) in
      CSVTable.Field.text(
        labels.map { names.indices.contains($0) ? names[$0] : "label \($0)" }
          .joined(separator: "|"))
    }
    var table = CSVTable(
      columns: ["path", "labels", "predicted", "exact"]
        + names.map { "probability_\($0.spelledOut)" } + ["error"])
    for prediction in self {
      let head = [CSVTable.Field.text(prediction.path), set(prediction.labels)]
      switch prediction.result {
      case .success(let judgement):
        let guesses = judgement.guessedLabels(above: threshold)
        let isExact = judgement.isExact(prediction.labels, above: threshold)
        let probabilities = names.indices.map { label in
          judgement.probability(ofLabel: label).map { CSVTable.Field.number("\(Float($0))") }
            ?? .empty
        }
        table.append(head + [set(guesses), .count(isExact ? 1 : 0)] + probabilities + [.empty])
      case .failure(let error):
        table.append(
          head + Array(repeating: .empty, count: 2 + names.count) + [.text(error.reason)])
      }
    }
    return table.text
  }
}

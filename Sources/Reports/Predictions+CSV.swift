import Datasets
import Documents
public import Evaluation

extension Sequence<Prediction> {
  /// One line an image, in the order of the data set, as CSV (RFC 4180) with a header.
  ///
  /// `path,label,prediction,probability,correct`, then the five best classes with their probabilities as
  /// `top1,probability1` and so on, of a network of one output the probabilities of both its classes as
  /// `probability_class0,probability_class1`, and `error`. Of several right classes `label` has all, with bars
  /// between them. An image that could not be read has its reason in `error` and nothing else. A text
  /// that a spreadsheet would take for a formula, and one that begins with an apostrophe, has an
  /// apostrophe before it.
  ///
  /// - Parameters:
  ///   - classNames: The names of the network's classes.
  ///   - tieRule: How equal scores are ranked, as in the report.
  ///   - isBinary: Whether they are of a network of one output.
  public func csv(
    classNames: [String], tieRule: TieRule = .keras, isBinary: Bool = false
  ) -> String {
    let name = { (index: Int) in
      classNames.indices.contains(index) ? classNames[index] : "class \(index)"
    }
    var table = CSVTable(
      columns: ["path", "label", "prediction", "probability", "correct"]
        + (1...Judgement.guessCount).flatMap { ["top\($0)", "probability\($0)"] }
        + (isBinary ? ["probability_class0", "probability_class1"] : []) + ["error"])
    for prediction in self {
      var fields: [CSVTable.Field] = [
        .text(prediction.path), .text(prediction.labels.map(name).joined(separator: "|")),
      ]
      let places = 3 + 2 * Judgement.guessCount
      switch prediction.result {
      case .success(let judgement):
        let guesses: [CSVTable.Field] = judgement.guesses.flatMap {
          [.text(name($0.classIndex)), .number("\($0.probability)")]
        }
        fields += guesses.prefix(2)
        // A judgement without guesses leaves their places empty, and so do fewer than five classes.
        fields += Array(repeating: .empty, count: 4 - fields.count)
        fields.append(.count(judgement.isHit(1, tieRule) ? 1 : 0))
        fields += guesses
        fields += Array(repeating: .empty, count: 2 + places - fields.count)
        if isBinary {
          fields += [0, 1].map { index in
            judgement.guesses.first { $0.classIndex == index }
              .map { .number("\($0.probability)") } ?? .empty
          }
        }
        fields.append(.empty)
      case .failure(let error):
        fields += Array(repeating: .empty, count: places + (isBinary ? 2 : 0))
        fields.append(.text(error.reason))
      }
      table.append(fields)
    }
    return table.text
  }
}

import Datasets

extension EvaluationResult {
  /// One line an image, in the order of the data set, as CSV (RFC 4180) with a header.
  ///
  /// `path,label,prediction,probability,correct` and then the five best classes with their
  /// probabilities. An image that could not be read has its reason in `error` and nothing else.
  public var predictionsCSV: String {
    let ranks = 1...Judgement.guessCount
    let header =
      ["path", "label", "prediction", "probability", "correct"]
      + ranks.flatMap { ["top\($0)", "probability\($0)"] } + ["error"]
    var lines = [header.joined(separator: ",")]
    for prediction in predictions {
      var fields = [
        prediction.path, prediction.labels.map { labels.names[$0] }.joined(separator: "|"),
      ]
      switch prediction.result {
      case .success(let judgement):
        let guesses = judgement.guesses.flatMap {
          [labels.names[$0.classIndex], "\($0.probability)"]
        }
        fields += guesses.prefix(2)
        fields.append(judgement.isHit(1) ? "1" : "0")
        fields += guesses
        // A network of fewer than five classes leaves places empty.
        fields += Array(repeating: "", count: header.count - 1 - fields.count)
        fields.append("")
      case .failure(let error):
        fields += Array(repeating: "", count: header.count - 1 - fields.count)
        fields.append(error.reason)
      }
      lines.append(fields.map(\.quotedForCSV).joined(separator: ","))
    }
    return lines.joined(separator: "\r\n") + "\r\n"
  }
}

extension String {
  /// The field as CSV writes it (RFC 4180): in quotes where it holds a comma, a quote or a line break.
  package var quotedForCSV: String {
    guard utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return self }
    return "\"" + replacing("\"", with: "\"\"") + "\""
  }
}

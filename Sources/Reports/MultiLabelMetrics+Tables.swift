import Documents
public import Evaluation
import Networks

extension MultiLabelMetrics {
  /// One line a label, in the order of the network's outputs, as CSV (RFC 4180) with a header:
  /// `name,support,predicted,precision,recall,f1,auc,average_precision`.
  ///
  /// `support` and `predicted` count images; the others are shares, 0 to 1, and empty where they would be divided by
  /// zero. Names are guarded as in the CSV of predictions.
  public var labelsCSV: String {
    var table = CSVTable(columns: [
      "name", "support", "predicted", "precision", "recall", "f1", "auc", "average_precision",
    ])
    for label in labels {
      table.append(
        [.text(label.name), .count(label.support), .count(label.predicted)]
          + label.figures.map { value in value.map { .number("\($0)") } ?? .empty })
    }
    return table.text
  }

  /// Subset accuracy with its interval, and what has none, as a table in Markdown.
  func headline(_ metrics: ClassificationMetrics, _ activation: OutputActivation) -> String {
    var table = MarkdownTable([
      ("", .left), ("", .right), ("95 % interval", .right), ("images", .right),
    ])
    table.append([
      "**subset accuracy**", "**\(Figures.percent(subset.value))**",
      "\(Figures.percent(subset.low)) – \(Figures.percent(subset.high))",
      "\(Figures.count(subset.correct)) of \(Figures.count(subset.total))",
    ])
    table.append(["Hamming loss", words(hammingLoss), "", ""])
    if let loss = metrics.loss {
      table.append([
        "loss (\(activation.lossName ?? "cross-entropy"))", Figures.decimal(loss), "", "",
      ])
    }
    if let brier = metrics.brier { table.append(["Brier score", Figures.decimal(brier), "", ""]) }
    return table.text
  }

  /// The means over labels, and those of all answers, as a table in Markdown.
  var averagesTable: String {
    var table = MarkdownTable([
      ("over \(Figures.count(labels.count, "label"))", .left), ("macro", .right),
      ("micro", .right),
    ])
    for average in averages {
      table.append([average.name, words(average.macro), words(average.micro)])
    }
    return table.text + "\n\nLabels are guessed above a probability of \(thresholdText)."
  }

  /// As many labels as a pull request takes.
  private static let mostInMarkdown = 100

  /// How each label was told, as a table in Markdown.
  var labelsTable: String {
    var table = MarkdownTable(
      [("label", .left)]
        + LabelScore.columns.map { ($0, .right) })
    for label in labels.prefix(Self.mostInMarkdown) {
      table.append(
        [
          label.name.shortened(to: 80).codeForMarkdown, Figures.count(label.support),
          Figures.count(label.predicted),
        ] + label.figures.map(words))
    }
    let rest = labels.count - Self.mostInMarkdown
    return table.text + (rest > 0 ? "\n\nAnd \(Figures.count(rest)) more." : "")
  }
}

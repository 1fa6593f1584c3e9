import Documents
public import Evaluation

extension ClassificationMetrics {
  /// One line a class of the network, in order of their index, as CSV (RFC 4180) with a header:
  /// `name,total,top1,top5,predicted,precision,recall,f1`.
  ///
  /// `total`, `top1`, `top5` and `predicted` count images, and `top5` is empty where no more than five classes
  /// take part; the others are shares, 0 to 1. Names are
  /// guarded as in the CSV of predictions.
  public var classesCSV: String {
    var table = CSVTable(
      columns: ["name", "total", "top1", "top5", "predicted", "precision", "recall", "f1"])
    for entry in classes {
      table.append([
        .text(entry.name), .count(entry.total), .count(entry.top1),
        entry.top5.map { .count($0) } ?? .empty,
        .count(entry.predicted), .number("\(entry.score.precision)"),
        .number("\(entry.score.recall)"), .number("\(entry.score.f1)"),
      ])
    }
    return table.text
  }

  /// One line for each pair of right class and first guess that occurred, as CSV (RFC 4180) with a
  /// header: `label,prediction,count`.
  public var confusionCSV: String {
    var table = CSVTable(columns: ["label", "prediction", "count"])
    for cell in confusion.cells {
      table.append([
        .text(classes.name(cell.label)), .text(classes.name(cell.prediction)), .count(cell.count),
      ])
    }
    return table.text
  }
}

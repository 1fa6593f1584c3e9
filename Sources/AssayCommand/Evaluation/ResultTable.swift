import Datasets
import Documents
import Evaluation
import Foundation
import Networks

/// Checkpoints and their scores, the highest figures first.
struct ResultTable {
  /// The reports, the highest figures first.
  let reports: [EvaluationReport]
  /// The checkpoints image by image; `nil` of fewer than two.
  let comparison: SeriesComparison?
  /// What the first says of the images on which they differ most.
  let predictions: [Prediction]

  /// Ranks checkpoints, and compares them image by image.
  init(_ checkpoints: [(report: EvaluationReport, predictions: [Prediction])]) {
    self.init(checkpoints.map(\.report)) { order, _ in
      SeriesComparison.Tally(order.map { checkpoints[$0] })
    }
  }

  /// The same of predictions that need not be in memory.
  ///
  /// - Parameter compare: Is given the places of the reports by rank and the reports in that order, of two or more.
  init(
    _ reports: [EvaluationReport],
    compare: (_ order: [Int], _ ranked: [EvaluationReport]) throws -> SeriesComparison.Tally
  ) rethrows {
    let order = Self.order(of: reports)
    self.reports = order.map { reports[$0] }
    let tally = order.count > 1 ? try compare(order, self.reports) : nil
    (comparison, predictions) = (tally?.comparison, tally?.predictions ?? [])
  }

  /// The places of reports in the order of top-1 and top-5, of sets of labels of mean average precision and subset
  /// accuracy; of equal ones in their own order.
  static func order(of reports: [EvaluationReport]) -> [Int] {
    reports.indices.sorted { left, right in
      let (mine, other) = (reports[left].rank, reports[right].rank)
      return (-mine.first, -mine.second, left) < (-other.first, -other.second, right)
    }
  }

  /// Whether the labels are sets, which all checkpoints share.
  private var areSets: Bool { reports.first?.metrics.multiLabel != nil }

  /// timm's columns (`results-imagenet.csv`), then what tells the checkpoints apart; of sets of labels subset
  /// accuracy and mAP are in place of top-1 and top-5.
  var csv: String {
    var table = CSVTable(
      columns: ["model", "img_size"]
        + (areSets ? ["subset", "map"] : ["top1", "top1_err", "top5", "top5_err"]) + [
          "param_count", "crop_pct", "interpolation", "weights", "sha256", "images", "unreadable",
          "loss",
        ] + (areSets ? ["hamming"] : ["ece"]) + ["precision", "recall", "f1", "auc"])
    for report in reports {
      let (model, weights) = (report.manifest.model, report.manifest.weights)
      let size: CSVTable.Field =
        model.inputSize.isSquare ? .count(model.inputSize.height) : .text(model.inputSize.typed)
      table.append(
        [.text(model.name), size] + report.shares + [
          .number(String(format: "%.2f", Double(model.parameters) / 1e6)),
          .number(cropShare(report.manifest)), .text(report.manifest.preprocessing.interpolation),
          .text(weights.file), .text(weights.sha256), .count(report.manifest.data.images),
          .count(report.failures.count),
        ] + report.qualities)
    }
    return table.text
  }

  /// The most contested images that are printed; reports have more.
  private static let shownDisagreements = 10

  /// The table for people, and which of the checkpoints the images tell apart.
  var text: String {
    let names = areSets ? ("subset accuracy", "mAP") : ("top-1", "top-5")
    var table = TextTable(
      columns: [
        .right("no."), .left("weights"), .right(names.0), .right("95 %"), .right(names.1),
        .right("loss"),
      ] + (comparison == nil ? [] : SeriesComparison.Rival.figureNames.map { .right($0) }))
    for (place, report) in reports.enumerated() {
      let accuracy = report.accuracy
      let second =
        accuracy.top5?.value ?? report.metrics.multiLabel?.macro.averagePrecision?.value
      let rival =
        comparison.map { place == 0 ? ["", "", ""] : $0.rivals[place - 1].figures } ?? []
      let own = [
        "\(place + 1)", report.manifest.weights.file,
        String(format: "%.2f %%", accuracy.top1.value * 100),
        String(format: "%.2f to %.2f", accuracy.top1.low * 100, accuracy.top1.high * 100),
        second.map { String(format: "%.2f %%", $0 * 100) } ?? "–",
        report.metrics.loss.map { String(format: "%.4f", $0) } ?? "–",
      ]
      table.add(own + rival)
    }
    guard !reports.isEmpty else { return "no checkpoint could be scored" }
    guard let comparison else { return table.text }
    return [
      table.text, comparison.explanation, comparison.verdict.plain, Self.matrix(comparison),
      Self.disagreements(comparison),
    ].compactMap(\.self).joined(separator: "\n\n")
  }

  private static func matrix(_ comparison: SeriesComparison) -> String? {
    guard let title = comparison.matrixTitle else { return nil }
    let rows = comparison.matrix
    var table = TextTable(columns: [.right("")] + rows.indices.map { .right("\($0 + 1)") })
    for (place, row) in rows.enumerated() { table.add(["\(place + 1)"] + row) }
    return "\(title)\n\(table.text)"
  }

  private static func disagreements(_ comparison: SeriesComparison) -> String {
    let title = comparison.disagreementTitle(showing: shownDisagreements)
    guard !comparison.disagreements.isEmpty else { return title }
    var table = TextTable(columns: [.left("image"), .left("class"), .left("guesses")])
    for image in comparison.disagreements.prefix(shownDisagreements) {
      table.add([image.path, image.labels.joined(separator: "|"), image.summary.plain])
    }
    return "\(title)\n\(table.text)"
  }

  /// The crop's part of the shorter side, timm's `crop_pct`.
  private func cropShare(_ manifest: EvaluationManifest) -> String {
    let size = manifest.model.inputSize
    let input = manifest.preprocessing
    let pipeline = try? Preprocessing(
      preset: input.preset, minAspectDim: input.minAspectDim,
      crop: input.resizeDim.map { InputSize(square: $0) } ?? size
    ).pipeline
    let side = max(size.height, size.width)
    let short = pipeline?.shorterSide(for: size) ?? side
    return String(format: "%.3f", Double(side) / Double(short))
  }
}

extension EvaluationReport {
  /// By what it is ranked, the larger the better.
  fileprivate var rank: (first: Double, second: Double) {
    metrics.multiLabel.map { ($0.macro.averagePrecision?.value ?? 0, $0.subset.value) }
      ?? (accuracy.top1.value, accuracy.top5?.value ?? 0)
  }

  /// Top-1 and top-5 with their complements, or subset accuracy and mAP, in percent.
  fileprivate var shares: [CSVTable.Field] {
    let percent = { (share: Double?) -> CSVTable.Field in
      share.map { .number(String(format: "%.3f", $0 * 100)) } ?? .empty
    }
    if let sets = metrics.multiLabel {
      return [percent(sets.subset.value), percent(sets.macro.averagePrecision?.value)]
    }
    let (top1, top5) = (accuracy.top1.value, accuracy.top5?.value)
    return [percent(top1), percent(1 - top1), percent(top5), percent(top5.map { 1 - $0 })]
  }

  /// Loss, ECE or Hamming loss, precision, recall, F1 and ROC AUC: of a network of one output of its class 1, of
  /// others the means over classes or labels.
  fileprivate var qualities: [CSVTable.Field] {
    let score = metrics.binary?.positive ?? metrics.average
    let values: [Double?] =
      if let sets = metrics.multiLabel {
        [
          sets.hammingLoss, sets.macro.precision?.value, sets.macro.recall?.value,
          sets.macro.f1?.value, sets.macro.auc?.value,
        ]
      } else {
        [
          metrics.calibration?.expectedError, score?.precision, score?.recall, score?.f1,
          metrics.binary?.auc,
        ]
      }
    return ([metrics.loss] + values).map { value in
      value.map { .number(String(format: "%.6f", $0)) } ?? .empty
    }
  }
}

extension EvaluationManifest.Model {
  /// Height and width of its input, of `224×224×3`.
  fileprivate var inputSize: InputSize {
    let extents = input.split(separator: "×").compactMap { Int($0) }
    return InputSize(height: extents.first ?? 0, width: extents.dropFirst().first ?? 0)
  }
}

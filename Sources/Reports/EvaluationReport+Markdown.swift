import Documents
public import Evaluation
import Networks

extension EvaluationReport {
  /// The report as Markdown, as short as a pull request wants it: figures, what they are of, and what is
  /// worth a look folded below.
  ///
  /// Names of files and classes cannot become links, tags, mentions or columns.
  public var markdown: String {
    var parts = [
      "### \(manifest.model.name.escapedForMarkdown) on \(manifest.data.directory.codeForMarkdown)"
    ]
    if let suspicion {
      parts.append(
        "> [!WARNING]\n> **These figures may not mean what they seem to:** "
          + "\(suspicion.escapedForMarkdown).")
    }
    if let sets = metrics.multiLabel {
      parts += [sets.headline(metrics, manifest.model.outputActivation), sets.averagesTable]
    } else {
      parts.append(headline)
    }
    if let gates = GateSection(gates: gates ?? []).markdown { parts.append(gates) }
    parts.append(subject)
    if let notices { parts.append(notices) }
    let labels = metrics.multiLabel.map { folded("Labels", $0.labelsTable) }
    parts += [labels, worst, confused, unreadable, identity].compactMap(\.self)
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var headline: String {
    var table = MarkdownTable([
      ("", .left), ("", .right), ("95 % interval", .right), ("images", .right),
    ])
    for (k, share) in accuracy.rows {
      table.append([
        metrics.binary == nil ? "**top-\(k)**" : "**accuracy**",
        "**\(Figures.percent(share.value))**",
        "\(Figures.percent(share.low)) – \(Figures.percent(share.high))",
        "\(Figures.count(share.correct)) of \(Figures.count(share.total))",
      ])
    }
    let plain = { (name: String, value: String) in table.append([name, value, "", ""]) }
    let activation = manifest.model.outputActivation
    if let loss = metrics.loss {
      plain("loss" + (activation.lossName.map { " (\($0))" } ?? ""), Figures.decimal(loss))
    }
    if let brier = metrics.brier { plain("Brier score", Figures.decimal(brier)) }
    if let calibration = metrics.calibration {
      plain(
        "calibration error (ECE\(activation == .softmax ? "" : ", of sigmoids"))",
        Figures.percent(calibration.expectedError))
    }
    if let auc = metrics.binary?.auc { plain("ROC AUC", Figures.decimal(auc)) }
    guard let score = metrics.binary?.positive ?? metrics.average else { return table.text }
    let (kind, whose) =
      metrics.binary == nil
      ? ("macro ", "") : ("", " of \(metrics.classes[1].name.shortened(to: 80).codeForMarkdown)")
    plain("\(kind)precision\(whose)", Figures.percent(score.precision))
    plain("\(kind)recall\(whose)", Figures.percent(score.recall))
    plain("\(kind)F1\(whose)", Figures.percent(score.f1))
    return table.text
  }

  /// Weights, protocol and data in a line, their hashes cut short.
  private var subject: String {
    let (weights, data) = (manifest.weights, manifest.data)
    let hash = { (text: String) in
      text.isEmpty ? "" : " \(String(text.prefix(12)).codeForMarkdown)"
    }
    let pipeline = manifest.preprocessing
    return [
      "Weights \(weights.file.codeForMarkdown)\(hash(weights.sha256))",
      "protocol \(pipeline.preset.escapedForMarkdown), \(pipeline.interpolation.escapedForMarkdown), "
        + "\(pipeline.normalization.escapedForMarkdown)",
      "\(Figures.count(data.images, "image"))\(hash(data.sha256)), labels\(hash(data.labelsSha256))",
      manifest.arithmetic.precision.escapedForMarkdown,
    ].joined(separator: " · ")
  }

  private var notices: String? {
    var lines: [String] = []
    if !failures.isEmpty {
      lines.append(
        "- \(Figures.count(failures.count, "image")) could not be read and are not counted")
    }
    if accuracy.nonFinite > 0 {
      lines.append(
        "- \(Figures.count(accuracy.nonFinite, "image")) with logits that are not finite: misses")
    }
    lines += manifest.weights.allowances.map { "- allowed not to fit: \($0.escapedForMarkdown)" }
    lines += manifest.weights.conventions.map { "- weights: \($0.escapedForMarkdown)" }
    lines += manifest.data.notes.map { "- data: \($0.escapedForMarkdown)" }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }

  private var worst: String? {
    let order = metrics.worstClasses.prefix(10)
    guard !order.isEmpty else { return nil }
    var table = MarkdownTable([
      ("class", .left), ("top-1", .right), ("images", .right), ("precision", .right),
      ("F1", .right),
    ])
    for index in order {
      let entry = metrics.classes[index]
      table.append([
        entry.name.shortened(to: 80).codeForMarkdown,
        Figures.percent(Double(entry.top1) / Double(entry.total)),
        Figures.count(entry.total), Figures.percent(entry.score.precision),
        Figures.percent(entry.score.f1),
      ])
    }
    return folded("Worst classes", table.text)
  }

  private var confused: String? {
    let pairs = metrics.confusion.mostConfused(10)
    guard !pairs.isEmpty else { return nil }
    var table = MarkdownTable([("class", .left), ("taken for", .left), ("images", .right)])
    for cell in pairs {
      table.append([
        metrics.classes.name(cell.label).shortened(to: 80).codeForMarkdown,
        metrics.classes.name(cell.prediction).shortened(to: 80).codeForMarkdown,
        Figures.count(cell.count),
      ])
    }
    return folded("Most confused classes", table.text)
  }

  private var unreadable: String? {
    guard !failures.isEmpty else { return nil }
    var table = MarkdownTable([("image", .left), ("reason", .left)])
    for failure in failures.prefix(20) {
      table.append([
        failure.path.shortened(to: 120).codeForMarkdown, failure.reason.escapedForMarkdown,
      ])
    }
    let more = failures.count > 20 ? "\n\nAnd \(Figures.count(failures.count - 20)) more." : ""
    return folded("Images that could not be read", table.text + more)
  }

  /// What two runs must share to be of the same thing.
  private var identity: String {
    let (weights, data, arithmetic) = (manifest.weights, manifest.data, manifest.arithmetic)
    var table = MarkdownTable([("", .left), ("", .left)])
    let plain = { (name: String, value: String?) in
      if let value, !value.isEmpty { table.append([name, value.codeForMarkdown]) }
    }
    plain("weights SHA-256", weights.sha256)
    plain("weights format", weights.format)
    plain("Keras", weights.kerasVersion)
    plain("images SHA-256", data.sha256)
    plain("labels SHA-256", data.labelsSha256)
    plain("protocol from", manifest.preprocessing.source)
    plain("input", manifest.model.input)
    plain(
      "arithmetic",
      "\(arithmetic.precision)\(arithmetic.exact ? ", exact" : ""), \(arithmetic.engine)")
    plain("calibration SHA-256", arithmetic.calibration)
    plain("ties", accuracy.tieRule.rawValue)
    plain("assay", manifest.assay)
    return folded("What was scored", table.text)
  }

  // Markdown inside needs an empty line on either side.
  private func folded(_ title: String, _ text: String) -> String {
    "<details><summary>\(title)</summary>\n\n\(text)\n\n</details>"
  }
}

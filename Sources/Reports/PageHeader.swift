import Documents
import Evaluation
import Networks

/// What was scored, what must be known before any figure is believed, and the figures.
struct PageHeader {
  let report: EvaluationReport
  let title: PageTitle

  private var metrics: ClassificationMetrics { report.metrics }
  private var accuracy: TopKAccuracy { report.accuracy }
  private var activation: OutputActivation { report.manifest.model.outputActivation }

  var html: String {
    """
    <header>
    \(title.kicker)
    <h1>\(report.manifest.model.name.isolatedForHTML)</h1>
    <p class="lead">\(lead)</p>
    </header>
    \(suspicion)
    <div class="cards">
    \(cards)
    </div>
    <dl class="figures">
    \(figures)
    </dl>
    \(notices)
    """
  }

  private var lead: String {
    let (model, data) = (report.manifest.model, report.manifest.data)
    return [
      Figures.count(data.images, "image"), Figures.count(model.classes, "class", "classes"),
      "input \(model.input), \(report.manifest.preprocessing.preset)",
      report.manifest.arithmetic.precision,
    ].map(\.escapedForXML).joined(separator: " · ")
  }

  private var suspicion: String {
    guard let text = report.suspicion else { return "" }
    return """
      <div class="alarm" role="alert"><strong>These figures may not mean what they seem to.</strong>
      <p>\(text.capitalisedFirst.escapedForXML).</p></div>
      """
  }

  private var cards: String {
    accuracy.rows.map { row in
      card(row.k == 1 ? metrics.headlineName : "top-\(row.k)", row.accuracy)
    }.joined(separator: "\n")
  }

  /// A share, large, over its interval on a scale from 0 to 100.
  private func card(_ name: String, _ share: Accuracy) -> String {
    let interval =
      "\(Figures.percent(share.low).dropLast(2)) to \(Figures.percent(share.high))"
    return """
      <div class="card"><h2>\(name)</h2>
      <p class="big">\(Figures.percent(share.value))</p>
      <svg class="scale" viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true">\
      <rect class="track" y="4" width="200" height="6"/>\
      <rect class="fill" y="4" width="\(Figures.place(share.value * 200))" height="6"/>\
      <rect class="interval" x="\(Figures.place(share.low * 200))" \
      width="\(Figures.place(max(share.high - share.low, 0.004) * 200))" height="14"/></svg>
      <p class="note">95 % interval \(interval)<br>\
      \(Figures.count(share.correct)) of \(Figures.count(share.total)) right</p></div>
      """
  }

  private var figures: String {
    var rows: [(String, String, String)] = []
    if let sets = metrics.multiLabel {
      rows += sets.averages.map { average in
        (
          average.name, sets.words(average.macro),
          "mean over labels; micro \(sets.words(average.micro))"
        )
      }
      rows.append(("Hamming loss", sets.words(sets.hammingLoss), "the share of wrong answers"))
    }
    if let loss = metrics.loss {
      rows.append(
        ("loss", Figures.decimal(loss), "\(activation.lossName ?? "cross-entropy"), nats"))
    }
    if let brier = metrics.brier {
      rows.append(
        (
          "Brier score", Figures.decimal(brier),
          "0 is best, \(activation == .softmax ? 2 : 1) worst"
        ))
    }
    if let calibration = metrics.calibration {
      rows.append(
        (
          "ECE", Figures.percent(calibration.expectedError),
          "expected calibration error" + (activation == .softmax ? "" : ", of sigmoids")
        ))
    }
    if let auc = metrics.binary?.auc {
      rows.append(("ROC AUC", Figures.decimal(auc), "1 is best, 0.5 chance"))
    }
    if let score = metrics.binary?.positive ?? metrics.average {
      let whose =
        metrics.binary == nil
        ? "mean over classes" : "of class 1, \(metrics.classes[1].name.isolatedForHTML)"
      rows += [
        ("precision", Figures.percent(score.precision), whose),
        ("recall", Figures.percent(score.recall), whose),
        ("F1", Figures.percent(score.f1), whose),
      ]
    }
    return rows.map { name, value, hint in
      "<div><dt>\(name)</dt><dd>\(value)</dd><dd class=\"note\">\(hint)</dd></div>"
    }.joined(separator: "\n")
  }

  /// What a reader must know of how the figures came about.
  private var notices: String {
    let (data, weights) = (report.manifest.data, report.manifest.weights)
    var lines: [String] = []
    if !report.failures.isEmpty {
      lines.append(
        "<a href=\"#unreadable\">\(Figures.count(report.failures.count, "image")) could not be "
          + "read</a> and are not counted.")
    }
    var texts: [String] = []
    if accuracy.nonFinite > 0 {
      texts.append(
        "\(Figures.count(accuracy.nonFinite, "image")) gave logits that are not finite; they count as "
          + "misses.")
    }
    if accuracy.ties > 0 {
      texts.append(
        "\(Figures.count(accuracy.ties, "image")) had classes of equal score where it matters; rule "
          + "“\(accuracy.tieRule.rawValue)”: \(accuracy.tieRule.description).")
    }
    if data.exifOrientationsIgnored > 0 {
      texts.append(
        "\(Figures.count(data.exifOrientationsIgnored, "image")) with an EXIF orientation, which was not "
          + "applied.")
    }
    if let mask = data.maskedTo {
      texts.append("Only \(Figures.count(mask)) of the network's classes took part.")
    }
    if data.classOffset > 0 {
      texts.append("The network's class 0 is background; its class 1 is the data set's first.")
    }
    if data.classOffset < 0 {
      texts.append(
        "Labels count from \(-data.classOffset), which is the network's class 0.")
    }
    texts += weights.allowances.map { "Weights that were allowed not to fit: \($0)." }
    texts += weights.conventions.map { "Weights: \($0)." }
    texts += data.notes.map { "Data: \($0)." }
    lines += texts.map(\.escapedForXML)
    guard !lines.isEmpty else { return "" }
    return "<ul class=\"notices\">\(lines.map { "<li>\($0)</li>" }.joined(separator: "\n"))</ul>"
  }
}

extension String {
  /// The text with a capital at its beginning.
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}

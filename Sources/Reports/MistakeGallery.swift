import Datasets
import Documents
import Evaluation

/// An image that the network was sure of, and wrong; or that it gave the wrong labels.
struct Mistake: Sendable {
  let path: String
  let labels: [Int]
  let guesses: [Judgement.Guess]
  let thumbnail: Thumbnail

  /// Reads the pictures of images that were kept as the worst.
  static func all(
    of predictions: [Prediction], _ picture: (Prediction) -> ImageSource?
  ) -> [Mistake] {
    predictions.map { prediction in
      Mistake(
        path: prediction.path, labels: prediction.labels,
        guesses: prediction.judgement?.guesses ?? [],
        thumbnail: Thumbnail(picture(prediction), sha256: prediction.sha256))
    }
  }
}

/// The worst mistakes as cards.
struct MistakeGallery {
  let mistakes: [Mistake]
  let report: EvaluationReport

  /// So many are shown at once; the rest unfolds, or a phone would scroll for long.
  private static let shown = 12

  private var names: [String] { report.manifest.classNames }

  var html: String {
    guard !mistakes.isEmpty else { return "" }
    return """
      <section>
      <h2>The worst mistakes</h2>
      <p class="note">\(order) A wrong label looks just like this, too.</p>
      \(gallery(mistakes.prefix(Self.shown)))
      \(more)
      </section>
      """
  }

  private var order: String {
    report.metrics.multiLabel == nil
      ? "Wrong at first guess, the most certain first."
      : "Not guessed to have just the labels that they have, the largest loss first; of each image the most "
        + "probable labels."
  }

  /// The name of a class, or its number where the report and the predictions do not belong together.
  private func name(_ index: Int) -> String {
    names.indices.contains(index) ? names[index] : "class \(index)"
  }

  private var more: String {
    let rest = mistakes.dropFirst(Self.shown)
    guard !rest.isEmpty else { return "" }
    return "<details><summary>\(rest.count) more</summary>\(gallery(rest))</details>"
  }

  private func gallery(_ mistakes: ArraySlice<Mistake>) -> String {
    "<div class=\"gallery\">\(mistakes.map(card).joined(separator: "\n"))</div>"
  }

  private func card(_ mistake: Mistake) -> String {
    let right =
      mistake.labels.isEmpty ? "none" : mistake.labels.map(name).joined(separator: ", ")
    let guesses = mistake.guesses.map { guess in
      let name = name(guess.classIndex)
      let kind = mistake.labels.contains(guess.classIndex) ? " class=\"right\"" : ""
      let share = Double(guess.probability)
      return "<li\(kind)><b style=\"width:\(Figures.place(share * 100))%\"></b>"
        + "<span class=\"cut\" title=\"\(name.escapedForXML)\">\(name.isolatedForHTML)</span>"
        + "<em>\(Figures.short(share))</em></li>"
    }
    return """
      <article class="mistake">
      \(mistake.thumbnail.frame(of: mistake.path))
      <p class="answer cut" title="\(right.escapedForXML)"><small>is</small> \(right.isolatedForHTML)</p>
      <ol>\(guesses.joined())</ol>
      <p class="path cut" title="\(mistake.path.escapedForXML)">\(mistake.path.isolatedForHTML)</p>
      </article>
      """
  }
}

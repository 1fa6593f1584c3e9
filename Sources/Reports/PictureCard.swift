import Datasets
import Documents
import Evaluation

/// An image of which several say something, as a card: the picture, what it is, and who takes it for what.
struct PictureCard {
  /// What somebody says of the image.
  struct Answer {
    let who: String
    let guess: String
    let isRight: Bool
  }

  let path: String
  let labels: [String]
  let thumbnail: Thumbnail
  let answers: [Answer]

  /// So many are shown at once; the rest unfolds, or a phone would scroll for long.
  private static let shown = 12

  /// Cards beside and below each other; nothing of none.
  static func gallery(_ cards: [PictureCard], note: String) -> String {
    guard !cards.isEmpty else { return "" }
    let rest = cards.dropFirst(shown)
    let more =
      rest.isEmpty
      ? "" : "<details><summary>\(rest.count) more</summary>\(grid(rest))</details>"
    return """
      <p class="note">\(note.escapedForXML)</p>
      \(grid(cards.prefix(shown)))
      \(more)
      """
  }

  private static func grid(_ cards: ArraySlice<PictureCard>) -> String {
    "<div class=\"gallery\">\(cards.map(\.html).joined(separator: "\n"))</div>"
  }

  private var html: String {
    let right = labels.isEmpty ? "none" : labels.joined(separator: ", ")
    let lines = answers.map { answer in
      "<li\(answer.isRight ? " class=\"right\"" : "")><b style=\"width:100%\"></b>"
        + "<span class=\"cut\" title=\"\(answer.guess.escapedForXML)\">\(answer.guess.isolatedForHTML)</span>"
        + "<em>\(answer.who.escapedForXML)</em></li>"
    }
    return """
      <article class="mistake">
      \(thumbnail.frame(of: path))
      <p class="answer cut" title="\(right.escapedForXML)"><small>is</small> \(right.isolatedForHTML)</p>
      <ol>\(lines.joined())</ol>
      <p class="path cut" title="\(path.escapedForXML)">\(path.isolatedForHTML)</p>
      </article>
      """
  }
}

extension Thumbnail {
  /// Why a picture of a stream cannot be shown.
  static let notKept = "The picture was not kept: it came from a stream."

  /// The pictures of these images alone, by their path.
  static func all(
    of paths: [String], among predictions: [Prediction], _ picture: (Prediction) -> ImageSource?
  ) -> [String: Thumbnail] {
    let wanted = Set(paths)
    return predictions.reduce(into: [:]) { known, prediction in
      guard wanted.contains(prediction.path), known[prediction.path] == nil else { return }
      known[prediction.path] = Thumbnail(picture(prediction), sha256: prediction.sha256)
    }
  }

  /// The picture in its frame, or the reason why there is none.
  func frame(of path: String) -> String {
    switch self {
    case .missing(let reason):
      return "<div class=\"frame\"><p class=\"missing\">\(reason.escapedForXML)</p></div>"
    case .picture(let picture, let isEnlarged):
      let kind = isEnlarged ? " class=\"pixels\"" : ""
      return
        "<div class=\"frame\"><img\(kind) src=\"\(picture.address)\" width=\"\(picture.width)\" "
        + "height=\"\(picture.height)\" alt=\"\(path.shortened(to: 80).escapedForXML)\"></div>"
    }
  }
}

/// Tells the reader of a phone that a box holds more than it shows.
enum ScrollHint {
  static let html =
    "<p class=\"note hint\">Wider than this screen: it scrolls sideways, and fades where there is more.</p>"
}

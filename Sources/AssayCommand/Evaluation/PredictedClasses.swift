import Documents
import Evaluation
import Foundation
import Networks

/// The best classes of one image, or why it has none.
struct PredictedClasses {
  let path: String
  let guesses: [Judgement.Guess]
  /// The names of all classes.
  private let names: [String]
  private let error: String?

  /// Whether the image could not be read.
  var isUnreadable: Bool { error != nil }

  init(
    _ path: String, _ logits: ArraySlice<Float>, _ names: [String], _ activation: OutputActivation
  ) {
    self.path = path
    guesses = Judgement.best(of: logits, activation: activation)
    self.names = names
    error = nil
  }

  /// An image that could not be read, or of which no classes are asked.
  init(_ path: String, error: String? = nil) {
    self.path = path
    guesses = []
    names = []
    self.error = error
  }

  /// The image and its best classes, as people read them.
  func lines(_ count: Int) -> [String] {
    [path.shown]
      + guesses.prefix(count).map { guess in
        let percent = String(format: "%6.2f %%", guess.probability * 100)
        return "  \(percent)  \(names[guess.classIndex].shown)"
      }
  }
}

extension PredictedClasses: Encodable {
  private enum Keys: CodingKey { case path, classes, error }

  private struct NamedGuess: Encodable {
    var index: Int
    var name: String
    /// `nil` where a logit is not finite.
    var probability: Float?
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(path, forKey: .path)
    try container.encodeIfPresent(error, forKey: .error)
    guard error == nil else { return }
    try container.encode(
      guesses.map { guess in
        NamedGuess(
          index: guess.classIndex, name: names[guess.classIndex],
          probability: guess.probability.isFinite ? guess.probability : nil)
      }, forKey: .classes)
  }
}

extension [PredictedClasses] {
  /// One line an image as CSV: `path`, the five best classes as `top1,probability1` and so on, and `error`.
  var csv: String {
    let places = 1...Judgement.guessCount
    var table = CSVTable(
      columns: ["path"] + places.flatMap { ["top\($0)", "probability\($0)"] } + ["error"])
    for image in self {
      var fields: [CSVTable.Field] = [.text(image.path)] + image.fields
      fields += Array<CSVTable.Field>(repeating: .empty, count: 1 + 2 * places.count - fields.count)
      table.append(fields + [image.reason])
    }
    return table.text
  }
}

extension PredictedClasses {
  fileprivate var fields: [CSVTable.Field] {
    guesses.flatMap { guess -> [CSVTable.Field] in
      [
        .text(names[guess.classIndex]),
        guess.probability.isFinite ? .number("\(guess.probability)") : .empty,
      ]
    }
  }

  fileprivate var reason: CSVTable.Field { error.map { .text($0) } ?? .empty }
}

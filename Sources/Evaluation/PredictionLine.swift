import Documents
package import Foundation

/// A prediction as a line of JSON, the same bytes for the same prediction: keys sorted and in snake case.
///
/// Of millions of lines nearly all are spelled in the one way in which they are written here, and are read without a
/// decoder of JSON, thirty times as fast; all others are left to it.
package enum PredictionLine {
  /// The line of a prediction, without its end.
  package static func encode(_ prediction: Prediction) throws -> Data {
    var line = LineText()
    if line.append(prediction) { return Data(line.bytes) }
    return JSONText.spelled(try PredictionLog.encoder.encode(prediction))
  }

  /// Reads a line that lies in `range` of `bytes`; `nil` where it is none.
  package static func decode(_ bytes: [UInt8], _ range: Range<Int>) -> Prediction? {
    var cursor = LineCursor(bytes, range)
    if let prediction = cursor.prediction(), cursor.isAtEnd { return prediction }
    return try? PredictionLog.decoder.decode(Prediction.self, from: Data(bytes[range]))
  }
}

extension LineCursor {
  /// An image that was judged.
  fileprivate mutating func prediction() -> Prediction? {
    guard take(Token.judgement), let judgement = judgement(), take(Token.labels),
      let labels = indices(), take(Token.path), let path = plainText()
    else { return nil }
    let isRotated = take(Token.rotated)
    guard take(Token.sha256), let digest = digest(), take(Token.brace) else { return nil }
    return Prediction(
      path: path, labels: labels, digest: digest, isRotated: isRotated, result: .success(judgement))
  }

  private mutating func judgement() -> Judgement? {
    var (brier, loss): (Double?, Double?) = (nil, nil)
    if take(Token.brier) {
      guard let value = double(), take(Token.comma) else { return nil }
      brier = value
    }
    guard take(Token.guesses), let guesses = guesses() else { return nil }
    var logits: [Float]?
    if take(Token.logits) {
      guard let values = floats() else { return nil }
      logits = values
    }
    if take(Token.loss) {
      guard let value = double() else { return nil }
      loss = value
    }
    var standing: Standing?
    if take(Token.standing) {
      guard let above = index(), take(Token.after), let after = index(), take(Token.before),
        let before = index(), take(Token.brace)
      else { return nil }
      standing = Standing(above: above, before: before, after: after)
    }
    guard take(Token.brace) else { return nil }
    return Judgement(
      guesses: guesses, standing: standing, logits: logits, loss: loss, brier: brier)
  }

  private mutating func guesses() -> [Judgement.Guess]? {
    var guesses: [Judgement.Guess] = []
    guesses.reserveCapacity(Judgement.guessCount)
    guard take(Token.bracket) else { return nil }
    if take(Token.closing) { return guesses }
    repeat {
      guard take(Token.guess), let place = index(), take(Token.probability),
        let probability = float(), take(Token.brace)
      else { return nil }
      guesses.append(Judgement.Guess(classIndex: place, probability: probability))
    } while take(Token.comma)
    return take(Token.closing) ? guesses : nil
  }

  private mutating func indices() -> [Int]? {
    var values: [Int] = []
    guard take(Token.bracket) else { return nil }
    if take(Token.closing) { return values }
    repeat {
      guard let value = index() else { return nil }
      values.append(value)
    } while take(Token.comma)
    return take(Token.closing) ? values : nil
  }

  private mutating func floats() -> [Float]? {
    var values: [Float] = []
    guard take(Token.bracket) else { return nil }
    if take(Token.closing) { return values }
    repeat {
      guard let value = float() else { return nil }
      values.append(value)
    } while take(Token.comma)
    return take(Token.closing) ? values : nil
  }
}

/// The line as it grows.
private struct LineText {
  var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(512) }

  /// Appends a prediction; `false` where it has what only an encoder of JSON spells.
  mutating func append(_ prediction: Prediction) -> Bool {
    guard case .success(let judgement) = prediction.result, judgement.isNumeric,
      prediction.path.utf8.allSatisfy({
        $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C
      })
    else { return false }
    bytes += Token.judgement
    append(judgement)
    bytes += Token.labels
    append(prediction.labels) { $0.append("\($1)") }
    bytes += Token.path
    append("\"\(prediction.path)\"")
    if prediction.isRotated { bytes += Token.rotated }
    bytes += Token.sha256
    append("\"\(prediction.sha256)\"}")
    return true
  }

  private mutating func append(_ judgement: Judgement) {
    if let brier = judgement.brier {
      bytes += Token.brier
      append(number: brier.description)
      bytes += Token.comma
    }
    bytes += Token.guesses
    append(judgement.guesses) { line, guess in
      line.bytes += Token.guess
      line.append("\(guess.classIndex)")
      line.bytes += Token.probability
      line.append(number: guess.probability.description)
      line.bytes += Token.brace
    }
    if let logits = judgement.logits {
      bytes += Token.logits
      append(logits) { $0.append(number: $1.description) }
    }
    if let loss = judgement.loss {
      bytes += Token.loss
      append(number: loss.description)
    }
    if let standing = judgement.standing {
      bytes += Token.standing
      append("\(standing.above)")
      bytes += Token.after
      append("\(standing.after)")
      bytes += Token.before
      append("\(standing.before)}")
    }
    bytes += Token.brace
  }

  private mutating func append<Value>(
    _ values: [Value], _ write: (inout LineText, Value) -> Void
  ) {
    bytes += Token.bracket
    for (index, value) in values.enumerated() {
      if index > 0 { bytes += Token.comma }
      write(&self, value)
    }
    bytes += Token.closing
  }

  private mutating func append(_ text: String) { bytes += text.utf8 }

  /// Whole numbers go without a fraction.
  private mutating func append(number text: String) {
    bytes += text.utf8
    if text.hasSuffix(".0") { bytes.removeLast(2) }
  }
}

extension Judgement {
  /// Whether JSON has all its numbers.
  fileprivate var isNumeric: Bool {
    (loss?.isFinite ?? true) && (brier?.isFinite ?? true)
      && guesses.allSatisfy(\.probability.isFinite) && (logits?.allSatisfy(\.isFinite) ?? true)
  }
}

/// What stands between the values.
private enum Token {
  static let judgement = Array("{\"judgement\":{".utf8)
  static let brier = Array("\"brier\":".utf8)
  static let guesses = Array("\"guesses\":".utf8)
  static let guess = Array("{\"class\":".utf8)
  static let probability = Array(",\"probability\":".utf8)
  static let logits = Array(",\"logits\":".utf8)
  static let loss = Array(",\"loss\":".utf8)
  static let standing = Array(",\"standing\":{\"above\":".utf8)
  static let after = Array(",\"after\":".utf8)
  static let before = Array(",\"before\":".utf8)
  static let labels = Array(",\"labels\":".utf8)
  static let path = Array(",\"path\":".utf8)
  static let rotated = Array(",\"rotated\":true".utf8)
  static let sha256 = Array(",\"sha256\":".utf8)
  static let bracket = Array("[".utf8)
  static let closing = Array("]".utf8)
  static let brace = Array("}".utf8)
  static let comma = Array(",".utf8)
}

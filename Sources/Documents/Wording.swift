/// A sentence with names in it that strangers may have chosen, for every kind of document: the words are ours, and
/// only the names are escaped, each as the document asks.
///
/// `"best: \(name: file)"`; what is interpolated without `name:` is our own words or numbers.
package struct Wording: Sendable, Hashable, ExpressibleByStringInterpolation {
  fileprivate enum Part: Sendable, Hashable {
    case words(String)
    case name(String)
  }

  private var parts: [Part]

  /// Words without a name.
  package init(stringLiteral value: String) { parts = [.words(value)] }

  /// Words with names.
  package init(stringInterpolation: Interpolation) { parts = stringInterpolation.parts }

  private init(_ parts: [Part]) { self.parts = parts }

  /// Puts a sentence together of literals, names and words.
  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    /// Nothing yet.
    package init(literalCapacity: Int, interpolationCount: Int) {}

    /// Adds what stands between.
    package mutating func appendLiteral(_ literal: String) { parts.append(.words(literal)) }

    /// Adds a name.
    package mutating func appendInterpolation(name: String) { parts.append(.name(name)) }

    /// Adds our own words.
    package mutating func appendInterpolation(_ words: String) { parts.append(.words(words)) }

    /// Adds a number.
    package mutating func appendInterpolation(_ number: Int) { parts.append(.words("\(number)")) }

    /// Adds what was put together elsewhere.
    package mutating func appendInterpolation(_ wording: Wording) { parts += wording.parts }
  }

  /// The sentences one after the other, with `separator` between.
  package static func joined(_ wordings: [Wording], separator: String) -> Wording {
    Wording(Array(wordings.map(\.parts).joined(separator: [.words(separator)])))
  }

  /// The sentence as one line for people.
  package var plain: String {
    text { words in
      words
    } name: {
      $0.shown
    }
  }

  /// The sentence between tags of HTML.
  package var html: String {
    text {
      $0.escapedForXML
    } name: {
      $0.isolatedForHTML
    }
  }

  /// The sentence in Markdown, its names as code; our own words hold no markup.
  package var markdown: String {
    text { words in
      words
    } name: {
      $0.codeForMarkdown
    }
  }

  private func text(words: (String) -> String, name: (String) -> String) -> String {
    parts.map { part in
      switch part {
      case .words(let text): words(text)
      case .name(let text): name(text)
      }
    }.joined()
  }
}

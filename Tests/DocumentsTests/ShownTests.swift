import Documents
import Foundation
import Testing

@Suite("Text from outside does nothing to a terminal")
struct ShownTests {
  @Test(
    "What a terminal would obey is spelled out",
    arguments: [
      ("a\u{1B}[31mb", "a\\u{1B}[31mb"), ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"),
      ("a\u{9B}2Jb", "a\\u{9B}2Jb"), ("a\u{7F}\u{0}", "a\\u{7F}\\u{0}"),
      ("fair\u{202E}gnp", "fair\\u{202E}gnp"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
      ("a\u{2028}b\u{2029}c", "a\\u{2028}b\\u{2029}c"),
      // Letters of any script, joined emoji and the characters beside those stay.
      ("قطة 🐈‍⬛ é – “x” ½", "قطة 🐈‍⬛ é – “x” ½"),
    ])
  func spelled(text: String, shown: String) {
    #expect(text.shown == shown)
    #expect(text.shownLines == shown.replacing("\\n", with: "\n"))
  }

  @Test("A long name is cut in the middle, and says by how much", arguments: [1000, 100_000_000])
  func bounded(length: Int) {
    let text = "x.h5: " + String(repeating: "ä", count: length / 2) + ".png: cannot be read"
    let shown = text.shown
    #expect(shown.utf8.count < 10_000)
    #expect(shown.hasPrefix("x.h5: ää") && shown.hasSuffix("ä.png: cannot be read"))
    #expect(shown.contains("bytes left out)"))
    #expect(!shown.contains("\u{FFFD}"))
  }

  @Test("Many words are cut as well, and what people write is not")
  func words() {
    let list = (0..<10_000).map { "class-\($0)" }.joined(separator: ", ")
    #expect(list.shown.utf8.count < 10_000)
    let sentence = String(repeating: "word ", count: 200)
    #expect(sentence.shown == sentence)
  }

  @Test("JSON has the same strings, and no character that a terminal obeys")
  func json() throws {
    let text = "\u{9B}2J\u{1B}\u{7F}\u{202E}\u{2028}é🐈‍⬛\"\\\n"
    let encoded = try JSONText.encode([text])
    #expect(encoded.unicodeScalars.allSatisfy { $0.isPlain || $0 == "\n" })
    #expect(try JSONText.decode([String].self, from: Data(encoded.utf8)) == [text])
  }
}

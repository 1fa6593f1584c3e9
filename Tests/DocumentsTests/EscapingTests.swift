import Documents
import Foundation
import FoundationXML
import Testing

@Suite("Names of strangers stay text")
struct EscapingTests {
  private static let hostile = [
    "<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>", "]]>&amp;&#60;'",
    "a\u{0}b\u{1B}[31m\u{FFFE}", "fair\u{202E}gnp.exe", "\u{2066}x\u{2069}",
    "line\r\nbreak\tand tab",
  ]

  @Test("What is escaped for XML can be parsed, and says the same", arguments: hostile)
  func roundTrip(text: String) throws {
    let document = "<a b=\"\(text.escapedForXML)\">\(text.escapedForXML)</a>"
    let collector = TextCollector()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = collector
    #expect(parser.parse(), "\(document)")
    #expect(collector.elements == ["a"])
    #expect(collector.text == collector.attribute)
    let kept = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0x7F }
    let shown = collector.text.unicodeScalars.filter { kept.contains($0) }
    #expect(shown.count >= kept.count)
  }

  @Test("Characters that turn text around are spelled out")
  func direction() {
    #expect("a\u{202E}b".escapedForXML == "a\\u{202E}b")
    #expect("a\u{2067}b\u{200F}".escapedForXML == "a\\u{2067}b\\u{200F}")
    #expect("a\u{202E}b".escapedForMarkdown == "a&#92;u{202E}b")
    // Right-to-left letters themselves are fine, and so are joined emoji.
    #expect("قطة 🐈‍⬛".escapedForXML == "قطة 🐈‍⬛")
  }

  @Test("A long name keeps its beginning and its end")
  func shortening() {
    #expect("abcdefghij".shortened(to: 10) == "abcdefghij")
    #expect("abcdefghijk".shortened(to: 9) == "abcd…hijk")
    #expect(String(repeating: "🐈‍⬛", count: 30).shortened(to: 11).count == 11)
  }

  @Test("A page allows itself styles and its own pictures, and nothing else")
  func policy() {
    let plain = HTMLPage(title: "<a>", body: "<p>x</p>").text
    #expect(plain.contains("<title>&lt;a&gt;</title>"))
    #expect(plain.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""))
    let pictured = HTMLPage(title: "", body: "", hasPictures: true).text
    #expect(
      pictured.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""))
  }
}

/// What a parser saw of a document of one element.
private final class TextCollector: NSObject, XMLParserDelegate {
  var text = ""
  var attribute = ""
  var elements: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    elements.append(element)
    attribute = attributes["b"] ?? ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

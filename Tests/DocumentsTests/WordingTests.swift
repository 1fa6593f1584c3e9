import Documents
import Testing

@Suite("Sentences with strangers' names in them")
struct WordingTests {
  private let name = "<b>a|b</b>\u{1B}[2J\n*x*"

  @Test("Only the names are escaped, as each kind of document asks")
  func kinds() {
    let wording: Wording = "best: \(name: name), p < 0.05 of \(3)"
    #expect(wording.plain == "best: <b>a|b</b>\\u{1B}[2J\\n*x*, p < 0.05 of 3")
    #expect(
      wording.html
        == "best: <bdi>&lt;b&gt;a|b&lt;/b&gt;\u{FFFD}[2J *x*</bdi>, p &lt; 0.05 of 3")
    #expect(
      wording.markdown == "best: \(name.codeForMarkdown), p < 0.05 of 3"
        && !wording.markdown.contains("<b>"))
  }

  @Test("Sentences are put together with their names")
  func joined() {
    let parts: [Wording] = ["\(name: "<i>"): \("1")", "2"]
    #expect(Wording.joined(parts, separator: "; ").html == "<bdi>&lt;i&gt;</bdi>: 1; 2")
    let whole: Wording = "of \(Wording.joined(parts, separator: ", "))"
    #expect(whole.plain == "of <i>: 1, 2")
  }
}

@Suite("A table of a page")
struct PageTableTests {
  @Test("has each value behind its column's title, for screens on which it is no table")
  func labels() {
    var table = PageTable([
      .init("no.", .number), .init("class", .name), .init("taken <for>", .name), .init("", .bar),
    ])
    #expect(table.isEmpty)
    table.append(["1", "cat", "dog", "<i></i>"], titles: [2: "\"x\""])
    #expect(!table.isEmpty)
    #expect(
      table.html.contains(
        "<tr><td class=\"number\" data-is=\"no.\">1</td><td class=\"name\">cat</td>"
          + "<td class=\"name\" data-is=\"taken &lt;for&gt;\" title=\"&quot;x&quot;\">dog</td>"
          + "<td class=\"bar\"><i></i></td></tr>"))
  }
}

import Documents
import Testing

@Suite("Tables hold any text")
struct TableTests {
  @Test("CSV is quoted as RFC 4180 says")
  func quoting() {
    var table = CSVTable(columns: ["a", "b"])
    table.append([.text("x,y"), .text("say \"hi\"")])
    table.append([.text("two\r\nlines"), .count(3)])
    table.append([.text("plain"), .empty])
    #expect(
      table.text
        == "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"two\r\nlines\",3\r\nplain,\r\n")
  }

  @Test(
    "No text is left that a spreadsheet takes for a formula",
    arguments: [
      "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", "'quoted", "=cmd|' /C calc'!A0",
    ])
  func formulas(text: String) {
    var table = CSVTable(columns: ["a"])
    table.append([.text(text)])
    // To Swift CR LF is one character.
    let line = String(table.text.dropFirst(2).dropLast(1))
    let field = line.hasPrefix("\"") ? String(line.dropFirst().dropLast()) : line
    // One apostrophe in front, and behind it the text as it was.
    #expect(field == "'" + text)
  }

  @Test("Numbers are never guarded")
  func numbers() {
    var table = CSVTable(columns: ["a"])
    table.append([.number("-0.5")])
    #expect(table.text == "a\r\n-0.5\r\n")
  }

  @Test("Markdown has no markup left")
  func markdown() {
    let text = "a|b <b> `c` [d](e) *f* _g_ ~h~ @i #j &k; \\ www.l.m\nn"
    let escaped = text.escapedForMarkdown
    for mark in ["|", "<", ">", "`", "[", "(", "*", "_", "~", "@", "\\", "\n", "www."] {
      #expect(!escaped.contains(mark), "\(mark)")
    }
    #expect("cat.png".escapedForMarkdown == "cat.png")
  }

  @Test("A table of Markdown has as many cells in each row")
  func cells() {
    var table = MarkdownTable([("a", .left), ("b", .right)])
    table.append(["x|y".codeForMarkdown, "1"])
    #expect(table.text == "| a | b |\n|---|---:|\n| <code>x&#124;y</code> | 1 |")
  }
}

@Suite("JUnit")
struct JUnitSuiteTests {
  @Test("Cases and failures are counted")
  func counts() {
    let suite = JUnitSuite(
      name: "a & b", className: "assay.x", cases: [.init("one"), .init("two", failure: "<no>")])
    #expect(
      suite.xml == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="2" failures="1">
        <testsuite name="a &amp; b" tests="2" failures="1" errors="0">
        <testcase classname="assay.x" name="one"/>
        <testcase classname="assay.x" name="two"><failure message="&lt;no&gt;"/></testcase>
        </testsuite>
        </testsuites>

        """)
  }
}

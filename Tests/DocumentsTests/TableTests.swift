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
        == "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\ntwo\\u{D}\\u{A}lines,3\r\nplain,\r\n")
  }

  @Test(
    "CSV that is shown on a terminal does nothing to it, and can be read back",
    arguments: [
      "a\u{1B}[31mb", "\u{9B}2J", "x\ntop-1    100.00 %", "fair\u{202E}gnp", "C:\\u{41}",
      "\u{7F}a,\"b\"",
    ])
  func controls(text: String) {
    var table = CSVTable(columns: ["a"])
    table.append([.text(text)])
    let line = String(table.text.dropFirst(2).dropLast(1))
    let isPlain = line.unicodeScalars.allSatisfy { $0.isPlain }
    #expect(isPlain)
    var field = line.hasPrefix("\"") ? String(line.dropFirst().dropLast()) : line
    field = field.replacing("\"\"", with: "\"")
    let read = field.replacing(/\\u\{([0-9A-F]+)\}/) { match in
      UInt32(match.1, radix: 16).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? ""
    }
    #expect(read == text)
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
    // One apostrophe in front, and behind it the text as it was, but for a line break.
    #expect(field == "'" + text.replacing("\r", with: "\\u{D}"))
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

extension Verification {
  /// The comparison in JUnit's XML: a test case for each layer, and one for the logits.
  public var junit: String {
    var cases = layers.map { layer in
      Self.testCase(
        "\(layer.name) (\(layer.kind))", layer.passes ? nil : layer.verdict)
    }
    let logitFault =
      logits.passes
      ? nil
      : "differ by up to \(LayerComparison.text(logits.errors.largest)), allowed are "
        + LayerComparison.text(Double(logits.bound))
    cases.append(Self.testCase("logits", logitFault))
    let failures = layers.count { !$0.passes } + (logits.passes ? 0 : 1)
    let name = "\(candidate.name) against \(reference.name)".escapedForXML
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="\(cases.count)" failures="\(failures)">
      <testsuite name="\(name)" tests="\(cases.count)" failures="\(failures)" errors="0">
      \(cases.joined(separator: "\n"))
      </testsuite>
      </testsuites>

      """
  }

  private static func testCase(_ name: String, _ fault: String?) -> String {
    let start = "<testcase classname=\"assay.verify\" name=\"\(name.escapedForXML)\""
    guard let fault else { return start + "/>" }
    return start + "><failure message=\"\(fault.escapedForXML)\"/></testcase>"
  }
}

extension String {
  /// The text as it may stand in an attribute or between tags of XML and HTML.
  ///
  /// Control characters, which XML cannot hold, become U+FFFD.
  var escapedForXML: String {
    unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      case "\n", "\t": " "
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): "\u{FFFD}"
      default: String(scalar)
      }
    }.joined()
  }
}

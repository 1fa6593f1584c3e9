/// Test cases in JUnit's XML, as continuous integration collects them.
package struct JUnitSuite {
  /// One thing that was checked.
  package struct Case {
    /// The name, as plain text.
    package var name: String
    /// What is wrong; `nil` where nothing is.
    package var failure: String?

    /// Something that was checked, and what is wrong with it.
    package init(_ name: String, failure: String? = nil) {
      self.name = name
      self.failure = failure
    }
  }

  /// The name of the suite, as plain text.
  package var name: String
  /// The name under which the cases are grouped: `assay.verify`.
  package var className: String
  /// What was checked.
  package var cases: [Case]

  /// A suite of cases.
  package init(name: String, className: String, cases: [Case]) {
    self.name = name
    self.className = className
    self.cases = cases
  }

  /// The suite as an XML document.
  package var xml: String {
    let failures = cases.count { $0.failure != nil }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="\(cases.count)" failures="\(failures)">
      <testsuite name="\(name.escapedForXML)" tests="\(cases.count)" failures="\(failures)" errors="0">
      \(cases.map(element).joined(separator: "\n"))
      </testsuite>
      </testsuites>

      """
  }

  private func element(_ entry: Case) -> String {
    let start =
      "<testcase classname=\"\(className.escapedForXML)\" name=\"\(entry.name.escapedForXML)\""
    guard let failure = entry.failure else { return start + "/>" }
    return start + "><failure message=\"\(failure.escapedForXML)\"/></testcase>"
  }
}

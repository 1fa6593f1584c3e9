import Datasets
import Evaluation
import Foundation
import Reports
import SampleReports
import TestSupport
import Testing

@Suite("An evaluation as a page")
struct EvaluationPageTests {
  private func page(_ sample: SampleReport) -> String {
    EvaluationPage(
      report: sample.report, predictions: sample.predictions, picture: sample.picture
    ).html
  }

  @Test("The same report gives the same bytes")
  func determinism() throws {
    let first = page(try .digits())
    #expect(first == page(try .digits()))
  }

  @Test("50,000 images of 1000 classes make less than 5 MB, pictures of noise included")
  func size() throws {
    let html = page(try .large())
    #expect(html.utf8.count < 5_000_000, "\(html.utf8.count)")
    #expect(html.components(separatedBy: "<img src=\"data:image/jpeg;base64,").count == 25)
    #expect(html.contains("All 1,000 classes"))
  }

  @Test("Hostile names make no tags, no attributes and no addresses")
  func hostileNames() throws {
    let html = page(try .digits())
    #expect(html.contains("<script") == false)
    #expect(!html.contains("onerror=\""))
    #expect(!html.contains("\u{202E}"))
    // Every picture and link of the page is its own.
    for part in html.components(separatedBy: "<img").dropFirst() {
      let tag = part.prefix { $0 != ">" }
      #expect(tag.contains("src=\"data:image/"), "\(tag.prefix(80))")
    }
    for part in html.components(separatedBy: "href=\"").dropFirst() { #expect(part.hasPrefix("#")) }
    for name in HostileNames.all where name.contains("<") {
      let escaped = [
        ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"),
      ]
      .reduce(name) { $0.replacing($1.0, with: $1.1) }
      #expect(html.contains(escaped) == true, "\(name)")
    }
  }

  @Test("Small pictures keep their pixels, and missing ones say why")
  func pictures() throws {
    let sample = try SampleReport.digits(named: (0..<10).map { "\($0)" })
    let html = page(sample)
    #expect(html.contains("<img class=\"pixels\" src=\"data:image/png;base64,"))
    let bare = EvaluationPage(report: sample.report, predictions: sample.predictions).html
    #expect(!bare.contains("<img"))
    #expect(bare.contains("The picture was not kept: it came from a stream."))
    let gone = EvaluationPage(report: sample.report, predictions: sample.predictions) { _ in
      .file(ImageLocation(path: "/nowhere/at/all.png"))
    }.html
    #expect(gone.contains("The picture cannot be read again: "))
  }

  @Test("A file that has changed since is not shown")
  func changedFile() {
    let prediction = Prediction(
      path: "a.png", labels: [1], sha256: String(repeating: "0", count: 64), isRotated: false,
      result: .success(Judgement([3, 0] as [Float], labels: [1])))
    let sample = try? SampleReport.digits()
    guard var manifest = sample?.report.manifest else { return }
    manifest.classNames = ["x", "y"]
    let report = EvaluationReport([prediction], manifest: manifest)
    let html = EvaluationPage(report: report, predictions: [prediction]) { _ in
      .file(ImageLocation(path: Fixtures.path("images/jpeg-420.jpg")))
    }.html
    #expect(html.contains("The file is no longer the one that was scored."))
  }

  @Test("Every value of the manifest and of the conditions is on the page")
  func completeness() throws {
    let sample = try SampleReport.digits(named: (0..<10).map { "class-\($0)" })
    let html = page(sample)
    let encoder = JSONEncoder()
    let value = try JSONSerialization.jsonObject(with: encoder.encode(sample.report.manifest))
    for text in leaves(value) { #expect(html.contains(text), "\(text)") }
    #expect(html.contains("2025-01-02T03:04:05Z"))
    #expect(html.contains("40.125"))
    // A field that has no words yet would stand under its path.
    for part in ["model", "weights", "data", "preprocessing", "arithmetic", "run"] {
      #expect(!html.contains("<th>\(part) "), "\(part)")
    }
    #expect(html.contains("<th>EXIF orientations, not applied</th>"))
  }

  private func leaves(_ value: Any) -> [String] {
    switch value {
    case let text as String: [text]
    case let list as [Any]: list.flatMap(leaves)
    case let fields as [String: Any]: fields.sorted { $0.key < $1.key }.flatMap { leaves($0.value) }
    default: []
    }
  }

  @Test("A suspicion stands before the figures")
  func suspicion() throws {
    let sample = try SampleReport.digits(named: (0..<10).map { "\($0)" })
    var report = sample.report
    #expect(!page(sample).contains("role=\"alert\""))
    report.suspicion = "the order of the classes is <reversed>"
    let html = EvaluationPage(report: report, predictions: sample.predictions).html
    let warning = try #require(html.range(of: "The order of the classes is &lt;reversed&gt;."))
    let figures = try #require(html.range(of: "class=\"cards\""))
    #expect(warning.lowerBound < figures.lowerBound)
  }

  @Test("A report of no image at all can be laid out")
  func empty() throws {
    let manifest = try SampleReport.digits().report.manifest
    let report = EvaluationReport([], manifest: manifest)
    #expect(EvaluationPage(report: report, predictions: []).html.contains("0 of 0 right"))
    #expect(report.markdown.contains("0 of 0"))
  }
}

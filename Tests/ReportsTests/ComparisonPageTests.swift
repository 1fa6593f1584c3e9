import Datasets
import Documents
import Evaluation
import Foundation
import Reports
import SampleReports
import Testing
import Verification

/// Nothing of a stranger's name is a tag, an attribute or an address of the page.
private func expectHarmless(_ html: String, _ place: SourceLocation = #_sourceLocation) {
  #expect(!html.contains("<script"), sourceLocation: place)
  #expect(!html.contains("onerror=\"") && !html.contains("\u{202E}"), sourceLocation: place)
  for part in html.components(separatedBy: "<img").dropFirst() {
    #expect(part.prefix { $0 != ">" }.contains("src=\"data:image/"), sourceLocation: place)
  }
}

/// Every row of a table of Markdown has as many cells as its head, and no name is markup.
private func expectTables(_ markdown: String, _ place: SourceLocation = #_sourceLocation) {
  var width: Int?
  for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
    guard line.hasPrefix("|") else {
      width = nil
      continue
    }
    let bars = line.count { $0 == "|" }
    #expect(bars == width ?? bars, "\(line)", sourceLocation: place)
    width = bars
  }
  for markup in ["<img", "<script", "@everyone", "](javascript"] {
    #expect(!markdown.contains(markup), sourceLocation: place)
  }
}

@Suite("Two evaluations as a page")
struct ComparisonPageTests {
  private let date = Date(timeIntervalSince1970: 1_735_787_045)

  private func compared(
    _ names: [String], _ first: Int = 0, _ second: Int = 1
  ) throws -> (report: ComparisonReport, html: String) {
    let sample = try SampleSeries.digits(checkpoints: 4, named: names)
    let logs = [first, second].map { place in
      PredictionLog(
        manifest: sample.series[place].report.manifest,
        predictions: sample.series[place].predictions)
    }
    let report = ComparisonReport(
      ComparisonTally(logs[0], logs[1], pictured: ComparisonPage.mostFlips), date: date)
    let page = ComparisonPage(report, picture: sample.picture)
    return (report, page.html)
  }

  @Test("has figures, what was made differently, McNemar's test, and what flipped as pictures")
  func sections() throws {
    let (report, html) = try compared((0..<10).map { "\($0)" }, 0, 3)
    let comparison = report.comparison
    let verdict = comparison.verdict.prefix(1).uppercased() + comparison.verdict.dropFirst()
    #expect(html.contains(verdict.escapedForXML) && report.markdown.contains(comparison.verdict))
    #expect(report.text(flips: 5).contains(comparison.verdict))
    #expect(
      html.contains("<h2>Made differently</h2>")
        && html.contains("\(comparison.flips.count) images flipped"))
    #expect(html.contains("<img class=\"pixels\" src=\"data:image/png;base64,"))
    #expect(html.contains("<em>first</em>") && html.contains("<em>second</em>"))
    #expect(html.contains("<title>assay compare epoch-"))
    #expect(html.contains(" · 2025-01-02</title>") && html.contains("2025-01-02 03:04 UTC"))
    #expect(html.contains(" more.") == (comparison.flips.count > 48))
    #expect(
      report.text(flips: 5).contains("… and \(comparison.flips.count - 5) more"))
  }

  @Test("Hostile names are only names, in pages and in Markdown")
  func hostileNames() throws {
    let (report, html) = try compared(HostileNames.all)
    expectHarmless(html)
    expectTables(report.markdown)
  }

  @Test("The same twice is made alike, and nothing flips")
  func same() throws {
    let (report, html) = try compared((0..<10).map { "\($0)" }, 1, 1)
    #expect(html.contains("<h2>Made alike</h2>") && html.contains("<h2>No image flipped</h2>"))
    #expect(report.markdown.contains("Made alike: weights"))
  }
}

@Suite("Checks and measurements as pages")
struct NumericsPageTests {
  private let date = Date(timeIntervalSince1970: 1_735_787_045)

  /// A check that found something of every kind, in layers of hostile names.
  private func check() throws -> NetworkCheck {
    let names = HostileNames.all
    let fields: [String: Any] = [
      "lints": [
        [
          "layer": names[0], "kind": "not finite", "variable": "kernel", "places": [1, 2],
          "count": 2, "total": 9,
        ],
        [
          "layer": names[1], "kind": "dead", "variable": "gamma 0", "places": [3], "count": 1,
          "total": 8,
        ],
      ],
      "statistics": [
        "images": 64, "batch": 32,
        "norms": [
          ("fits", names[2], 0.05), ("suspicious", names[0], 0.7), ("follows", names[3], 0.5),
        ]
        .map { verdict, layer, misfit in
          [
            "layer": layer, "channels": 8, "misfit": misfit, "limit": 0.2, "meanShift": 0.5,
            "isRescaled": false, "verdict": verdict, "lookalikes": [names[5]],
            "suspects": ["input"],
          ] as [String: Any]
        },
      ],
      "blindSpots": ["layers": [names[6]], "scalesOf": []], "passes": false,
    ]
    return try JSONDecoder().decode(
      NetworkCheck.self, from: JSONSerialization.data(withJSONObject: fields))
  }

  @Test("A check has its findings by layer, every batch norm, and what cannot be seen")
  func checkPage() throws {
    let check = try check()
    let html = CheckPage(
      check, model: HostileNames.all[0], input: "32×32×3", weights: "runs/w.h5", date: date
    ).html
    expectHarmless(html)
    #expect(html.contains("<title>assay check w.h5 · 2 layers do not fit · 2025-01-02</title>"))
    // The lint and the statistics of one layer are one row.
    let rows = html.components(separatedBy: "<section id=\"findings\"")[1]
      .components(separatedBy: "</section>")[0].components(separatedBy: "<tr>").count
    #expect(rows == 1 + 1 + 3)
    #expect(html.contains("2 of 9 values of kernel are not finite (1, 2)<"))
    #expect(html.contains("would fit: were they swapped?"))
    #expect(html.contains("× ") == false && html.contains("0.5 σ"))
    #expect(check.failureLines.count == 3)
    #expect(check.text(of: "x", listingAll: true).contains("2 of 3 batch norms do not fit"))
  }

  @Test("A measurement has its rounds, kernels and layers")
  func benchmark() throws {
    var report = BenchmarkReport(
      model: HostileNames.all[0], weights: "runs/\(HostileNames.all[1]).h5", input: "32×32×3",
      precision: "f32", batch: 8, threads: 2, exact: false, engine: "oneDNN",
      multiplyAccumulates: 1_000_000, preparation: 0.25, finished: date)
    report.add(rate: 100, peak: 1e9, memory: 5_000_000)
    report.add(rate: 300, peak: 1e9, memory: 4_000_000)
    report.add(rate: 200, peak: 1e9, memory: 4_000_000)
    report.finished = date
    #expect(!report.html.contains("<h2>Layers</h2>"))
    report.steps = HostileNames.all.map {
      BenchmarkReport.Step(
        layer: $0, kernel: "jit:\($0)", milliseconds: 0.5, shareOfPeak: 0.25,
        shareOfBandwidth: 0.5)
    }
    expectHarmless(report.html)
    expectTables(report.markdown)
    #expect(report.html.contains(" · 200.0 images/s · 2025-01-02</title>"))
    #expect(
      report.html.contains("median of 3 rounds, 100.0 to 300.0") && report.html.contains("5.0 MB"))
    #expect(report.html.contains("5.000 ms an image in 10 steps"))
    let json = try #require(
      JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    #expect((json["rates"] as? [Double]) == [100, 300, 200] && json["weights"] is String)
    #expect(json["finished"] as? String == "2025-01-02T03:04:05Z")
  }
}

import Datasets
import Documents
import Evaluation
import Foundation
import Reports
import SampleReports
import Testing

@Suite("Several checkpoints as one page, one Markdown and one JSON")
struct SeriesPageTests {
  private func report(_ sample: SampleSeries) throws -> SeriesReport {
    SeriesReport(
      ranked: sample.series.map(\.report), comparison: SeriesComparison(sample.series),
      gates: [try #require(MetricGate("top1>=1"))], command: "assay evaluate")
  }

  private func page(_ sample: SampleSeries) throws -> String {
    SeriesPage(
      try report(sample), predictions: sample.series[0].predictions, picture: sample.picture
    ).html
  }

  @Test("The verdict has the same words in all of them")
  func verdict() throws {
    let sample = try SampleSeries.digits(checkpoints: 4, named: (0..<10).map { "\($0)" })
    let report = try report(sample)
    let verdict = try #require(report.comparison?.verdict)
    let json = try #require(
      JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    #expect(json["verdict"] as? String == verdict.plain)
    #expect(verdict.plain.contains("not to be told apart from") || verdict.plain.hasPrefix("best"))
    let capitalised = verdict.markdown.prefix(1).uppercased() + verdict.markdown.dropFirst()
    #expect(report.markdown.contains(capitalised))
    #expect(try page(sample).contains(verdict.html))
  }

  @Test("The JSON has every pair, every comparison with the first, and who says what of images")
  func json() throws {
    let sample = try SampleSeries.digits(checkpoints: 3, named: (0..<10).map { "\($0)" })
    let json = try #require(
      JSONSerialization.jsonObject(with: report(sample).json()) as? [String: Any])
    #expect(
      Set(json.keys) == ["checkpoints", "comparison", "data", "gates", "images", "verdict"])
    let comparison = try #require(json["comparison"] as? [String: Any])
    #expect((comparison["pairs"] as? [Any])?.count == 3)
    let rivals = try #require(comparison["rivals"] as? [[String: Any]])
    #expect(rivals.map { $0["number"] as? Int } == [2, 3])
    #expect(rivals.allSatisfy { $0["corrected_probability"] is Double })
    let test = try #require(rivals[0]["test"] as? [String: Any])
    #expect(test["only_first"] is Int && test["probability"] is Double)
    let images = try #require(comparison["disagreements"] as? [[String: Any]])
    #expect(images.count == 50)
    let answers = try #require(images[0]["answers"] as? [[String: Any]])
    #expect(answers.allSatisfy { $0["guess"] is String && $0["is_right"] is Bool })
    #expect(answers.flatMap { $0["checkpoints"] as? [Int] ?? [] }.sorted() == [1, 2, 3])
  }

  @Test("Hostile names make no tags, no attributes and no columns")
  func hostileNames() throws {
    let sample = try SampleSeries.digits(checkpoints: 4, named: HostileNames.all)
    let html = try page(sample)
    #expect(!html.contains("<script") && !html.contains("onerror=\"") && !html.contains("\u{202E}"))
    for part in html.components(separatedBy: "<img").dropFirst() {
      #expect(part.prefix { $0 != ">" }.contains("src=\"data:image/"))
    }
    let text = try report(sample).markdown
    #expect(!text.contains("<img") && !text.contains("<script") && !text.contains("@everyone"))
    var width: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        width = nil
        continue
      }
      #expect(line.count { $0 == "|" } == width ?? line.count { $0 == "|" }, "\(line)")
      width = line.count { $0 == "|" }
    }
  }

  @Test("Of more than twenty checkpoints the first twenty are paired, and it says so")
  func many() throws {
    let sample = try SampleSeries.digits(checkpoints: 23, named: (0..<10).map { "\($0)" })
    let report = try report(sample)
    #expect(report.comparison?.pairs.count == 190 && report.comparison?.rivals.count == 22)
    let html = try page(sample)
    let words = "the first 20 of 23 checkpoints"
    #expect(html.contains(words) && report.markdown.contains(words))
    #expect(html.contains("it scrolls sideways"))
  }

  @Test("The title tells command, files, gates and date, and the same series gives the same bytes")
  func title() throws {
    let sample = try SampleSeries.digits(checkpoints: 3, named: (0..<10).map { "\($0)" })
    let html = try page(sample)
    #expect(try html == page(sample))
    #expect(
      html.contains(
        "<title>assay evaluate epoch-1.weights.h5, epoch-2.weights.h5 and 1 more · 3 checkpoints on 360 "
          + "images · gates: all passed · 2025-01-02</title>"))
    #expect(
      html.contains("2025-01-02 03:04 UTC") && html.contains("Gates of the first: all passed"))
    #expect(html.contains("<img class=\"pixels\" src=\"data:image/png;base64,"))
  }
}

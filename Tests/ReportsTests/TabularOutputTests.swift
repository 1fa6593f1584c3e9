import Datasets
import Evaluation
import Foundation
import FoundationXML
import Reports
import SampleReports
import Testing

@Suite("An evaluation as tables")
struct TabularOutputTests {
  private let sample: SampleReport

  init() throws { sample = try .digits() }

  private var names: [String] { sample.report.manifest.classNames }

  @Test("The CSV of predictions gives back every path, label and guess")
  func predictions() throws {
    let rows = CSVReader(sample.predictions.csv(classNames: names)).rows
    #expect(
      rows[0].joined(separator: ",")
        == "path,label,prediction,probability,correct,top1,probability1,top2,probability2,top3,"
        + "probability3,top4,probability4,top5,probability5,error")
    #expect(rows.count == sample.predictions.count + 1)
    #expect(rows.allSatisfy { $0.count == 16 })
    for (row, prediction) in zip(rows.dropFirst(), sample.predictions) {
      let fields = row.map(CSVReader.unguarded)
      #expect(fields[0] == prediction.path)
      #expect(fields[1] == prediction.labels.map { names[$0] }.joined(separator: "|"))
      switch prediction.result {
      case .success(let judgement):
        #expect(fields[2] == names[judgement.guesses[0].classIndex])
        #expect(row[4] == (judgement.isHit(1) ? "1" : "0"))
        for (rank, guess) in judgement.guesses.enumerated() {
          #expect(fields[5 + 2 * rank] == names[guess.classIndex])
          let probability = try #require(Float(row[6 + 2 * rank]))
          #expect(probability == guess.probability || guess.probability.isNaN && probability.isNaN)
        }
        #expect(row[15].isEmpty)
      case .failure(let error):
        #expect(row[2...14].allSatisfy { $0.isEmpty })
        #expect(fields[15] == error.reason)
      }
    }
  }

  @Test("A network of two classes leaves the places of three guesses empty")
  func fewClasses() {
    let prediction = Prediction(
      path: "a.png", labels: [1], sha256: "", isRotated: false,
      result: .success(Judgement([0, 0] as [Float], labels: [1])))
    #expect(
      CSVReader([prediction].csv(classNames: ["x", "y"])).rows[1]
        == ["a.png", "y", "x", "0.5", "0", "x", "0.5", "y", "0.5", "", "", "", "", "", "", ""])
    // A tie under another rule.
    #expect(
      CSVReader([prediction].csv(classNames: ["x", "y"], tieRule: .highestIndex)).rows[1][4] == "1")
  }

  @Test("The CSVs of classes and of confusion hold what was counted")
  func metrics() {
    let metrics = sample.report.metrics
    let classes = CSVReader(metrics.classesCSV).rows
    #expect(
      classes[0] == ["name", "total", "top1", "top5", "predicted", "precision", "recall", "f1"])
    for (row, entry) in zip(classes.dropFirst(), metrics.classes) {
      #expect(CSVReader.unguarded(row[0]) == entry.name)
      #expect(
        row[1...4] == [
          "\(entry.total)", "\(entry.top1)", "\(entry.top5 ?? -1)", "\(entry.predicted)",
        ])
      #expect(Double(row[7]) == entry.score.f1)
    }
    let cells = CSVReader(metrics.confusionCSV).rows
    #expect(cells[0] == ["label", "prediction", "count"])
    #expect(cells.count == metrics.confusion.cells.count + 1)
    #expect(
      cells.dropFirst().reduce(0) { $0 + (Int($1[2]) ?? 0) }
        == metrics.confusion.cells.reduce(0) { $0 + $1.count })
  }

  @Test("JUnit can be parsed, with a case for each gate, for files and for logits")
  func junit() throws {
    let gates: [(name: String, failure: String?)] = [
      ("top-1 ≥ 97 %", nil),
      ("top-5 > 99 % <\(HostileNames.all[0])>", "it is \(HostileNames.all[1])"),
    ]
    let counter = CaseCounter()
    let parser = XMLParser(data: Data(sample.report.junit(gates: gates).utf8))
    parser.delegate = counter
    #expect(parser.parse())
    #expect(counter.names.count == 4)
    #expect(counter.names.first == "top-1 ≥ 97 %")
    #expect(counter.failures.count == 3)
    #expect(counter.declared == ["4", "3"])
    #expect(counter.failures.contains { $0.hasPrefix("1 of 354 images gave logits") })
  }

  @Test("Every row of every table of Markdown has as many cells as its head")
  func markdown() {
    var report = sample.report
    report.suspicion = HostileNames.all.joined()
    var width: Int?
    for line in report.markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        width = nil
        continue
      }
      let bars = line.count { $0 == "|" }
      #expect(bars == width ?? bars, "\(line)")
      width = bars
    }
    #expect(report.markdown.contains("> [!WARNING]"))
    #expect(!report.markdown.contains("<img"))
    #expect(!report.markdown.contains("<script"))
    #expect(!report.markdown.contains("@everyone"))
    #expect(!report.markdown.contains("](javascript"))
    let opened = report.markdown.components(separatedBy: "<details>").count
    #expect(opened == report.markdown.components(separatedBy: "</details>").count)
  }
}

/// What a parser saw of JUnit's XML.
private final class CaseCounter: NSObject, XMLParserDelegate {
  var names: [String] = []
  var failures: [String] = []
  var declared: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    switch element {
    case "testsuites": declared = [attributes["tests"] ?? "", attributes["failures"] ?? ""]
    case "testcase": names.append(attributes["name"] ?? "")
    case "failure": failures.append(attributes["message"] ?? "")
    default: break
    }
  }
}

import Datasets
import Evaluation
import FoundationXML
import Reports
import SampleReports
import Testing

@Suite("An evaluation of label sets as pages and tables")
struct LabelSetReportTests {
  private let sample: SampleReport

  init() throws { sample = try .labelSets() }

  private var names: [String] { sample.report.manifest.classNames }

  private var page: String {
    EvaluationPage(
      report: sample.report, predictions: sample.predictions, picture: sample.picture
    ).html
  }

  @Test("The page has no section of classes, and hostile names make no tags in it")
  func pages() throws {
    let html = page
    #expect(html == page)
    #expect(html.contains("<h2>Labels</h2>") && html.contains("subset accuracy"))
    for word in ["top-1", "Calibration", "Most confused", "worst classes", ">ECE<"] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(!html.contains("<script") && !html.contains("onerror=\"") && !html.contains("\u{202E}"))
    #expect(html.contains("<img class=\"pixels\" src=\"data:image/png;base64,"))
  }

  @Test("Markdown has all averages, and a dash for what would be divided by zero")
  func markdown() throws {
    let text = sample.report.markdown
    for word in [
      "**subset accuracy**", "Hamming loss", "ROC AUC", "average precision (macro: mAP)",
    ] {
      #expect(text.contains(word), "\(word)")
    }
    // A label that no image has has no recall; one that is never guessed no precision.
    #expect(text.contains("(of 9 labels)") && text.contains("| – |"))
    #expect(!text.contains("top-1") && !text.contains("<img"))
  }

  @Test("Text tells the same, one line a label")
  func text() throws {
    let text = sample.report.text
    #expect(text.contains("subset accuracy    ") && text.contains("over 10 labels"))
    #expect(text.contains("guessed above a probability of 0.5"))
    #expect(text.contains("1 images with logits that are not finite"))
    #expect(!text.contains("\u{202E}") && !text.contains("top-1"))
  }

  @Test("The CSV of predictions gives back every path, set and probability")
  func predictions() throws {
    let rows = CSVReader(sample.predictions.csv(labels: names, threshold: 0.5)).rows
    #expect(rows[0].prefix(4) == ["path", "labels", "predicted", "exact"])
    #expect(rows[0].count == 15 && rows[0][4].hasPrefix("probability_"))
    #expect(rows.count == sample.predictions.count + 1 && rows.allSatisfy { $0.count == 15 })
    let set = { (labels: [Int]) in labels.map { names[$0] }.joined(separator: "|") }
    for (row, prediction) in zip(rows.dropFirst(), sample.predictions) {
      let fields = row.map(CSVReader.unguarded)
      #expect(fields[0] == prediction.path && fields[1] == set(prediction.labels))
      switch prediction.result {
      case .success(let judgement):
        let guesses = judgement.guessedLabels(above: 0.5)
        #expect(fields[2] == set(guesses))
        #expect(row[3] == (judgement.isFinite && guesses == prediction.labels ? "1" : "0"))
        for (field, label) in zip(row[4..<14], names.indices) {
          #expect(Float(field) == judgement.probability(ofLabel: label).map { Float($0) })
        }
      case .failure(let error):
        #expect(row[2..<14].allSatisfy(\.isEmpty) && fields[14] == error.reason)
      }
    }
  }

  @Test("The CSV of labels is empty where a number would be divided by zero")
  func labels() throws {
    let metrics = try #require(sample.report.metrics.multiLabel)
    let rows = CSVReader(metrics.labelsCSV).rows
    #expect(rows.count == 11)
    for (row, label) in zip(rows.dropFirst(), metrics.labels) {
      #expect(CSVReader.unguarded(row[0]) == label.name)
      #expect(Int(row[1]) == label.support && Int(row[2]) == label.predicted)
      #expect(Double(row[3]) == label.precision?.value && Double(row[4]) == label.recall?.value)
      #expect(Double(row[5]) == label.f1 && Double(row[7]) == label.averagePrecision)
    }
    #expect(metrics.labels[4].recall == nil && metrics.labels[7].precision == nil)
    // An image without finite logits leaves no ranking.
    #expect(metrics.labels.allSatisfy { $0.auc == nil })
  }

  @Test("Gates and faults are cases in JUnit's XML")
  func junit() throws {
    let gates = try ["map>=50", "subset>=1%"].map { text in
      let gate = try #require(MetricGate(text))
      return (name: text, failure: gate.failure(in: sample.report.metrics))
    }
    #expect(gates[0].failure?.hasSuffix("no label has one") == true && gates[1].failure == nil)
    let xml = try XMLDocument(xmlString: sample.report.junit(gates: gates))
    let (cases, failures) = (
      try xml.nodes(forXPath: "//testcase"), try xml.nodes(forXPath: "//failure")
    )
    #expect(cases.count == 4 && failures.count == 3)
  }
}

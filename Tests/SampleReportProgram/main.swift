import Evaluation
import Foundation
import Reports
import SampleReports

// Writes the pages that Tools/test-report looks at into the folder that it is given.
let folder = URL(fileURLWithPath: CommandLine.arguments[1])
let digits = (0..<10).map { "\($0)" }
let samples: [(String, SampleReport)] = [
  ("hostile", try .digits()), ("digits", try .digits(named: digits)), ("large", try .large()),
  ("forty", try .large(classes: 40, imagesPerClass: 100)), ("sets", try .labelSets()),
]
for (name, sample) in samples {
  var report = sample.report
  if name == "hostile" { report.suspicion = HostileNames.all.joined(separator: " and ") }
  let page = EvaluationPage(
    report: report, predictions: sample.predictions, picture: sample.picture)
  try Data(page.html.utf8).write(to: folder.appending(path: "\(name).html"))
  try Data(report.markdown.utf8).write(to: folder.appending(path: "\(name).md"))
}

import Evaluation
import Foundation
import Reports
import SampleReports

// Writes the pages that Tools/test-report looks at into the folder that it is given.
let folder = URL(fileURLWithPath: CommandLine.arguments[1])
let digits = (0..<10).map { "\($0)" }

func write(_ text: String, as name: String) throws {
  try Data(text.utf8).write(to: folder.appending(path: name))
}

let samples: [(String, SampleReport)] = [
  ("hostile", try .digits()), ("digits", try .digits(named: digits)), ("large", try .large()),
  ("forty", try .large(classes: 40, imagesPerClass: 100)), ("sets", try .labelSets()),
]
for (name, sample) in samples {
  var report = sample.report
  if name == "hostile" { report.suspicion = HostileNames.all.joined(separator: " and ") }
  let page = EvaluationPage(
    report: report, predictions: sample.predictions, command: "assay evaluate",
    picture: sample.picture)
  try write(page.html, as: "\(name).html")
  try write(report.markdown, as: "\(name).md")
}

// Several checkpoints: few, of hostile names, and more than are paired.
let series: [(String, SampleSeries)] = [
  ("series", try .digits(checkpoints: 4, named: digits)),
  ("series-hostile", try .digits(checkpoints: 10)),
  ("series-many", try .digits(checkpoints: 23, named: digits)),
]
for (name, sample) in series {
  let report = SeriesReport(
    ranked: sample.series.map(\.report), comparison: SeriesComparison(sample.series),
    gates: ["top1>=60", "loss<=0.5"].compactMap { MetricGate($0) }, command: "assay evaluate")
  let page = SeriesPage(
    report, predictions: sample.series[0].predictions, picture: sample.picture)
  try write(page.html, as: "\(name).html")
  try write(report.markdown, as: "\(name).md")
}

// Two of them beside each other.
for (name, sample) in series.prefix(2) {
  let logs = [sample.series[0], sample.series[3]].map {
    PredictionLog(manifest: $0.report.manifest, predictions: $0.predictions)
  }
  let report = ComparisonReport(
    ComparisonTally(logs[0], logs[1], pictured: ComparisonPage.mostFlips),
    date: Date(timeIntervalSince1970: 1_735_787_045))
  let page = ComparisonPage(report, picture: sample.picture)
  try write(page.html, as: name.replacing("series", with: "compare") + ".html")
}

// A measurement of layers of hostile names.
var benchmark = BenchmarkReport(
  model: HostileNames.all[0], weights: HostileNames.all[1], input: "224×224×3", precision: "f32",
  batch: 32, threads: 2, exact: false, engine: "oneDNN 2.6.3, avx512_core",
  multiplyAccumulates: 4_089_184_256, preparation: 0.84,
  finished: Date(timeIntervalSince1970: 1_735_787_045))
for rate in [41.5, 43.25, 42] {
  benchmark.add(rate: rate, peak: 4e11, memory: 734_003_200)
}
benchmark.steps = HostileNames.all.enumerated().map { place, name in
  .init(
    layer: name, kernel: "jit:avx512_\(place % 3)", milliseconds: 0.5 + Double(place),
    shareOfPeak: place % 2 == 0 ? 0.72 : nil,
    shareOfBandwidth: place % 3 == 0 ? 0.31 : nil)
}
try write(benchmark.html, as: "benchmark-hostile.html")

package import Datasets
package import Evaluation
import Foundation
import TestSupport

/// Several checkpoints' made-up predictions of the same images, the most accurate first.
package struct SampleSeries: Sendable {
  /// The checkpoints.
  package let series: [(report: EvaluationReport, predictions: [Prediction])]
  /// Where pictures are, by the path of their prediction.
  package let pictures: [String: ImageSource]

  /// The picture of a prediction.
  package func picture(_ prediction: Prediction) -> ImageSource? { pictures[prediction.path] }

  /// Digits in classes of these names, ten, scored by checkpoints that are alike but for noise.
  package static func digits(
    checkpoints: Int, named names: [String] = HostileNames.all
  ) throws -> SampleSeries {
    let files = try LabeledImages(directory: Fixtures.path("digits/validation")).images
    let isHostile = names == HostileNames.all
    var random = SplitMix(seed: 17)
    var pictures: [String: ImageSource] = [:]
    let series = try (0..<checkpoints).map { number in
      let predictions = files.enumerated().map { index, file in
        let path = "\(names[file.labels[0]])/\(names[index % 10])-\(index).png"
        pictures[path] = file.source
        var logits = names.map { _ in Float(random.normal()) }
        logits[file.labels[0]] += Float(2.5 - Double(number) / 8)
        return Prediction(
          path: path, labels: file.labels, sha256: "", isRotated: false,
          result: .success(Judgement(logits, labels: file.labels)))
      }
      let name = isHostile ? names[number % 10] : "epoch-\(number + 1)"
      let manifest = try SampleReport.manifest(
        model: name, directory: isHostile ? names[1] : "digits/validation", names: names,
        images: predictions.count)
      return SampleReport(predictions, manifest: manifest, pictures: [:])
    }.sorted { $0.report.accuracy.top1.correct > $1.report.accuracy.top1.correct }
    return SampleSeries(series: series.map { ($0.report, $0.predictions) }, pictures: pictures)
  }
}

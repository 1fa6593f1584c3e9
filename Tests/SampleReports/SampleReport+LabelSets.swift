import Datasets
import Evaluation
import Networks
import TestSupport

extension SampleReport {
  /// Sets of ten labels of hostile names, digits as pictures: one label no image has, one is never guessed, some
  /// sets are empty, some images cannot be read, and one has no finite logits.
  ///
  /// - Parameter names: The labels' names, ten.
  package static func labelSets(named names: [String] = HostileNames.all) throws -> SampleReport {
    let files = try LabeledImages(directory: Fixtures.path("digits/validation")).images
    var random = SplitMix(seed: 13)
    var pictures: [String: ImageSource] = [:]
    let predictions = files.enumerated().map { index, file in
      let path = "\(names[index % names.count])/\(index).png"
      pictures[path] = file.source
      let labels = names.indices.filter { $0 != 4 && random.normal() > 0.7 + Double($0) / 8 }
      if index % 60 == 59 {
        return Prediction(
          path: path, labels: labels, sha256: "", isRotated: false,
          result: .failure(ImageError(.damaged, "<b>not</b> a \(names[index % 10])")))
      }
      var logits = names.indices.map { label in
        Float(random.normal() * 1.5 + (labels.contains(label) ? 1.4 : -1.8))
      }
      logits[7] -= 20
      if index == 100 { logits[3] = .nan }
      return Prediction(
        path: path, labels: labels, sha256: "", isRotated: false,
        result: .success(Judgement(logits, answering: labels)))
    }
    var manifest = try manifest(
      model: names == HostileNames.all ? names[0] : "tags", directory: names[1], names: names,
      images: predictions.count)
    manifest.model.outputActivation = .sigmoid
    (manifest.data.maskedTo, manifest.data.multiLabel) = (nil, true)
    return SampleReport(predictions, manifest: manifest, pictures: pictures)
  }
}

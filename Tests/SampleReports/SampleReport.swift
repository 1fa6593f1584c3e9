package import Datasets
package import Evaluation
import Foundation
import TestSupport

/// A report of made-up predictions, and the pictures that go with it.
package struct SampleReport: Sendable {
  /// The report.
  package let report: EvaluationReport
  /// What it was computed of.
  package let predictions: [Prediction]
  /// Where pictures are, by the path of their prediction.
  package let pictures: [String: ImageSource]

  /// The picture of a prediction.
  package func picture(_ prediction: Prediction) -> ImageSource? { pictures[prediction.path] }

  init(
    _ predictions: [Prediction], manifest: EvaluationManifest, pictures: [String: ImageSource],
    further: [Int] = []
  ) {
    self.predictions = predictions
    self.pictures = pictures
    report = EvaluationReport(
      predictions, manifest: manifest, options: .init(further: further), conditions: Self.conditions
    )
  }

  private static var conditions: EvaluationReport.Conditions? {
    let text = """
      {"batch": 8, "threads": 2, "finished": "2025-01-02T03:04:05Z", "seconds": 12.5,
       "imagesPerSecond": 320.25, "predictions": "predictions.jsonl",
       "latency": {"batch": 8, "p50Ms": 24.5, "p90Ms": 26.25, "p99Ms": 31, "maxMs": 40.125}}
      """
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try? decoder.decode(EvaluationReport.Conditions.self, from: Data(text.utf8))
  }

  /// A manifest with every field that there is.
  static func manifest(
    model: String, directory: String, names: [String], images: Int
  ) throws -> EvaluationManifest {
    let hash = { (digits: String) in String(repeating: digits, count: 32) }
    let fields: [String: Any] = [
      "model": [
        "name": model, "parameters": 25_636_712, "classes": names.count, "input": "224×224×3",
        "data_format": "channels_last",
      ],
      "weights": [
        "file": "\(model).weights.h5", "sha256": hash("a1"), "format": "Keras 3 weights",
        "keras_version": "3.9.2", "allowances": ["unused arrays: optimizer"],
        "conventions": ["kernels of conv1 were rotated"],
      ],
      "data": [
        "directory": directory, "images": images, "sha256": hash("b2"), "labels_sha256": hash("c3"),
        "exif_orientations_ignored": 3, "class_offset": 1, "masked_to": names.count,
        "notes": ["2 files of no image format were left out"],
      ],
      "preprocessing": [
        "preset": "preact", "interpolation": "bilinear", "normalization": "tf",
        "min_aspect_dim": 256,
        "resize_dim": 224, "crop_to_aspect_ratio": false,
        "source": "protocol.json, SHA-256 \(hash("d4"))",
      ],
      "arithmetic": [
        "precision": "int8", "exact": false, "engine": "oneDNN 2.6.0, avx2",
        "calibration": hash("e5"),
      ],
      "assay": "0.1.0", "class_names": names,
    ]
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      EvaluationManifest.self, from: JSONSerialization.data(withJSONObject: fields))
  }
}

extension SampleReport {
  /// Ten classes and all file names of hostile names, with digits as pictures; some images cannot be
  /// read, some came from a stream, and one has no finite logits.
  ///
  /// - Parameter names: The classes' names, ten.
  package static func digits(named names: [String] = HostileNames.all) throws -> SampleReport {
    let files = try LabeledImages(directory: Fixtures.path("digits/validation")).images
    var random = SplitMix(seed: 7)
    var pictures: [String: ImageSource] = [:]
    let predictions = files.enumerated().map { index, file in
      let label = file.labels[0]
      let path = "\(names[label])/\(names[index % names.count])-\(index).png"
      // Of every ninth nothing is kept, as of a stream.
      if index % 9 != 0 { pictures[path] = file.source }
      var labels = [label]
      if index == 5 { labels.append((label + 1) % 10) }
      if index % 60 == 59 {
        return Prediction(
          path: path, labels: labels, sha256: "", isRotated: false,
          result: .failure(ImageError(.damaged, "<b>not</b> a \(names[index % 10])")))
      }
      var logits = (0..<names.count).map { _ in Float(random.normal()) }
      logits[label] += Float(3.2 + random.normal())
      if index == 100 { logits[3] = .nan }
      return Prediction(
        path: path, labels: labels, sha256: "", isRotated: false,
        result: .success(Judgement(logits, labels: labels)))
    }
    let manifest = try manifest(
      model: names == HostileNames.all ? names[0] : "digits-regular", directory: names[1],
      names: names,
      images: predictions.count)
    return SampleReport(predictions, manifest: manifest, pictures: pictures, further: [3])
  }

  /// A thousand classes, fifty images each, or fewer of both; pictures of noise, which no format makes
  /// small.
  package static func large(classes: Int = 1000, imagesPerClass: Int = 50) throws -> SampleReport {
    var random = SplitMix(seed: 11)
    let pixels = (0..<4 * 300 * 200 * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let array = ImageArray(height: 300, width: 200, channels: 3, pixels: pixels)
    let names = (0..<classes).map { index in
      let code = String(index)
      return "n\(String(repeating: "0", count: 8 - code.count))\(code) class of things no. \(index)"
    }
    var pictures: [String: ImageSource] = [:]
    var predictions: [Prediction] = []
    for index in 0..<classes * imagesPerClass {
      let label = index / imagesPerClass
      // Neighbours are confused, as breeds of dogs are, and some classes are hard.
      var logits = [Float](repeating: -4, count: classes)
      for _ in 0..<8 {
        let near = min(max(0, label + Int(random.normal() * 12)), classes - 1)
        logits[near] = Float(random.normal() * 1.5)
      }
      logits[Int(random.next() % UInt64(classes))] = Float(random.normal() * 1.5)
      logits[label] = Float(2.5 + random.normal() * 2 - Double(label % 7) / 3)
      let path = "\(names[label].prefix(9))/ILSVRC2012_val_\(index).JPEG"
      pictures[path] = .pixels(array, index: index % 4)
      predictions.append(
        Prediction(
          path: path, labels: [label], sha256: "", isRotated: false,
          result: .success(Judgement(logits, labels: [label]))))
    }
    let manifest = try manifest(
      model: "resnet50", directory: "imagenet/val", names: names, images: predictions.count)
    return SampleReport(predictions, manifest: manifest, pictures: pictures)
  }
}

extension SplitMix {
  /// Nearly normal: the sum of twelve uniform numbers.
  mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double(next() >> 11) / Double(1 << 53) }
  }
}

import Records
import Wire

/// Under which names the records of a data set hold images, labels and file names; nothing in a TFRecord file
/// says which they are.
public struct RecordKeys: Sendable, Hashable {
  /// The feature with the image; without it, the one that is commonly called so.
  public var image: String?
  /// The feature with the label; without it, the one that is commonly called so.
  public var label: String?
  /// The feature with the file's name; without it, the one that is commonly called so, if there is one.
  public var name: String?

  /// Names that somebody gave.
  public init(image: String? = nil, label: String? = nil, name: String? = nil) {
    self.image = image
    self.label = label
    self.name = name
  }

  /// In TensorFlow's scripts for ImageNet it counts from 1, 0 being background; in TF-slim's for other sets, and
  /// in scripts that took its keys over, from 0.
  static let imageNetLabel = "image/class/label"

  // TensorFlow's scripts for ImageNet and TF-slim, TensorFlow Datasets, competitions, tutorials.
  private static let images = [
    "image/encoded", "image", "image_raw", "image/raw", "encoded", "img", "image_bytes",
    "image_data", "picture", "jpeg", "png",
  ]
  private static let labels = [
    imageNetLabel, "label", "class", "target", "class_label", "image/label", "class_id",
    "label_id", "labels",
  ]
  private static let names = [
    "image/filename", "file_name", "filename", "image/file_name", "image_name", "image_id", "id",
  ]

  /// The keys of records such as this one.
  ///
  /// - Throws: ``DatasetError`` where one that is needed is not there, with all that are.
  func resolved(
    for example: Example, in file: String
  ) throws(DatasetError) -> (image: String, label: String, name: String?) {
    func key(_ given: String?, _ usual: [String], _ what: String) throws(DatasetError) -> String? {
      if let given, example.features[given] == nil {
        throw missing(
          "no feature is called '\(given)', which is to hold the \(what)", example, file)
      }
      return given ?? usual.first { example.features[$0] != nil }
    }
    guard let image = try key(image, Self.images, "image") else {
      throw undecided(.imageKey, "an image", example, file)
    }
    guard let label = try key(label, Self.labels, "label") else {
      throw undecided(.labelKey, "a label", example, file)
    }
    return (image, label, try key(name, Self.names, "file's name"))
  }

  /// The first usual name of a file's name that is there.
  static func usualName(among keys: [String]) -> String? { names.first { keys.contains($0) } }

  private func undecided(
    _ choice: DatasetError.Choice, _ what: String, _ example: Example, _ file: String
  ) -> DatasetError {
    .undecided(
      file: file, choice,
      reason: "no feature has a usual name of \(what); the first record has \(example.summary)")
  }

  private func missing(_ words: String, _ example: Example, _ file: String) -> DatasetError {
    .malformed(file: file, reason: "\(words); the first record has \(example.summary)")
  }
}

extension Example {
  /// `image/encoded (bytes_list of 1), image/class/label (int64_list of 1)`.
  var summary: String {
    guard !features.isEmpty else { return "no features" }
    let sorted = features.sorted { $0.key < $1.key }.map { name, feature in
      let count = (try? feature.count).map { "\($0)" } ?? "damaged values"
      return "\(name) (\(feature.kind.map { "\($0.name) of \(count)" } ?? "empty"))"
    }
    return LabeledImages.listed(sorted, most: 24)
  }
}

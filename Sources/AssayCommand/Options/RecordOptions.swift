import ArgumentParser
import Datasets
import Foundation

/// Which records of TFRecord shards, array_record and TensorFlow Datasets, and what in them is meant.
struct RecordOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of a TensorFlow Datasets folder the split, as tfds.load takes it: 'validation[:10%]'; of an .npz train, "
        + "val or test.",
      valueName: "split"))
  var split: String?

  @Option(
    help: ArgumentHelp(
      "The feature of records that holds the image. Default: image/encoded, image, … as it is there.",
      valueName: "key"))
  var imageKey: String?

  @Option(
    help: ArgumentHelp(
      "The feature that holds the label. Default: image/class/label, label, … as it is there.",
      valueName: "key"))
  var labelKey: String?

  @Option(
    help: ArgumentHelp(
      "The feature that holds the image's name. Default: image/filename, file_name, … if it is there.",
      valueName: "key"))
  var nameKey: String?

  private var keys: RecordKeys { RecordKeys(image: imageKey, label: labelKey, name: nameKey) }

  /// The first of these options that was given.
  private var given: String? {
    let options = [
      ("--split", split), ("--image-key", imageKey), ("--label-key", labelKey),
      ("--name-key", nameKey),
    ]
    return options.first { $0.1 != nil }?.0
  }

  /// Refuses these options for data that have none of what they tell.
  ///
  /// - Parameter takesSplit: Whether a split is told of such data all the same.
  func refuse(for data: String, takesSplit: Bool = false) throws {
    guard let given, !(takesSplit && given == "--split" && keys == RecordKeys()) else {
      return
    }
    throw Failure(.usage, "\(given): \(data) holds no records, of which it would tell something")
  }

  /// The images of records at a path, or `nil` where others are.
  func list(_ data: String, labels: String?) throws -> LabeledImages? {
    guard let source = try RecordSource(at: data) else {
      guard given != nil else { return nil }
      guard FileManager.default.fileExists(atPath: data) else {
        throw Failure(
          .missingInput,
          "\(data): neither here nor among TensorFlow Datasets' own, in TFDS_DATA_DIR or "
            + "~/tensorflow_datasets")
      }
      try refuse(for: data)
      return nil
    }
    guard labels == nil else { throw Failure(.usage, "--labels: records hold their own labels") }
    switch source {
    case .shards(let shards):
      guard split == nil else {
        throw Failure(
          .usage, "--split: \(data) is no TensorFlow Datasets folder, which alone tells its splits")
      }
      return try LabeledImages(records: shards, keys: keys)
    case .dataset(let folder): return try LabeledImages(dataset: folder, split: split, keys: keys)
    }
  }
}

import Archives

extension LabeledImages {
  /// Takes images and labels from arrays: uint8 in N×H×W×C, N×C×H×W or N×H×W are pixels; floats of any
  /// channels are preprocessed already, and go into the network as they are.
  ///
  /// - Parameters:
  ///   - images: An `.npz` or a `.npy`.
  ///   - labels: A `.npy` of integers, or any other ``LabelFile`` with a label for each image; without
  ///     one, they are in the `.npz`.
  ///   - names: Those of the two arrays in the `.npz`; without them `x_test` and `y_test`, `x` and `y`,
  ///     `images` and `labels`, or `arr_0` and `arr_1`, whichever are there.
  ///   - split: Without names, the part of the data whose arrays are meant: `train` for `x_train` and `y_train`, or
  ///     `train_images` and `train_labels`.
  ///   - classNames: The names of the columns, where labels are sets.
  ///   - multiLabel: As in ``LabelFile/init(contentsOf:synsets:classNames:multiLabel:)``.
  /// - Throws: ``DatasetError`` for other types and shapes, and for images that are not as many as labels.
  public init(
    images path: String, labels: String?, names: (images: String, labels: String)?,
    split: String? = nil, classNames: [String]? = nil, multiLabel: Bool? = nil
  ) throws(DatasetError) {
    var file: LabelFile?
    if let labels {
      let list = try LabelFile(
        contentsOf: labels, classNames: classNames, multiLabel: multiLabel)
      guard case .ordered = list.assignment else {
        throw .malformed(file: labels, reason: "labels with paths; an array of images has none")
      }
      file = list
    }
    let pixels: ArrayImages
    let title: String
    if try Self.isZip(path) {
      let (own, beside) = try Self.choose(
        NumPyLayout.names(in: path), names, split, needsLabels: file == nil, path)
      pixels = try ArrayImages(NumPyLayout.array(own, in: path), name: "\(path): \(own)")
      title = own
      if file == nil {
        let array = try NumPyLayout.array(beside, in: path)
        let place = "\(path): \(beside)"
        let meaning =
          multiLabel == true
          ? try ArrayLabels.sets(array, name: place, classNames: classNames)
          : (.networkIndices, LabelSets(try ArrayLabels.read(array, name: place)))
        file = LabelFile(path, .ordered, meaning, isMultiLabel: multiLabel ?? false)
      }
    } else {
      pixels = try ArrayImages(NumPyLayout.array(path), name: path)
      title = path.split(separator: "/").last.map { String($0) } ?? path
    }
    guard pixels.count > 0 else {
      throw .malformed(file: path, reason: "an empty batch: the array \(title) has 0 images")
    }
    guard let file else {
      throw .malformed(file: path, reason: "images without labels; expected a file of labels too")
    }
    guard file.labels.count == pixels.count else {
      throw .malformed(
        file: file.path, reason: "\(file.labels.count) labels for \(pixels.count) images")
    }
    let judged = (0..<pixels.count).filter { file.isMultiLabel || !file.labels[$0].isEmpty }
    let empty = pixels.count - judged.count
    self.init(
      directory: split == nil ? path : "\(path): \(title)", vocabulary: file.vocabulary,
      images: judged.map {
        LabeledImage(
          path: "\(title)[\($0)]", source: pixels.source($0), labels: file.labels[$0])
      },
      notes: empty == 0 ? [] : ["\(empty) images whose set of labels is empty are left out"],
      isMultiLabel: file.isMultiLabel)
  }

  private static func isZip(_ path: String) throws(DatasetError) -> Bool {
    do throws(ArchiveError) {
      let file = try ArchiveFile(reading: path)
      return try file.bytes(at: 0, count: min(4, file.size)) == [0x50, 0x4B, 0x03, 0x04]
    } catch {
      throw DatasetError(error)
    }
  }

  /// The names of the two arrays.
  private static func choose(
    _ present: [String], _ names: (images: String, labels: String)?, _ split: String?,
    needsLabels: Bool, _ path: String
  ) throws(DatasetError) -> (images: String, labels: String) {
    if let names { return names }
    let usual = split.map(NumPyLayout.names(ofSplit:)) ?? NumPyLayout.names
    let found = usual.first {
      present.contains($0.images) && (!needsLabels || present.contains($0.labels))
    }
    if found == nil, let split {
      let words = usual.map { "\($0.images) and \($0.labels)" }.joined(separator: ", nor ")
      throw .malformed(
        file: path,
        reason: "has \(present.joined(separator: ", ")), and of a split \(split) neither \(words)")
    }
    guard let found else {
      throw .malformed(
        file: path,
        reason: "has \(present.joined(separator: ", ")); say which are the images and the labels, "
          + "unless they are called x_test and y_test, x and y, images and labels, or arr_0 and arr_1"
      )
    }
    return found
  }
}

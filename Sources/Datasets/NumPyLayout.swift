import Archives
import Tensors

/// Arrays of a data set, with errors in its words.
enum NumPyLayout {
  /// The array in a `.npy` file.
  static func array(_ path: String) throws(DatasetError) -> NumPyArray {
    do throws(ArchiveError) {
      return try NumPyArray(reading: path)
    } catch {
      throw DatasetError(error)
    }
  }

  /// The names of the arrays in an `.npz` file.
  static func names(in path: String) throws(DatasetError) -> [String] {
    do throws(ArchiveError) {
      return try NumPyArchive(path).names
    } catch {
      throw DatasetError(error)
    }
  }

  /// An array of an `.npz` file.
  static func array(_ name: String, in path: String) throws(DatasetError) -> NumPyArray {
    do throws(ArchiveError) {
      return try NumPyArchive(path).array(name)
    } catch {
      throw DatasetError(error)
    }
  }

  /// The names that people give to the images and the labels of an archive, Keras's first.
  static let names: [(images: String, labels: String)] = [
    ("x_test", "y_test"), ("x", "y"), ("X", "y"), ("images", "labels"),
    ("test_images", "test_labels"), ("arr_0", "arr_1"),
  ]

  /// What `keras.datasets` and MedMNIST call the arrays of a split.
  static func names(ofSplit split: String) -> [(images: String, labels: String)] {
    [("x_\(split)", "y_\(split)"), ("\(split)_images", "\(split)_labels")]
  }
}

/// Labels in an array: N, N×1, or N×classes with a single 1 in each row.
enum ArrayLabels {
  static func read(_ array: NumPyArray, name: String) throws(DatasetError) -> [Int] {
    let extents = array.shape.dimensions
    let error = { (reason: String) -> DatasetError in .malformed(file: name, reason: reason) }
    guard !extents.isEmpty, extents.count <= 2, extents[0] > 0 else {
      throw error(
        "labels of shape \(array.shape); expected N, N×1, or N×classes with a single 1 a row")
    }
    if extents.count == 2, extents[1] != 1 { return try oneHot(array, name, classes: extents[1]) }
    guard array.header.type.isInteger else {
      throw error("labels of type \(array.header.type.name); expected integers")
    }
    guard let labels = array.integers else { throw error("a label over \(Int.max)") }
    if let place = labels.firstIndex(where: { $0 < 0 }) {
      throw error("the label \(labels[place]) at index \(place); labels count from 0")
    }
    return labels
  }

  /// `to_categorical` makes floats of them.
  private static func oneHot(
    _ array: NumPyArray, _ name: String, classes: Int
  ) throws(DatasetError) -> [Int] {
    let values = array.floats
    return try (0..<array.shape.dimensions[0]).map { row throws(DatasetError) in
      let part = values[row * classes..<(row + 1) * classes]
      let ones = part.indices.filter { part[$0] == 1 }
      guard ones.count == 1, part.count(where: { $0 == 0 }) == classes - 1 else {
        throw .undecided(
          file: name, .labelSets,
          reason: "row \(row) of the labels of shape \(array.shape) is not a single 1 among zeros")
      }
      return ones[0] - part.startIndex
    }
  }
}

extension ArrayLabels {
  /// Sets of labels, one a row: N×classes with 0 and 1, or what ``read(_:name:)`` takes as sets of one.
  ///
  /// - Parameter classNames: The names of the columns, if they are known; else they are their numbers.
  static func sets(
    _ array: NumPyArray, name: String, classNames: [String]?
  ) throws(DatasetError) -> (LabelVocabulary, LabelSets) {
    let extents = array.shape.dimensions
    guard extents.count == 2, extents[1] > 1 else {
      return (.networkIndices, LabelSets(try read(array, name: name)))
    }
    let columns = extents[1]
    if let classNames, classNames.count != columns {
      throw .malformed(
        file: name, reason: "\(columns) columns of labels, but \(classNames.count) class names")
    }
    let values = array.floats
    var sets = LabelSets()
    for row in 0..<extents[0] {
      let part = values[row * columns..<(row + 1) * columns]
      guard let place = part.firstIndex(where: { $0 != 0 && $0 != 1 }) else {
        sets.append(Set(part.indices.filter { part[$0] == 1 }.map { $0 - part.startIndex }))
        continue
      }
      throw .malformed(
        file: name,
        reason:
          "row \(row) of the labels has \(part[place]); of sets of labels each column has 0 or 1")
    }
    return (.names(classNames ?? (0..<columns).map { "\($0)" }), sets)
  }
}

/// What an array of images holds, by its type.
enum ArrayImages {
  case pixels(ImageArray)
  case values(InputArray)

  init(_ array: NumPyArray, name: String) throws(DatasetError) {
    if array.header.type.isInteger {
      self = .pixels(try ImageArray(array, name: name))
      return
    }
    guard array.shape.rank >= 2, array.shape.dimensions.dropFirst().allSatisfy({ $0 > 0 }) else {
      throw .malformed(
        file: name, reason: "images of shape \(array.shape); expected N×H×W×C or N×H×W")
    }
    self = .values(InputArray(Tensor(shape: array.shape, values: array.floats)))
  }

  var count: Int {
    switch self {
    case .pixels(let array): array.count
    case .values(let array): array.count
    }
  }

  func source(_ index: Int) -> ImageSource {
    switch self {
    case .pixels(let array): .pixels(array, index: index)
    case .values(let array): .values(array, index: index)
    }
  }
}

extension ImageArray {
  /// Takes the pixels of an array of uint8: N×H×W×C, N×C×H×W or N×H×W, C being 1 or 3.
  convenience init(_ array: NumPyArray, name: String) throws(DatasetError) {
    let extents = array.shape.dimensions
    let error = { (reason: String) -> DatasetError in .malformed(file: name, reason: reason) }
    guard let bytes = array.bytes else {
      let type = array.header.type
      throw error(
        "images of type \(type.name); expected uint8: .astype('uint8'), if they are pixels of 0 to 255"
      )
    }
    guard extents.count == 3 || extents.count == 4, extents.allSatisfy({ $0 > 0 }) else {
      throw error("images of shape \(array.shape); expected N×H×W×C or N×H×W")
    }
    if extents.count == 3 {
      self.init(height: extents[1], width: extents[2], channels: 1, pixels: bytes)
    } else if extents[3] == 1 || extents[3] == 3 {
      self.init(height: extents[1], width: extents[2], channels: extents[3], pixels: bytes)
    } else if extents[1] == 1 || extents[1] == 3 {
      self.init(
        height: extents[2], width: extents[3], channels: extents[1],
        pixels: Self.channelsLast(bytes, channels: extents[1], area: extents[2] * extents[3]))
    } else {
      throw error("images of shape \(array.shape); expected 1 or 3 channels, last or after N")
    }
  }

  private static func channelsLast(_ bytes: [UInt8], channels: Int, area: Int) -> [UInt8] {
    if channels == 1 { return bytes }
    var pixels = bytes
    let size = channels * area
    for start in stride(from: 0, to: bytes.count, by: size) {
      for channel in 0..<channels {
        for place in 0..<area {
          pixels[start + place * channels + channel] = bytes[start + channel * area + place]
        }
      }
    }
    return pixels
  }
}

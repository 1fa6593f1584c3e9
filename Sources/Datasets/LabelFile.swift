import Archives
import Tensors

/// Labels of a folder's images, in a file of any layout that people have; told apart by what is in it.
///
/// - A table, CSV by RFC 4180 or with tabs, with a header that names a column of paths (`path`,
///   `filename`, `file`, `image`, `ImageId`, `id`) and one of labels (`label`, `class`, `synset`,
///   `target`, `PredictionString`, of which the first word counts); or without, a path and a label.
/// - A list of path, blanks, label: `ILSVRC2012_val_00000001.JPEG 65`.
/// - A label a line, a JSON list of labels, or an array of integers (`.npy`), for the images in the
///   order of their paths; for those called `ILSVRC2012_val_00000001` and so on, by that number.
/// - A JSON list of lists of classes, as ReaL's `real.json`, for the images in the same order.
///
/// Labels that are all whole numbers are the network's own. Others are names.
public struct LabelFile: Sendable {
  /// A name of an image, with the line on which it stands.
  struct Row {
    let name: [UInt8]
    let line: Int
  }

  /// Which image a label belongs to.
  enum Assignment {
    /// To the one whose path is given.
    case named([Row])
    /// To the images in order.
    case ordered
  }

  /// The path, as the user gave it.
  let path: String
  let assignment: Assignment
  /// For each row, or each image in order, the classes that are right; none in an empty set.
  let labels: [[Int]]
  let vocabulary: LabelVocabulary

  /// Reads the labels at `path`.
  ///
  /// - Parameters:
  ///   - synsets: For a list of numbers from 1 on, as the devkit's ground truth, what each stands for:
  ///     see ``SynsetList``.
  ///   - classNames: The names in the order of their index; without them, they are the names that
  ///     occur, in the order of their code points.
  /// - Throws: ``DatasetError`` with the line.
  public init(
    contentsOf path: String, synsets: [String]? = nil, classNames: [String]? = nil
  ) throws(DatasetError) {
    let bytes = try LayoutFile.bytes(path)
    let meaning = LabelMeaning(file: path, synsets: synsets, classNames: classNames)
    if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
      let array = try NumPyLayout.array(path)
      self.init(path, .ordered, try meaning.of(numbers: ArrayLabels.read(array, name: path)))
      return
    }
    try self.init(LayoutFile.text(bytes, path), path: path, meaning: meaning)
  }

  init(_ path: String, _ assignment: Assignment, _ meaning: (LabelVocabulary, [[Int]])) {
    self.path = path
    self.assignment = assignment
    (vocabulary, labels) = meaning
  }

  /// Reads the bytes of a text without lists of synsets and classes.
  package init(parsing bytes: [UInt8], path: String) throws(DatasetError) {
    try self.init(LayoutFile.text(bytes, path), path: path, meaning: LabelMeaning(file: path))
  }

  /// Reads labels from the bytes of a text.
  init(_ text: [UInt8], path: String, meaning: LabelMeaning) throws(DatasetError) {
    self.path = path
    if text.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") {
      assignment = .ordered
      (vocabulary, labels) = try Self.list(JSONValue(text, path: path), path, meaning)
      return
    }
    let lines = TextLines.lines(text)
    guard lines.contains(where: { !$0.isBlank }) else {
      throw .malformed(file: path, reason: "no label in it")
    }
    if let table = try LabelTable(text, lines: lines, path: path) {
      assignment = .named(table.rows.map { Row(name: $0.name, line: $0.line) })
      (vocabulary, labels) = try meaning.of(
        texts: table.rows.map { LabelText(bytes: $0.label, line: $0.line) })
      return
    }
    assignment = .ordered
    var texts: [LabelText] = []
    for line in lines {
      guard !line.isBlank else {
        throw .malformed(
          file: path, line: line.number, reason: "an empty line, where the label of an image is due"
        )
      }
      texts.append(LabelText(bytes: Array(TextLines.trimmed(line.bytes)), line: line.number))
    }
    (vocabulary, labels) = try meaning.of(texts: texts)
  }

  /// A list of labels, or of lists of numbers.
  private static func list(
    _ value: JSONValue, _ path: String, _ meaning: LabelMeaning
  ) throws(DatasetError) -> (LabelVocabulary, [[Int]]) {
    guard case .array(let items) = value, !items.isEmpty else {
      throw .malformed(file: path, reason: "no label in it")
    }
    var sets: [[Int]] = []
    var texts: [LabelText] = []
    for (place, item) in items.enumerated() {
      switch item {
      case .number(let digits): texts.append(LabelText(bytes: Array(digits.utf8), line: nil))
      case .string(let name): texts.append(LabelText(bytes: Array(name.utf8), line: nil))
      case .array(let members):
        let numbers = members.compactMap(\.integer)
        guard numbers.count == members.count, numbers.allSatisfy({ $0 >= 0 }) else {
          throw .malformed(
            file: path, reason: "item \(place) of the list is no list of classes from 0 on")
        }
        sets.append(Array(Set(numbers)).sorted())
      default:
        throw .malformed(file: path, reason: "item \(place) of the list is neither label nor list")
      }
    }
    guard texts.isEmpty != sets.isEmpty else {
      throw .malformed(file: path, reason: "both labels and lists of labels in one list")
    }
    if sets.isEmpty { return try meaning.of(texts: texts) }
    guard meaning.synsets == nil else {
      throw .malformed(
        file: path, reason: "sets of the network's own classes need no list of synsets")
    }
    return (.networkIndices, sets)
  }
}

import Archives
import Tensors

/// Labels of a folder's images, in a file of any layout that people have; told apart by what is in it.
///
/// - A table, CSV by RFC 4180 or with tabs, with a header that names a column of paths (`path`,
///   `filename`, `file`, `image`, `ImageId`, `id`) and one of labels (`label`, `class`, `synset`,
///   `target`, `PredictionString`, of which the first word counts); or without, a path and a label in
///   either order.
/// - A list of path, blanks, label, or of label, blanks, path: `ILSVRC2012_val_00000001.JPEG 65`.
/// - A label a line, a JSON list of labels, or an array of integers (`.npy`), for the images in the
///   order of their paths; for those called `ILSVRC2012_val_00000001` and so on, by that number.
/// - A JSON list of lists of classes, as ReaL's `real.json`, for the images in the same order.
/// - A JSON object from path to label, or a JSON list of pairs or objects of path and label.
///
/// Labels that are all whole numbers are the network's own. Others are names. Lines that begin with `#` are
/// comments. Columns of which it stays open what they are, are refused.
public struct LabelFile: Sendable {
  /// A name of an image, with the line on which it stands.
  struct Row {
    let name: ArraySlice<UInt8>
    /// From 1; `nil` in JSON.
    let line: Int?
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
  let labels: LabelSets
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

  init(_ path: String, _ assignment: Assignment, _ meaning: (LabelVocabulary, LabelSets)) {
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
    let opening = text.first { $0 > 0x20 }
    if opening == UInt8(ascii: "[") || opening == UInt8(ascii: "{") {
      (assignment, (vocabulary, labels)) = try Self.json(text, path, meaning)
      return
    }
    var lines = try TextLines.lines(text, path: path)[...]
    guard lines.contains(where: { !$0.isBlank }) else {
      throw .malformed(file: path, reason: "no label in it")
    }
    if let table = try LabelTable(text, lines: Array(lines), path: path) {
      assignment = .named(table.rows.map { Row(name: $0.name, line: $0.line) })
      (vocabulary, labels) = try meaning.of(
        texts: table.rows.map { LabelText(bytes: $0.label, line: $0.line) })
      return
    }
    assignment = .ordered
    // A column of labels may have its name above it.
    if let first = lines.first, lines.count > 1, LabelColumns.isLabelName(first.bytes) {
      lines.removeFirst()
    }
    var texts: [LabelText] = []
    for line in lines {
      guard !line.isBlank else {
        throw .malformed(
          file: path, line: line.number, reason: "an empty line, where the label of an image is due"
        )
      }
      texts.append(LabelText(bytes: TextLines.trimmed(line.bytes), line: line.number))
    }
    (vocabulary, labels) = try meaning.of(texts: texts)
  }
}

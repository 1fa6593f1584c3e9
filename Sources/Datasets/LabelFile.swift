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
/// - Sets of labels, which may be empty: a table with a column of 0 and 1 for each class, named in the header, or
///   with a column `labels` or `tags` of names or numbers with `|`, `;`, `,` or blanks between them; in JSON,
///   lists in place of labels.
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
  /// Whether each class is a question of its own: ``LabeledImages/isMultiLabel``.
  let isMultiLabel: Bool
  /// What a reader of the result must know of how they were read.
  let notes: [String]

  /// Reads the labels at `path`.
  ///
  /// - Parameters:
  ///   - synsets: For a list of numbers from 1 on, as the devkit's ground truth, what each stands for:
  ///     see ``SynsetList``.
  ///   - classNames: The names in the order of their index; without them, they are the names that
  ///     occur, in the order of their code points, and those of columns of 0 and 1 in the order of these.
  ///   - multiLabel: Whether each class is a question of its own, or of a set of labels any one is right, as in
  ///     ReaL. Without it, the first of columns of 0 and 1 and of sets in a table, the other of sets in JSON.
  /// - Throws: ``DatasetError`` with the line.
  public init(
    contentsOf path: String, synsets: [String]? = nil, classNames: [String]? = nil,
    multiLabel: Bool? = nil
  ) throws(DatasetError) {
    let bytes = try LayoutFile.bytes(path)
    let meaning = LabelMeaning(
      file: path, synsets: synsets, classNames: classNames, multiLabel: multiLabel)
    if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
      let array = try NumPyLayout.array(path)
      if multiLabel == true, synsets == nil {
        self.init(
          path, .ordered, try ArrayLabels.sets(array, name: path, classNames: classNames),
          isMultiLabel: true)
      } else {
        self.init(path, .ordered, try meaning.of(numbers: ArrayLabels.read(array, name: path)))
      }
      return
    }
    try self.init(LayoutFile.text(bytes, path), path: path, meaning: meaning)
  }

  init(
    _ path: String, _ assignment: Assignment, _ meaning: (LabelVocabulary, LabelSets),
    isMultiLabel: Bool = false
  ) {
    self.path = path
    self.assignment = assignment
    (vocabulary, labels) = meaning
    self.isMultiLabel = isMultiLabel
    notes = []
  }

  /// Reads the bytes of a text without lists of synsets and classes.
  package init(parsing bytes: [UInt8], path: String) throws(DatasetError) {
    try self.init(LayoutFile.text(bytes, path), path: path, meaning: LabelMeaning(file: path))
  }

  /// Reads labels from the bytes of a text.
  init(_ text: [UInt8], path: String, meaning: LabelMeaning) throws(DatasetError) {
    let opening = text.first { $0 > 0x20 }
    if opening == UInt8(ascii: "[") || opening == UInt8(ascii: "{") {
      let (assignment, labels) = try Self.json(text, path, meaning)
      self.init(path, assignment, labels, isMultiLabel: meaning.multiLabel ?? false)
      return
    }
    var lines = try TextLines.lines(text, path: path)[...]
    guard lines.contains(where: { !$0.isBlank }) else {
      throw .malformed(file: path, reason: "no label in it")
    }
    if let table = try LabelTable(
      text, lines: Array(lines), path: path, areSets: meaning.multiLabel ?? false)
    {
      try self.init(table, path: path, meaning: meaning)
      return
    }
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
    if meaning.multiLabel == true {
      self.init(
        path, .ordered, try meaning.of(sets: LabelSetText.split(texts, file: path)),
        isMultiLabel: true)
    } else {
      self.init(path, .ordered, try meaning.of(texts: texts))
    }
  }

  private init(
    _ table: LabelTable, path: String, meaning: LabelMeaning
  ) throws(DatasetError) {
    self.path = path
    assignment = .named(table.rows.map { Row(name: $0.name, line: $0.line) })
    let texts = table.rows.map { LabelText(bytes: $0.label, line: $0.line) }
    switch table.labels {
    case .single:
      (vocabulary, labels) = try meaning.of(texts: texts)
      (isMultiLabel, notes) = (false, [])
    case .sets:
      (vocabulary, labels) = try meaning.of(sets: LabelSetText.split(texts, file: path))
      isMultiLabel = meaning.multiLabel ?? true
      notes =
        vocabulary == .networkIndices || meaning.classNames != nil
        ? []
        : ["the names in the sets are the network's outputs, in the order of their code points"]
    case .multiHot(let columns):
      (vocabulary, labels) = try columns.labels(classNames: meaning.classNames)
      isMultiLabel = meaning.multiLabel ?? true
      notes = columns.notes(classNames: meaning.classNames)
    }
  }
}

import JSON

/// Labels in JSON: a list in the order of the images, or pairs, records or an object of path and label.
extension LabelFile {
  /// Labels and whose they are, before it is known what they stand for.
  private struct Parts {
    var names: [Row] = []
    var texts: [LabelText] = []
    var sets: [[LabelText]] = []
  }

  /// Reads the labels of a JSON text.
  static func json(
    _ text: [UInt8], _ path: String, _ meaning: LabelMeaning
  ) throws(DatasetError) -> (Assignment, (LabelVocabulary, LabelSets)) {
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument(text).root
    } catch {
      throw DatasetError(error, path)
    }
    var parts = Parts()
    if let members = root.object {
      for (name, value) in members {
        parts.names.append(Row(name: Array(name.utf8)[...], line: nil))
        try add(value, of: "'\(name)'", to: &parts, path)
      }
    } else {
      try list(root, &parts, path)
    }
    let count = parts.texts.count + parts.sets.count
    guard count > 0 else { throw .malformed(file: path, reason: "no label in it") }
    guard parts.texts.isEmpty || parts.sets.isEmpty else {
      throw .malformed(file: path, reason: "both labels and lists of labels in one list")
    }
    guard parts.names.isEmpty || parts.names.count == count else {
      throw .malformed(file: path, reason: "labels with and without paths in one list")
    }
    let assignment = parts.names.isEmpty ? Assignment.ordered : .named(parts.names)
    if parts.sets.isEmpty { return (assignment, try meaning.of(texts: parts.texts)) }
    return (assignment, try meaning.of(sets: parts.sets))
  }

  private static func list(
    _ root: JSONValue, _ parts: inout Parts, _ path: String
  ) throws(DatasetError) {
    guard let items = root.array else {
      throw .malformed(file: path, reason: "neither a list of labels nor an object of paths")
    }
    for (place, item) in items.enumerated() {
      let owner = "item \(place) of the list"
      if let (name, label) = pair(item) {
        parts.names.append(Row(name: name.content, line: nil))
        try add(label, of: owner, to: &parts, path)
      } else {
        try add(item, of: owner, to: &parts, path)
      }
    }
  }

  /// A path with its label: `["a/1.png", 5]`, or `{"path": "a/1.png", "label": 5}`.
  private static func pair(_ item: JSONValue) -> (name: JSONValue, label: JSONValue)? {
    if let parts = item.array.map({ Array($0.prefix(3)) }) {
      guard parts.count == 2, parts[0].kind == .string else { return nil }
      return (parts[0], parts[1])
    }
    var names: [JSONValue] = []
    var labels: [JSONValue] = []
    guard let members = item.object else { return nil }
    for (name, value) in members {
      let name = Array(name.utf8)[...]
      if LabelColumns.isPathName(name) { names.append(value) }
      if LabelColumns.isLabelName(name) || LabelColumns.isSetName(name) { labels.append(value) }
    }
    if names.count > 1 {
      // A running number beside the image's name is called `id` too.
      names = names.filter { $0.kind == .string && ImageExtensions.isImageName($0.content) }
    }
    guard names.count == 1, labels.count == 1, names[0].kind == .string else { return nil }
    return (names[0], labels[0])
  }

  private static func add(
    _ value: JSONValue, of owner: String, to parts: inout Parts, _ path: String
  ) throws(DatasetError) {
    switch value.kind {
    case .number, .string: parts.texts.append(LabelText(bytes: value.content, line: nil))
    case .array:
      let labels = value.array.map { Array($0) } ?? []
      guard labels.allSatisfy({ $0.kind == .string || $0.integer ?? -1 >= 0 }) else {
        throw .malformed(
          file: path, reason: "\(owner) is no list of names, nor of classes from 0 on")
      }
      parts.sets.append(labels.map { LabelText(bytes: $0.content, line: nil) })
    case .object, .truth, .null:
      throw .malformed(
        file: path, reason: "\(owner) is neither label nor list, nor a path with a label")
    }
    guard parts.texts.count + parts.sets.count <= LabelMeaning.most else {
      throw .malformed(
        file: path, reason: "more than \(LabelMeaning.most) labels, the limit")
    }
  }
}

extension DatasetError {
  /// What is wrong with a file's JSON, in the words of a data set.
  init(_ error: JSONError, _ path: String) {
    self = .malformed(file: path, line: error.line, reason: error.withoutLine)
  }
}

import Datasets
import Yams

/// The keys and values of one level of a protocol, each read as what its setting needs.
///
/// An empty value leaves its setting open, as a missing one does.
struct ProtocolValues {
  private let file: String
  /// What stands before a key in messages.
  private let prefix: String
  private let nodes: [String: Node]

  /// Takes the settings of a level apart.
  ///
  /// - Throws: ``ProtocolError`` where there are none, or one that is not known.
  init(_ node: Node, file: String, key: String, known: [String]) throws(ProtocolError) {
    self.file = file
    prefix = key.isEmpty ? "" : "\(key): "
    guard let mapping = node.mapping else {
      throw .noSettings(file: file, key: key, known: known)
    }
    var nodes: [String: Node] = [:]
    for (name, value) in mapping {
      guard let name = name.scalar?.string, known.contains(name) else {
        throw .unknownSetting(file: file, key: name.scalar?.string ?? "?", known: known)
      }
      // The plain words of YAML for nothing.
      if let scalar = value.scalar, scalar.style == .plain,
        ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      {
        continue
      }
      nodes[name] = value
    }
    self.nodes = nodes
  }

  /// The node of a setting.
  subscript(key: String) -> Node? { nodes[key] }

  /// Text, as of a file's name.
  func text(_ key: String) throws(ProtocolError) -> String? {
    try scalar(key, "a text") { text in
      text.isEmpty || text.unicodeScalars.contains("\0") ? nil : text
    }
  }

  /// `true` or `false`, in YAML's words for them.
  func truth(_ key: String) throws(ProtocolError) -> Bool? {
    try scalar(key, "true or false") { text in
      switch text.lowercased() {
      case "true", "yes", "on": true
      case "false", "no", "off": false
      default: nil
      }
    }
  }

  /// A whole number of a range.
  func number(_ key: String, in range: ClosedRange<Int>) throws(ProtocolError) -> Int? {
    guard let number = try scalar(key, "a whole number", { Int($0) }) else { return nil }
    guard range.contains(number) else {
      throw .impossible(file: file, key: prefix + key, value: "\(number)", range: range)
    }
    return number
  }

  /// A size: `224`, `180x240`, or a list of height and width.
  func size(_ key: String) throws(ProtocolError) -> InputSize? {
    let expected = "a number of pixels, or height x width: 224, 180x240 or [180, 240]"
    let size: InputSize?
    if let list = nodes[key]?.sequence {
      let sides = list.compactMap { $0.scalar.flatMap { Int($0.string) } }
      guard sides.count == 2, list.count == 2 else {
        throw .wrongKind(
          file: file, key: prefix + key, value: "a list of \(list.count)", expected: expected)
      }
      size = InputSize(height: sides[0], width: sides[1])
    } else {
      size = try scalar(key, expected) { InputSize($0) }
    }
    guard let size else { return nil }
    guard size.isPossible else {
      throw .impossible(file: file, key: prefix + key, value: size.typed, range: InputSize.sides)
    }
    return size
  }

  /// One of a list of names.
  func name(_ key: String, among known: [String]) throws(ProtocolError) -> String? {
    guard let name = try text(key) else { return nil }
    guard known.contains(name) else {
      throw .unknownValue(file: file, key: prefix + key, value: name, known: known)
    }
    return name
  }

  /// One of the names of an enumeration.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String
  ) throws(ProtocolError) -> Choice? {
    try name(key, among: Choice.allCases.map(\.rawValue)).flatMap { Choice(rawValue: $0) }
  }

  private func scalar<Value>(
    _ key: String, _ expected: String, _ read: (String) -> Value?
  ) throws(ProtocolError) -> Value? {
    guard let node = nodes[key] else { return nil }
    guard let scalar = node.scalar else {
      throw .wrongKind(
        file: file, key: prefix + key, value: node.mapping == nil ? "a list" : "keys and values",
        expected: expected)
    }
    guard let value = read(scalar.string) else {
      throw .wrongKind(file: file, key: prefix + key, value: scalar.string, expected: expected)
    }
    return value
  }
}

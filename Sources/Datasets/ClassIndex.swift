import JSON

/// The classes of a network in the order of their index: a name for people, and what a data set calls
/// them.
public struct ClassIndex: Sendable, Hashable {
  /// For people, and unique: the class's name, or its identifier where two classes have one name.
  public let names: [String]
  /// As a folder or a list of labels calls them, a synset for instance; the name where a file has no more.
  public let identifiers: [String]
  /// The indices of identifiers, then of the names that only one class has.
  private let indices: [String: Int]

  /// Reads Keras's `imagenet_class_index.json`, a JSON list of names, a JSON object from name to index
  /// or from index to name, or a text with a name a line, before which a synset may stand, or a table of
  /// index and name; comments (`#`) and the name of a column above are passed over.
  ///
  /// - Throws: ``DatasetError`` where an index is missing or comes twice, or two classes cannot be told
  ///   apart.
  public init(contentsOf path: String) throws(DatasetError) {
    try self.init(LayoutFile.text(path), path: path)
  }

  /// Classes of these names, in order of their index.
  ///
  /// - Throws: ``DatasetError`` for a name that comes twice.
  public init(names: [String]) throws(DatasetError) {
    try self.init(names.map { Entry(identifier: $0, name: $0) }, path: nil)
  }

  /// The class of an identifier, or else of a name that no other class has.
  public func index(of name: String) -> Int? { indices[name] }

  /// One class.
  struct Entry {
    let identifier: String
    let name: String
  }

  private init(_ entries: [Entry], path: String?) throws(DatasetError) {
    guard !entries.isEmpty else {
      throw .malformed(file: path ?? "classes", reason: "no class in it")
    }
    var indices: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      if let earlier = indices.updateValue(index, forKey: entry.identifier) {
        guard let path else { throw .duplicateClass(entry.identifier) }
        throw .malformed(
          file: path, reason: "classes \(earlier) and \(index) are both '\(entry.identifier)'")
      }
    }
    // ImageNet has two of 'crane' and two of 'maillot'.
    let classes = Dictionary(grouping: entries.indices) { entries[$0].name }
    // A name that is another class's identifier would be two classes' too.
    names = entries.enumerated().map { index, entry in
      classes[entry.name]?.count == 1 && indices[entry.name, default: index] == index
        ? entry.name : entry.identifier
    }
    identifiers = entries.map(\.identifier)
    for (name, places) in classes where places.count == 1 && indices[name] == nil {
      indices[name] = places[0]
    }
    self.indices = indices
  }

  /// Reads the classes from the bytes of a text.
  package init(_ text: [UInt8], path: String) throws(DatasetError) {
    let opening = text.first { $0 > 0x20 }
    if opening == UInt8(ascii: "{") || opening == UInt8(ascii: "[") {
      let root: JSONValue
      do throws(JSONError) {
        root = try JSONDocument(text).root
      } catch {
        throw DatasetError(error, path)
      }
      try self.init(Self.entries(root, path), path: path)
      return
    }
    try self.init(ClassNameText.entries(text, path: path), path: path)
  }

  private static func entries(_ value: JSONValue, _ path: String) throws(DatasetError) -> [Entry] {
    var numbered: [(index: Int, entry: Entry)] = []
    if let items = value.array {
      for (index, item) in items.enumerated() {
        guard let entry = entry(item) else {
          throw .malformed(file: path, reason: "item \(index) of the list is no name of a class")
        }
        numbered.append((index, entry))
      }
    }
    let members = value.object.map { Array($0) } ?? []
    for (name, member) in members {
      if let index = member.integer {
        numbered.append((index, Entry(identifier: name, name: name)))
      } else if let index = Int(name), let entry = entry(member) {
        numbered.append((index, entry))
      } else {
        throw .malformed(
          file: path, reason: "'\(name)' is neither an index with a name nor a name with an index")
      }
    }
    numbered.sort { $0.index < $1.index }
    for (place, item) in numbered.enumerated() where item.index != place {
      throw .malformed(
        file: path,
        reason: item.index > place
          ? "no class has the index \(place)" : "two classes have the index \(item.index)")
    }
    return numbered.map(\.entry)
  }

  /// A name, or Keras's pair of synset and name.
  private static func entry(_ value: JSONValue) -> Entry? {
    if let name = value.string { return Entry(identifier: name, name: name) }
    let parts = value.array.map { Array($0.prefix(3)) } ?? []
    guard parts.count == 2, let identifier = parts[0].string, let name = parts[1].string else {
      return nil
    }
    return Entry(identifier: identifier, name: name)
  }
}

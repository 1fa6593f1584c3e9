import JSON

/// What `features.json` of TensorFlow Datasets says of the features of an example, in each of its dialects.
struct DatasetFeatures: Sendable {
  /// What a feature is.
  indirect enum Kind: Hashable, Sendable {
    /// An image file's bytes; of which elements, where that is not uint8.
    case image(dtype: String)
    /// A class of so many.
    case classLabel(classes: Int?)
    case text
    /// Numbers of these extents, `nil` where each example has its own.
    case tensor(shape: [Int?], dtype: String, encoding: String)
    case sequence(Kind)
    case other(String)
  }

  /// The features by their names on the wire, nested ones with `/`, in the order of their names.
  private(set) var kinds: [(name: String, kind: Kind)] = []

  /// Folders within folders of features.
  private static let deepest = 16

  /// Reads the bytes of a file.
  init(_ bytes: [UInt8], path: String) throws(DatasetError) {
    do throws(JSONError) {
      try add(JSONDocument(bytes).root, "", depth: 0)
    } catch {
      throw DatasetError(error, path)
    }
    guard !kinds.isEmpty else {
      throw .malformed(file: path, reason: "no features of an example in it")
    }
    kinds.sort { $0.name < $1.name }
  }

  /// The kind of a feature.
  subscript(name: String) -> Kind? { kinds.first { $0.name == name }?.kind }

  private mutating func add(
    _ node: JSONValue, _ name: String, depth: Int
  ) throws(JSONError) {
    let (kind, content) = try Self.content(node)
    guard kind == "featuresdict", depth < Self.deepest else {
      if !name.isEmpty { kinds.append((name, try Self.kind(kind, content, depth: depth))) }
      return
    }
    // The oldest dialect has the features themselves as its content.
    for member in (content["features"] ?? content).object.map({ Array($0) }) ?? [] {
      try add(
        member.value, name.isEmpty ? member.name : "\(name)/\(member.name)", depth: depth + 1)
    }
  }

  /// What a node is, in small letters, and what it says: `{"image": {…}}`, or a type beside its content, which
  /// may be an object or a text of JSON.
  private static func content(
    _ node: JSONValue
  ) throws(JSONError) -> (kind: String, content: JSONValue) {
    for name in ["featuresDict", "image", "classLabel", "text", "tensor", "sequence"] {
      if let content = node.member(name), content.object != nil {
        return (name.lowercased(), content)
      }
    }
    let named = node["type"]?.string ?? node["pythonClassName"]?.string ?? ""
    let kind = named.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard let content = node["content"] else { return (kind, node) }
    guard let text = content.string else { return (kind, content) }
    return (kind, try JSONDocument(text).root)
  }

  private static func kind(
    _ kind: String, _ content: JSONValue, depth: Int
  ) throws(JSONError) -> Kind {
    let dtype = content["dtype"]?.string
    switch kind {
    case "image": return .image(dtype: dtype ?? "uint8")
    case "classlabel":
      return .classLabel(classes: content.member("numClasses")?.protobufInteger)
    case "text": return .text
    case "tensor", "scalar":
      return .tensor(
        shape: extents(content["shape"]), dtype: dtype ?? "",
        encoding: content["encoding"]?.string ?? "none")
    case "sequence":
      guard depth < deepest, let feature = content["feature"] else { return .other(kind) }
      let (inner, content) = try self.content(feature)
      return .sequence(try self.kind(inner, content, depth: depth + 1))
    default: return .other(kind)
    }
  }

  /// Extents as `{"dimensions": ["-1", "3"]}`, or as `[null, 3]`.
  private static func extents(_ shape: JSONValue?) -> [Int?] {
    let items = (shape?["dimensions"] ?? shape)?.array.map { Array($0) } ?? []
    return items.map { item in item.protobufInteger.flatMap { $0 < 0 ? nil : $0 } }
  }
}

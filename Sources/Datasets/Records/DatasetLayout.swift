/// How the examples of a TensorFlow Datasets folder hold what is needed of them.
struct DatasetLayout {
  let records: RecordLayout
  /// How many classes there are, where the folder says so.
  let classes: Int?
  /// Their names, where the folder has them.
  let names: [String]?

  /// Chooses the features with image and label: those that were given, those that `as_supervised` gives, or
  /// the only ones of their kind.
  ///
  /// - Throws: ``DatasetError`` where they cannot be told, or are of a kind that is not read.
  init(
    _ info: DatasetInfo, _ features: DatasetFeatures, keys: RecordKeys, in folder: String
  ) throws(DatasetError) {
    let file = "\(folder)/\(DatasetFolder.featuresName)"
    let image = try Self.key(
      keys.image, info.supervised?.image, features, file, "image", .imageKey
    ) { if case .image = $0 { true } else { false } }
    let label = try Self.key(
      keys.label, info.supervised?.label, features, file, "label", .labelKey
    ) { if case .classLabel = $0 { true } else { false } }
    let pixels = try Self.pixels(features, image, file)
    let (meaning, classes) = try Self.meaning(features, label, file)
    let texts = features.kinds.filter { $0.kind == .text || $0.kind.isTextTensor }.map(\.name)
    if let name = keys.name, features[name] == nil {
      throw Self.missing(name, features, file)
    }
    records = RecordLayout(
      image: image, pixels: pixels, label: label, meaning: meaning,
      name: keys.name ?? RecordKeys.usualName(among: texts))
    (self.classes, names) = try Self.names(of: label, classes, in: folder)
  }

  private static func key(
    _ given: String?, _ supervised: String?, _ features: DatasetFeatures, _ file: String,
    _ what: String, _ choice: DatasetError.Choice, _ isMeant: (DatasetFeatures.Kind) -> Bool
  ) throws(DatasetError) -> String {
    if let given {
      guard features[given] != nil else { throw missing(given, features, file) }
      return given
    }
    if let supervised, features[supervised] != nil { return supervised }
    let fitting = features.kinds.filter { isMeant($0.kind) }.map(\.name)
    guard fitting.count == 1 else {
      throw .undecided(
        file: file, choice,
        reason: fitting.isEmpty
          ? "no feature is an obvious \(what): \(listed(features))"
          : "several features may be the \(what): "
            + LabeledImages.listed(fitting, most: 12))
    }
    return fitting[0]
  }

  private static func pixels(
    _ features: DatasetFeatures, _ key: String, _ file: String
  ) throws(DatasetError) -> RecordPixels {
    switch features[key] {
    case .image("uint8")?, .text?: return .found
    case .tensor(let shape, "uint8", let encoding)?:
      guard let written = TensorPixels.Encoding(name: encoding) else { break }
      if shape.filter({ $0 == nil }).count > 1 {
        return .tensor(TensorPixels(extents: nil, encoding: written))
      }
      guard shape.count == 2 || shape.count == 3, let height = shape[0], let width = shape[1],
        let channels = shape.count == 2 ? 1 : shape[2],
        let extents = PixelExtents(height: height, width: width, channels: channels)
      else { break }
      return .tensor(TensorPixels(extents: extents, encoding: written))
    case .tensor([], "string", "none")?: return .found
    default: break
    }
    throw .malformed(
      file: file,
      reason:
        "the image '\(key)' is \(features[key]?.words ?? "nothing"); expected an image, or a tensor, "
        + "of uint8")
  }

  private static func meaning(
    _ features: DatasetFeatures, _ key: String, _ file: String
  ) throws(DatasetError) -> (RecordLabel.Meaning, classes: Int?) {
    switch features[key] {
    case .classLabel(let classes)?: return (.single, classes)
    case .text?, .tensor([], _, _)?: return (.single, nil)
    // ReaL's annotators named every class that is right; elsewhere each label of several counts on its own.
    case .sequence(.classLabel(let classes))? where key == "real_label": return (.set, classes)
    default:
      throw .malformed(
        file: file,
        reason:
          "the label '\(key)' is \(features[key]?.words ?? "nothing"); expected one class an image")
    }
  }

  /// The names of the classes, of which TensorFlow Datasets itself does not notice a wrong number.
  private static func names(
    of label: String, _ classes: Int?, in folder: String
  ) throws(DatasetError) -> (classes: Int?, names: [String]?) {
    let file = "\(folder)/\(label.map { $0 == "/" ? "." : "\($0)" }.joined()).labels.txt"
    guard DirectoryListing.isThere(file) else { return (classes, nil) }
    let names = try LayoutFile.text(file).split(separator: UInt8(ascii: "\n"))
      .map { TextLines.trimmed($0) }.filter { !$0.isEmpty }.map { ImageLocation.text($0) }
    if let classes, classes != names.count {
      throw .malformed(
        file: file, reason: "\(names.count) names, but features.json has \(classes) classes")
    }
    if let twice = Dictionary(grouping: names, by: \.self).first(where: { $1.count > 1 })?.key {
      throw .malformed(file: file, reason: "the class '\(twice)' is listed twice")
    }
    return (names.count, names)
  }

  private static func missing(
    _ key: String, _ features: DatasetFeatures, _ file: String
  ) -> DatasetError {
    .malformed(
      file: file, reason: "no feature is called '\(key)'; there are \(listed(features))")
  }

  private static func listed(_ features: DatasetFeatures) -> String {
    LabeledImages.listed(features.kinds.map { "\($0.name) (\($0.kind.words))" }, most: 24)
  }
}

extension TensorPixels.Encoding {
  fileprivate init?(name: String) {
    switch name.lowercased() {
    case "none", "": self = .numbers
    case "bytes": self = .bytes
    case "zlib": self = .zlib
    default: return nil
    }
  }
}

extension DatasetFeatures.Kind {
  fileprivate var isTextTensor: Bool {
    self == .tensor(shape: [], dtype: "string", encoding: "none")
  }

  /// For messages.
  fileprivate var words: String {
    switch self {
    case .image(let dtype): "an image of \(dtype)"
    case .classLabel: "a class"
    case .text: "a text"
    case .tensor(let shape, let dtype, _):
      "a tensor of \(dtype) [\(shape.map { $0.map { "\($0)" } ?? "?" }.joined(separator: ", "))]"
    case .sequence(let kind): "several, each \(kind.words)"
    case .other(let name): "of the kind \(name)"
    }
  }
}

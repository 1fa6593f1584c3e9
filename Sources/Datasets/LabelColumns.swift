/// Which columns of a table are the paths and the labels: told by its header, and by what is in them.
///
/// What stays ambiguous is refused with what was seen.
struct LabelColumns {
  /// Where the labels of an image stand.
  enum Content {
    /// One label in this column.
    case label(Int)
    /// One label in this column, before a blank and more that is none.
    case firstWord(Int)
    /// All labels of the image in this column.
    case set(Int)
    /// A column of 0 and 1 for each class.
    case multiHot([(column: Int, name: String)])
  }

  let path: Int
  let content: Content
  let hasHeader: Bool

  private static let paths: Set = [
    "path", "filename", "file", "filepath", "image", "imageid", "imagename", "imagepath",
    "imagefile", "img", "imgname", "imgpath", "id",
  ]
  /// In the order of preference.
  private static let labels = [
    "label", "class", "synset", "target", "classname", "classid", "category", "predictionstring",
  ]
  /// Columns of several labels, in the order of preference.
  private static let sets = [
    "labels", "tags", "classes", "targets", "categories", "attributes", "attributeids",
  ]

  /// Whether this is the name of a column of paths.
  static func isPathName(_ field: ArraySlice<UInt8>) -> Bool { paths.contains(name(of: field)) }

  /// Whether this is the name of a column of labels.
  static func isLabelName(_ field: ArraySlice<UInt8>) -> Bool { labels.contains(name(of: field)) }

  /// Whether this is the name of a column of sets of labels.
  static func isSetName(_ field: ArraySlice<UInt8>) -> Bool { sets.contains(name(of: field)) }

  /// Looks at the whole table; `nil` where it is none.
  ///
  /// - Parameter areSets: Whether a column of labels holds sets of them, whatever it is called.
  init?(
    _ text: [UInt8], separator: UInt8, path file: String, areSets: Bool
  ) throws(DatasetError) {
    var reader = RecordReader(text, separator: separator, path: file)
    // Where even the first record is no record, this is no table.
    guard let first = try? reader.next(), first.fields.count > 1 else { return nil }
    let refusal = { (reason: String) -> DatasetError in
      .malformed(file: file, line: first.line, reason: reason)
    }
    let names = first.fields.map { Self.name(of: $0) }
    let hasImage = first.fields.contains { ImageExtensions.isImageName(TextLines.trimmed($0)) }
    let isNamed = names.contains { Self.paths.contains($0) || Self.labels.contains($0) }
    if !hasImage, isNamed {
      var survey = ColumnSurvey(width: names.count)
      do throws(DatasetError) {
        try survey.read(&reader, file)
      } catch {
        // A class may be called as a column is.
        guard names.contains(where: Self.paths.contains) else { return nil }
        throw error
      }
      let path = try Self.path(names, first, survey, refusal)
      let content = try Self.content(names, path: path, first, survey, refusal) { left, right in
        var reader = RecordReader(text, separator: separator, path: file)
        _ = try? reader.next()
        return ColumnSurvey.agree(left, right, in: &reader)
      }
      self.init(path: path, content: content, hasHeader: true, areSets: areSets)
      return
    }
    var survey = ColumnSurvey(width: names.count)
    survey.add(first)
    do throws(DatasetError) {
      try survey.read(&reader, file)
    } catch {
      guard hasImage else { return nil }
      throw error
    }
    guard let (path, label) = try Self.unnamed(first, survey, refusal) else { return nil }
    self.init(path: path, content: .label(label), hasHeader: false, areSets: areSets)
  }

  private init(path: Int, content: Content, hasHeader: Bool, areSets: Bool) {
    self.path = path
    self.hasHeader = hasHeader
    self.content = if areSets, case .label(let column) = content { .set(column) } else { content }
  }

  /// The column of paths by its name, and by its content where several have such a name.
  private static func path(
    _ names: [String], _ first: RecordReader.Record, _ survey: ColumnSurvey,
    _ refusal: (String) -> DatasetError
  ) throws(DatasetError) -> Int {
    var candidates = names.indices.filter { paths.contains(names[$0]) }
    if candidates.isEmpty { candidates = survey.columns(where: \.areImages) }
    if candidates.count > 1 {
      // A running number beside the images' names is called `id` too.
      let images = candidates.filter { survey.columns[$0].areImages }
      candidates =
        images.isEmpty ? candidates.filter { !survey.columns[$0].areNumbers } : images
    }
    guard candidates.count == 1 else {
      let seen = listed(first)
      throw refusal(
        candidates.isEmpty
          ? "the header has no column of paths, as path, filename or image; it has \(seen)"
          : "the header has several columns of paths; expected one of path, filename, file, image; "
            + "it has \(seen)")
    }
    return candidates[0]
  }

  /// Where the labels are, beside the column of paths.
  private static func content(
    _ names: [String], path: Int, _ first: RecordReader.Record, _ survey: ColumnSurvey,
    _ refusal: (String) -> DatasetError, agree: (Int, Int) -> Bool
  ) throws(DatasetError) -> Content {
    let labels = Self.labels.compactMap { names.firstIndex(of: $0) }.filter { $0 != path }
    guard let label = labels.first else {
      if let set = sets.lazy.compactMap({ names.firstIndex(of: $0) }).first { return .set(set) }
      // What pandas calls the rows has no name, and is no class.
      let others = names.indices.filter {
        $0 != path && !names[$0].isEmpty && !paths.contains(names[$0])
      }
      guard others.contains(where: { survey.columns[$0].haveBits }) else {
        throw refusal(
          "the header has no column of labels; expected label, class, synset or target, labels for "
            + "sets of them, or a column of 0 and 1 for each class; it has " + listed(first))
      }
      return .multiHot(
        others.map { ($0, ImageLocation.text(TextLines.trimmed(first.fields[$0]))) })
    }
    for other in labels.dropFirst() where !agree(label, other) {
      throw refusal(
        "the columns '\(names[label])' and '\(names[other])' may both be the labels, and say "
          + "different things; leave one out")
    }
    return names[label] == "predictionstring" ? .firstWord(label) : .label(label)
  }

  /// The columns by their content alone.
  private static func unnamed(
    _ first: RecordReader.Record, _ survey: ColumnSurvey, _ refusal: (String) -> DatasetError
  ) throws(DatasetError) -> (path: Int, label: Int)? {
    // `a.png,1,` has three fields.
    let filled = survey.columns(where: { !$0.areEmpty })
    var images = survey.columns(where: \.areImages)
    if images.isEmpty {
      images = first.fields.indices.filter {
        ImageExtensions.isImageName(TextLines.trimmed(first.fields[$0]))
      }
    }
    guard images.count <= 1 else {
      throw refusal("two columns of paths without a header; expected path,label, or a header")
    }
    if let path = images.first {
      let others = filled.filter { $0 != path }
      guard others.count <= 1 else {
        throw refusal(
          "\(filled.count) columns without a header; expected path,label, or a header")
      }
      guard let label = others.first else { throw refusal("a column of paths, and no label") }
      return (path, label)
    }
    // Names without an extension are told by what stands beside them.
    guard filled.count == 2 else { return nil }
    switch (survey.columns[filled[0]].areCodes, survey.columns[filled[1]].areCodes) {
    case (false, true): return (filled[0], filled[1])
    case (true, false): return (filled[1], filled[0])
    case (false, false): return nil
    case (true, true):
      throw refusal(
        "two columns of numbers, of which either may be the label; write a header, path,label")
    }
  }

  /// Without case, blanks and dashes: `Image_ID` is `imageid`.
  static func name(of field: ArraySlice<UInt8>) -> String {
    // No name of a column that is known is half as long.
    guard field.count <= 64 else { return "" }
    return String(
      decoding: field.filter { !TextLines.isBlank($0) && $0 != UInt8(ascii: "_") && $0 != 0x2D }
        .map { ImageExtensions.lowercased($0) }, as: UTF8.self)
  }

  /// The names of a header's first columns.
  private static func listed(_ header: RecordReader.Record) -> String {
    LabeledImages.listed(
      header.fields.map { "'\(ImageLocation.text(TextLines.trimmed($0)))'" })
  }
}

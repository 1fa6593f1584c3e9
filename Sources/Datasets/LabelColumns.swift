/// Which columns of a table are the paths and the labels: told by its header, and by what is in them.
///
/// What stays ambiguous is refused with what was seen.
struct LabelColumns {
  let path: Int
  let label: Int
  let hasHeader: Bool
  /// Whether more than the label stands in its column, behind a blank.
  var labelIsFirstWord = false

  private static let paths: Set = [
    "path", "filename", "file", "filepath", "image", "imageid", "imagename", "imagepath",
    "imagefile", "img", "imgname", "imgpath", "id",
  ]
  /// In the order of preference.
  private static let labels = [
    "label", "class", "synset", "target", "classname", "classid", "category", "predictionstring",
  ]

  /// Whether this is the name of a column of paths.
  static func isPathName(_ field: ArraySlice<UInt8>) -> Bool { paths.contains(name(of: field)) }

  /// Whether this is the name of a column of labels.
  static func isLabelName(_ field: ArraySlice<UInt8>) -> Bool { labels.contains(name(of: field)) }

  /// Looks at the whole table; `nil` where it is none.
  init?(_ text: [UInt8], separator: UInt8, path file: String) throws(DatasetError) {
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
      let (path, label) = try Self.named(names, first, survey, refusal) { left, right in
        var reader = RecordReader(text, separator: separator, path: file)
        _ = try? reader.next()
        return ColumnSurvey.agree(left, right, in: &reader)
      }
      self.init(
        path: path, label: label, hasHeader: true,
        labelIsFirstWord: names[label] == "predictionstring")
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
    self.init(path: path, label: label, hasHeader: false)
  }

  private init(path: Int, label: Int, hasHeader: Bool, labelIsFirstWord: Bool = false) {
    self.path = path
    self.label = label
    self.hasHeader = hasHeader
    self.labelIsFirstWord = labelIsFirstWord
  }

  /// The columns by their names, and by their content where several have such a name.
  private static func named(
    _ names: [String], _ first: RecordReader.Record, _ survey: ColumnSurvey,
    _ refusal: (String) -> DatasetError, agree: (Int, Int) -> Bool
  ) throws(DatasetError) -> (path: Int, label: Int) {
    let seen = listed(first.fields.map { ImageLocation.text(TextLines.trimmed($0)) })
    var candidates = names.indices.filter { paths.contains(names[$0]) }
    if candidates.isEmpty { candidates = survey.columns(where: \.areImages) }
    if candidates.count > 1 {
      // A running number beside the images' names is called `id` too.
      let images = candidates.filter { survey.columns[$0].areImages }
      candidates =
        images.isEmpty ? candidates.filter { !survey.columns[$0].areNumbers } : images
    }
    let labels = Self.labels.compactMap { names.firstIndex(of: $0) }
      .filter { $0 != candidates.first }
    guard candidates.count == 1 else {
      throw refusal(
        candidates.isEmpty
          ? "the header has no column of paths, as path, filename or image; it has \(seen)"
          : "the header has several columns of paths; expected one of path, filename, file, image; "
            + "it has \(seen)")
    }
    guard let label = labels.first else {
      throw refusal(
        "the header has no column of labels; expected label, class, synset or target; it has "
          + seen)
    }
    for other in labels.dropFirst() where !agree(label, other) {
      throw refusal(
        "the columns '\(names[label])' and '\(names[other])' may both be the labels, and say "
          + "different things; leave one out")
    }
    return (candidates[0], label)
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

  private static func listed(_ names: [String]) -> String {
    LabeledImages.listed(names.map { "'\($0)'" })
  }
}

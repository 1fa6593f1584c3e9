/// The files among a data set's images that are none by the rule of its listing, counted by how their names
/// end: who expects more images sees what became of them.
struct PassedOver {
  private let extensions: ImageExtensions
  private var counts: [String: Int] = [:]

  init(by extensions: ImageExtensions) {
    self.extensions = extensions
  }

  /// Those of some files.
  init(_ files: [[UInt8]], by extensions: ImageExtensions) {
    self.init(by: extensions)
    add(files)
  }

  /// Counts those of more files.
  mutating func add(_ files: [[UInt8]]) {
    for file in files where !extensions.contain(file) { counts[Self.ending(file), default: 0] += 1 }
  }

  /// `3 .tif, 1 .txt`, the most frequent first.
  var listed: String {
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return LabeledImages.listed(sorted.map { "\($0.value) \($0.key)" }, most: 12)
  }

  /// A line for the reader of a result, if there are any.
  var note: String? {
    let count = counts.values.reduce(0, +)
    if count == 0 { return nil }
    return "\(count) \(count == 1 ? "file is" : "files are") passed over, which "
      + "\(extensions.owner) does not list: \(listed)"
  }

  /// What follows the last dot of a name, in lower case.
  private static func ending(_ path: [UInt8]) -> String {
    let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex,
      (2...12).contains(name.endIndex - dot)
    else { return "without extension" }
    return ImageLocation.text(name[dot...].map { ImageExtensions.lowercased($0) })
  }
}

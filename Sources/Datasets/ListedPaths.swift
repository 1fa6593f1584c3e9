/// The images that the rows of a label file name, each once.
///
/// A path is relative to the folder, or absolute and inside it. Where no file is called as it is written, it is
/// also tried with a slash for each backslash, without the folder's own path or name before it, and with its
/// `%20` resolved; a name without extension stands for the image that has it.
struct ListedPaths {
  /// An image's path inside the folder, and the row that has its label.
  struct Place {
    let path: [UInt8]
    let row: Int
  }

  private(set) var places: [Place] = []
  /// What a reader of the result must know.
  private(set) var notes: [String] = []

  private let directory: String
  private let known: Set<[UInt8]>
  private let byStem: [[UInt8]: [[UInt8]]]
  /// How the folder may be called at the beginning of an absolute path, and of a relative one.
  private let roots: [[UInt8]]

  /// Finds the image of each row among all `files` of a folder.
  init(
    _ rows: [LabelFile.Row], of file: LabelFile, among files: [[UInt8]], in directory: String
  ) throws(DatasetError) {
    self.directory = directory
    known = Set(files)
    byStem = Dictionary(grouping: files.filter { ImageExtensions.isImageName($0) }) {
      Array($0[..<($0.lastIndex(of: dot) ?? 0)])
    }
    roots = Self.roots(of: directory)
    var earlier: [[UInt8]: Int] = [:]
    var repeated: [[UInt8]] = []
    for (place, row) in rows.enumerated() {
      let path: [UInt8]
      do throws(Fault) {
        path = try find(Array(row.name))
      } catch {
        throw .malformed(file: file.path, line: row.line, reason: error.words)
      }
      guard let first = earlier.updateValue(place, forKey: path) else {
        places.append(Place(path: path, row: place))
        continue
      }
      earlier[path] = first
      guard file.labels[first] == file.labels[place] else {
        let line = rows[first].line.map { " on line \($0)" } ?? ""
        throw .malformed(
          file: file.path, line: row.line,
          reason: "'\(ImageLocation.text(path))' is listed\(line) already, with another label")
      }
      repeated.append(path)
    }
    if !repeated.isEmpty {
      notes.append(
        "\(repeated.count) \(repeated.count == 1 ? "row repeats" : "rows repeat") an image with the "
          + "same label: " + LabeledImages.listed(repeated.map { ImageLocation.text($0) }))
    }
  }

  /// Why a path cannot be one of the folder.
  private struct Fault: Error {
    let words: String
  }

  private func find(_ written: [UInt8]) throws(Fault) -> [UInt8] {
    guard !written.isEmpty else { throw Fault(words: "no path of an image") }
    let text = { "'\(ImageLocation.text(written))'" }
    guard !written.contains(0) else { throw Fault(words: "a path with a zero byte: \(text())") }
    var name = written
    while name.starts(with: [dot, slash]) { name.removeFirst(2) }
    if name.first == slash {
      guard let inside = roots.lazy.compactMap({ Self.part(of: name, behind: $0) }).first else {
        throw Fault(words: "an absolute path that is not inside \(directory): \(text())")
      }
      name = inside
    }
    if let found = try file(name) { return found }
    guard Self.mayBeWrittenOtherwise(name) || roots.contains(where: { name.starts(with: $0) })
    else {
      return name
    }
    let slashed = name.map { $0 == backslash ? slash : $0 }
    let plain = slashed.split(separator: slash).filter { $0 != [dot] }
    guard !plain.contains([dot, dot]) else {
      throw Fault(words: "a path that leads out of the folder: \(text())")
    }
    let joined = Array(plain.joined(separator: [slash]))
    for spelled in [joined, Self.unescaped(joined)] {
      let inside = roots.compactMap { Self.part(of: spelled, behind: $0) }
      for other in [spelled] + inside {
        if let found = try file(other) { return found }
      }
    }
    return name
  }

  /// Whether a path has backslashes, `%`, a folder that is `.` or `..`, or two slashes.
  private static func mayBeWrittenOtherwise(_ name: [UInt8]) -> Bool {
    name.contains { $0 == backslash || $0 == UInt8(ascii: "%") }
      || name.split(separator: slash, omittingEmptySubsequences: false)
        .contains { $0.isEmpty || $0 == [dot] || $0 == [dot, dot] }
  }

  /// The file of this name, or the one image that has it but for an extension.
  private func file(_ name: [UInt8]) throws(Fault) -> [UInt8]? {
    if known.contains(name) { return name }
    guard !ImageExtensions.isImageName(name), let found = byStem[name] else { return nil }
    guard found.count == 1 else {
      throw Fault(
        words: "'\(ImageLocation.text(name))' may be "
          + LabeledImages.listed(found.map { ImageLocation.text($0) }))
    }
    return found[0]
  }

  /// What follows a folder's path in another.
  private static func part(of path: [UInt8], behind root: [UInt8]) -> [UInt8]? {
    guard path.count > root.count + 1, path.starts(with: root), path[root.count] == slash else {
      return nil
    }
    return Array(path[(root.count + 1)...].drop { $0 == slash })
  }

  /// The folder as it was given, its last part, and where it really is.
  private static func roots(of directory: String) -> [[UInt8]] {
    var given = Array(directory.utf8)
    while given.count > 1, given.last == slash { given.removeLast() }
    while given.starts(with: [dot, slash]) { given.removeFirst(2) }
    let last = Array(given.split(separator: slash).last ?? [])
    let real = DirectoryListing.realPath(ImageLocation(bytes: given))
    return [given, last] + (real.map { [$0] } ?? [])
  }

  /// With the bytes for which `%` and two digits stand in an address.
  private static func unescaped(_ path: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var place = 0
    while place < path.count {
      let digits = path[min(place + 1, path.count)...].prefix(2)
      if path[place] == UInt8(ascii: "%"), digits.count == 2,
        let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), byte != 0
      {
        bytes.append(byte)
        place += 3
      } else {
        bytes.append(path[place])
        place += 1
      }
    }
    return bytes
  }
}

private let dot = UInt8(ascii: ".")
private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")

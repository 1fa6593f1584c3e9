/// Lines of a text that need not be UTF-8.
enum TextLines {
  /// A line without its end, with its number from 1.
  struct Line {
    let bytes: ArraySlice<UInt8>
    let number: Int

    /// Whether there is nothing but blanks.
    var isBlank: Bool { bytes.allSatisfy { TextLines.isBlank($0) } }
  }

  /// More lines than this are of no list of images or classes.
  private static let most = LabelMeaning.most + 1024

  /// The lines, ended by LF or CR LF, without comments and without blank ones at the end.
  static func lines(_ text: [UInt8], path: String) throws(DatasetError) -> [Line] {
    let count = text.count { $0 == lineFeed }
    guard count <= most else {
      throw .malformed(file: path, reason: "\(count) lines, over the limit of \(most)")
    }
    var lines: [Line] = []
    lines.reserveCapacity(count + 1)
    var number = 0
    for part in text.split(separator: lineFeed, omittingEmptySubsequences: false) {
      number += 1
      if isComment(part) { continue }
      lines.append(Line(bytes: part.last == carriage ? part.dropLast() : part, number: number))
    }
    while lines.last?.isBlank == true { lines.removeLast() }
    return lines
  }

  /// Whether a line says something to people only: `# labels`, but not `#1.png,5`.
  static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = line.first(where: { !isBlank($0) }), first == UInt8(ascii: "#") else {
      return false
    }
    return !line.split(whereSeparator: { isBlank($0) || $0 == 0x2C || $0 == 0x3B })
      .contains { ImageExtensions.isImageName($0) }
  }

  /// The words between blanks.
  static func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split { isBlank($0) }
  }

  /// Without blanks at either end.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes.drop { isBlank($0) }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }

  /// A space or a tab, or what is left of a line's end.
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == carriage }
}

private let lineFeed = UInt8(ascii: "\n")
private let carriage = UInt8(ascii: "\r")

import Archives

/// Reading whole files that describe a data set, with errors in its words.
enum LayoutFile {
  /// A list of a line for each of ten million images fits.
  private static let largest = 1 << 30

  /// The bytes of a file.
  static func bytes(_ path: String) throws(DatasetError) -> [UInt8] {
    do throws(ArchiveError) {
      let file = try ArchiveFile(reading: path)
      guard file.size <= largest else {
        throw ArchiveError(
          file: path, member: nil, reason: .refused("\(file.size) bytes, more than \(largest)"))
      }
      return try file.bytes(at: 0, count: file.size)
    } catch {
      throw DatasetError(error)
    }
  }

  /// The text of a file in UTF-8, without a byte order mark.
  static func text(_ path: String) throws(DatasetError) -> [UInt8] {
    try text(bytes(path), path)
  }

  /// The same of bytes that were read; where old Macs end lines by CR alone, with LF.
  static func text(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> [UInt8] {
    if let words = ForeignContent.words(bytes) { throw .malformed(file: path, reason: words) }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw .malformed(file: path, reason: "text in UTF-16; save it as UTF-8")
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
    guard text.contains(0x0D), !text.contains(0x0A) else { return text }
    return text.map { $0 == 0x0D ? 0x0A : $0 }
  }
}

extension DatasetError {
  /// An archive's fault in the words of a data set.
  init(_ error: ArchiveError) {
    switch error.reason {
    case .missing: self = .missingFile(error.file)
    case .unreadable(let reason): self = .unreadableFile(error.file, reason: reason)
    case .foreign, .damaged, .refused:
      self = .malformed(
        file: error.file, reason: String(error.description.dropFirst(error.file.count + 2)))
    }
  }
}

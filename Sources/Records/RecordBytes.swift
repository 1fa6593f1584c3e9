import Archives

/// The bytes in which records stand: those of a file, or what a compressed one unpacks to.
enum RecordBytes: Sendable {
  case file(ArchiveFile)
  case inflated(InflatedFile)

  /// How many there are, where that is known before the end.
  var size: Int? {
    switch self {
    case .file(let file): file.size
    case .inflated: nil
    }
  }

  /// The `count` bytes from `offset` on, or fewer at the end.
  func bytes(_ count: Int, at offset: Int) throws(RecordFault) -> [UInt8] {
    switch self {
    case .file(let file):
      do throws(ArchiveError) {
        return try file.bytes(at: offset, count: max(0, min(count, file.size - offset)))
      } catch {
        throw RecordFault(error)
      }
    case .inflated(let file): return try file.bytes(count, at: offset)
    }
  }
}

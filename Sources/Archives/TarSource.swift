#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where the bytes of a tar archive come from.
package enum TarSource: Sendable {
  /// A file, of which parts can be passed over.
  case file(ArchiveFile)
  /// Bytes in memory, with a name for errors.
  case bytes([UInt8], name: String)
  /// A descriptor that is read once from where it stands, as that of a pipe; it stays open.
  case stream(descriptor: Int32, name: String)

  /// The path, or the name.
  var name: String {
    switch self {
    case .file(let file): file.path
    case .bytes(_, let name), .stream(_, let name): name
    }
  }

  /// The size in bytes, where it is known.
  var size: Int? {
    switch self {
    case .file(let file): file.size
    case .bytes(let bytes, _): bytes.count
    case .stream: nil
    }
  }

  /// The next `count` bytes, or fewer at the end; `offset` is where they lie.
  func bytes(_ count: Int, at offset: Int) throws(ArchiveError) -> [UInt8] {
    switch self {
    case .file(let file):
      return try file.bytes(at: offset, count: max(0, min(count, file.size - offset)))
    case .bytes(let bytes, _):
      return Array(bytes[min(offset, bytes.count)...].prefix(count))
    case .stream(let descriptor, _):
      // In pieces: what a header claims is believed only as far as bytes arrive.
      var bytes: [UInt8] = []
      while bytes.count < count {
        let piece = try piece(min(count - bytes.count, Self.largestPiece), of: descriptor)
        if piece.isEmpty { break }
        bytes += piece
      }
      return bytes
    }
  }

  /// Passes over `count` bytes, or fewer at the end; returns how many.
  func skip(_ count: Int, at offset: Int) throws(ArchiveError) -> Int {
    if let size { return max(0, min(count, size - offset)) }
    guard case .stream(let descriptor, _) = self else { return 0 }
    var skipped = 0
    while skipped < count {
      let piece = try piece(min(count - skipped, Self.largestPiece), of: descriptor)
      if piece.isEmpty { break }
      skipped += piece.count
    }
    return skipped
  }

  /// The command that makes a tar archive of a file that begins so, if it is a compressed one.
  static func compressor(_ bytes: [UInt8]) -> String? {
    let openings: [([UInt8], String)] = [
      ([0x1F, 0x8B], "gzip -d"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd -d"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz -d"), ([0x42, 0x5A, 0x68], "bzip2 -d"),
    ]
    return openings.first { bytes.starts(with: $0.0) }?.1
  }

  private static let largestPiece = 1 << 20

  /// What one call reads, at most `count` bytes; none at the end.
  private func piece(_ count: Int, of descriptor: Int32) throws(ArchiveError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while true {
        let step = unsafe read(descriptor, buffer.baseAddress, count)
        if step < 0, errno == EINTR { continue }
        if step < 0 { failure = errno }
        filled = max(0, step)
        return
      }
    }
    guard failure == 0 else {
      throw ArchiveError(
        file: name, member: nil, reason: .unreadable(unsafe String(cString: strerror(failure))))
    }
    return bytes
  }
}

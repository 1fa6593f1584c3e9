import CZlib

/// The content of a zip member, read in order from its beginning.
///
/// Whoever reads to the end calls `finish`, which verifies length and checksum.
package struct ZipMemberReader: ~Copyable {
  private let archive: ZipArchive
  private let entry: ZipEntry
  private let inflater: Inflater?
  /// Where the next stored byte lies, and how many are left.
  private var offset: Int
  private var storedLeft: Int
  /// Bytes from the archive that the inflater has not taken yet.
  private var pending: ArraySlice<UInt8> = []
  private var isAtEnd = false
  private var checksum: UInt = 0
  /// How many bytes of the content are still to come.
  package private(set) var left: Int

  private static let piece = 256 << 10

  /// Begins to read `entry`, a member of `archive`.
  package init(_ entry: ZipEntry, in archive: ZipArchive) throws(ArchiveError) {
    if case .other(let number) = entry.method {
      throw archive.error(entry, .refused("is compressed by method \(number), not by deflate"))
    }
    let offset = try archive.contentOffset(of: entry)
    inflater = entry.method == .deflated ? Inflater() : nil
    self.offset = offset
    storedLeft = entry.storedSize
    left = entry.size
    self.archive = archive
    self.entry = entry
  }

  /// Fills `buffer` with the next bytes; there must be that many.
  package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) {
    guard buffer.count <= left else {
      throw archive.error(entry, .damaged("it ends too early"))
    }
    if let inflater {
      try unsafe inflate(with: inflater, into: buffer)
    } else {
      try unsafe archive.file.read(into: buffer, at: offset, member: entry.name)
      offset += buffer.count
      storedLeft -= buffer.count
    }
    left -= buffer.count
    // In pieces, because zlib counts in 32 bits.
    var place = 0
    while place < buffer.count {
      let part = min(buffer.count - place, 1 << 30)
      let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[place..<place + part])
      checksum = unsafe crc32(
        checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(part))
      place += part
    }
  }

  /// The next `count` bytes.
  package mutating func bytes(_ count: Int) throws(ArchiveError) -> [UInt8] {
    guard count <= left else { throw archive.error(entry, .damaged("it ends too early")) }
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe bytes.withUnsafeMutableBufferPointer { buffer throws(ArchiveError) in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    return bytes
  }

  /// Reads what is left without keeping it.
  package mutating func skipRest() throws(ArchiveError) {
    try unsafe forEachPiece { _ throws(ArchiveError) in }
  }

  /// Hands what is left to `body`, piece by piece.
  package mutating func forEachPiece(
    _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    var piece = [UInt8](repeating: 0, count: min(left, Self.piece))
    while left > 0 {
      let count = min(left, piece.count)
      try unsafe piece.withUnsafeMutableBufferPointer { buffer throws(ArchiveError) in
        let part = unsafe UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        try unsafe read(into: part)
        try unsafe body(UnsafeRawBufferPointer(part))
      }
    }
  }

  /// Verifies that the content ends here and has the right checksum.
  package consuming func finish() throws(ArchiveError) {
    precondition(left == 0, "\(left) bytes of \(entry.name) are not read yet")
    if let inflater, !isAtEnd {
      // One byte of room, to see that there is nothing for it but the end.
      var extra: UInt8 = 0
      let produced = try unsafe withUnsafeMutablePointer(to: &extra) {
        byte throws(ArchiveError) in
        try unsafe step(inflater, into: UnsafeMutableRawBufferPointer(start: byte, count: 1))
      }
      guard produced == 0, isAtEnd else {
        throw archive.error(entry, .damaged("it is longer than the archive's list says"))
      }
    }
    guard storedLeft == 0, pending.isEmpty else {
      throw archive.error(entry, .damaged("bytes follow its end"))
    }
    guard checksum == UInt(entry.checksum) else {
      throw archive.error(entry, .damaged("its checksum (CRC-32) is wrong"))
    }
  }

  private mutating func inflate(
    with inflater: Inflater, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ArchiveError) {
    var filled = 0
    while filled < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let produced = try unsafe step(inflater, into: rest)
      guard produced > 0 else { throw archive.error(entry, .damaged("it ends too early")) }
      filled += produced
    }
  }

  /// Decompresses until something came out or nothing more can come.
  private mutating func step(
    _ inflater: Inflater, into output: UnsafeMutableRawBufferPointer
  ) throws(ArchiveError) -> Int {
    while !isAtEnd {
      if pending.isEmpty, storedLeft > 0 {
        let count = min(storedLeft, Self.piece)
        pending = try archive.file.bytes(at: offset, count: count, member: entry.name)[...]
        offset += count
        storedLeft -= count
      }
      let hadInput = !pending.isEmpty
      let step = unsafe pending.withUnsafeBytes { unsafe inflater.step($0, into: output) }
      guard let step else { throw archive.error(entry, .damaged("its deflated bytes are broken")) }
      pending = pending.dropFirst(step.consumed)
      isAtEnd = step.isAtEnd
      if step.produced > 0 || (!hadInput && storedLeft == 0) { return step.produced }
      guard step.consumed > 0 || isAtEnd else { return 0 }
    }
    return 0
  }
}

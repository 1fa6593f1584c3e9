/// A regular file in a tar archive.
package struct TarEntry: Sendable, Hashable {
  /// The name: a path that need not be UTF-8.
  package let name: [UInt8]
  /// The size of the content in bytes.
  package let size: Int
  /// Where the content begins in the archive.
  package let offset: Int
}

/// The regular files of a tar archive in its order: ustar, GNU's long names, pax.
///
/// Nothing is extracted. In a file, content that is not asked for is skipped by seeking. Archives one
/// after the other, as `cat` makes them, are read as one. An archive that ends without a block of
/// zeros is cut short, even if it ends between two members.
package struct TarReader: Sendable {
  private let source: TarSource
  /// Where the next byte to be read lies.
  private var offset = 0
  /// What is left of the current member, and with what fills its last block.
  private var left = 0
  private var paddedLeft = 0
  private var defaults = PaxRecords()
  private var hasEnded = false

  /// Begins to read an archive.
  package init(_ source: TarSource) { self.source = source }

  /// The next regular file, or `nil` at the end; links, folders and devices are passed over.
  package mutating func next() throws(ArchiveError) -> TarEntry? {
    try skip()
    var long: [UInt8]?
    var records = defaults
    var isDescribed = false
    while let header = try header(isDescribed: isDescribed) {
      left = header.size
      paddedLeft = TarHeader.padded(header.size)
      isDescribed = true
      switch header.kind {
      case UInt8(ascii: "L"): long = TarHeader.text(try description()[...])
      case UInt8(ascii: "x"):
        guard records.update(try description()) else { throw damaged("a malformed pax header") }
      case UInt8(ascii: "g"):
        guard defaults.update(try description()) else { throw damaged("a malformed pax header") }
        records = defaults
      case UInt8(ascii: "K"): try skip()
      default:
        let name = records.path ?? long ?? header.name
        // Of what comes before POSIX, only the slash tells a folder.
        let isFolder = header.kind == 0 && name.last == UInt8(ascii: "/")
        if records.isSparse || header.kind == UInt8(ascii: "S") {
          throw refused("a member is kept sparse, with its holes left out, which is not read")
        }
        if header.kind == UInt8(ascii: "M") { throw refused("it is a part of several volumes") }
        // Links, folders, devices and pipes have no content, whatever their size says.
        let isEmpty = (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(header.kind)
        left = isEmpty ? 0 : records.size ?? header.size
        paddedLeft = TarHeader.padded(left)
        if let whole = source.size, left > whole - offset { throw truncated() }
        if [0, UInt8(ascii: "0"), UInt8(ascii: "7")].contains(header.kind), !isFolder {
          return TarEntry(name: name, size: left, offset: offset)
        }
        try skip()
        (long, records, isDescribed) = (nil, defaults, false)
      }
    }
    return nil
  }

  /// The content of the member that was read last, once, of at most `limit` bytes.
  package mutating func content(limit: Int) throws(ArchiveError) -> [UInt8] {
    guard left <= limit else {
      throw refused("a member of \(left) bytes, over the limit of \(limit), at byte \(offset)")
    }
    let bytes = try source.bytes(left, at: offset)
    guard bytes.count == left else {
      offset += bytes.count
      throw truncated()
    }
    offset += left
    paddedLeft -= left
    left = 0
    return bytes
  }

  /// The next header that is not a block of zeros, or `nil` at the end of the archive.
  private mutating func header(isDescribed: Bool) throws(ArchiveError) -> TarHeader? {
    while true {
      let block = try source.bytes(TarHeader.blockSize, at: offset)
      if block.isEmpty, hasEnded, !isDescribed { return nil }
      let isZero = block.allSatisfy { $0 == 0 }
      guard block.count == TarHeader.blockSize || (hasEnded && isZero && !block.isEmpty) else {
        if offset == 0, block.isEmpty { throw damaged("it is empty") }
        offset += block.count
        throw truncated()
      }
      if isZero, !isDescribed {
        hasEnded = true
        offset += block.count
        continue
      }
      do {
        let header = try TarHeader(block)
        offset += block.count
        hasEnded = false
        return header
      } catch {
        throw fault(error, block)
      }
    }
  }

  private func fault(_ fault: TarHeader.Fault, _ block: [UInt8]) -> ArchiveError {
    switch fault {
    case .size: damaged("the size of a member is no number that a file can have")
    case .checksum where offset == 0:
      if let program = TarSource.compressor(block) {
        self.error(
          .foreign("a compressed file; decompress it first, with \(program)"))
      } else {
        self.error(.foreign("not a tar archive"))
      }
    case .checksum: damaged("no header where one should be; its checksum is wrong")
    }
  }

  /// The content of a header that describes the next one.
  private mutating func description() throws(ArchiveError) -> [UInt8] {
    let bytes = try content(limit: 1 << 20)
    try skip()
    return bytes
  }

  /// Passes over what is left of the current member.
  private mutating func skip() throws(ArchiveError) {
    let skipped = try source.skip(paddedLeft, at: offset)
    offset += skipped
    guard skipped == paddedLeft else { throw truncated() }
    left = 0
    paddedLeft = 0
  }

  private func truncated() -> ArchiveError {
    error(
      .damaged(
        "cut short: it ends at byte \(source.size ?? offset), inside a member or before its end mark"
      ))
  }

  private func damaged(_ words: String) -> ArchiveError {
    error(.damaged("at byte \(offset): \(words)"))
  }

  private func refused(_ words: String) -> ArchiveError { error(.refused(words)) }

  private func error(_ reason: ArchiveError.Reason) -> ArchiveError {
    ArchiveError(file: source.name, member: nil, reason: reason)
  }
}

/// A zip archive, open for reading for as long as this object lives.
///
/// Nothing is ever extracted to disk, and only the members asked for are read. Opening reads the
/// list at the end and refuses what no honest writer makes: two members of one name, members that
/// overlap, names that lead out, encryption, links, and members that expand over 100 times.
package final class ZipArchive: Sendable {
  /// The file.
  package let file: ArchiveFile
  /// The members in the order of the list, without directories.
  package let entries: [ZipEntry]
  /// The place in ``entries`` by name: of tens of thousands of arrays each is asked for once.
  private let places: [String: Int]
  /// Where the list begins; the members end before it.
  private let end: Int

  /// Opens the archive at `path` and reads its list.
  package convenience init(reading path: String) throws(ArchiveError) {
    try self.init(ArchiveFile(reading: path))
  }

  init(_ file: ArchiveFile) throws(ArchiveError) {
    guard file.size >= 22 else {
      throw ArchiveError(file: file.path, member: nil, reason: .damaged("the file is cut short"))
    }
    var directory = ZipDirectory(of: file)
    entries = try directory.entries().filter { !$0.name.hasSuffix("/") }
    // The directory has refused two members of one name.
    places = Dictionary(
      zip(entries.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
    end = directory.start
    self.file = file
  }

  /// The member of this name, if there is one.
  package func entry(_ name: String) -> ZipEntry? { places[name].map { entries[$0] } }

  /// Where the bytes of a member begin, as they are in the archive.
  ///
  /// Its local header must agree with the list: otherwise two programs read two things.
  package func contentOffset(of entry: ZipEntry) throws(ArchiveError) -> Int {
    let header = try file.bytes(at: entry.headerOffset, count: 30, member: entry.name)
    let nameLength = Int(header.number(at: 26, bytes: 2))
    let extraLength = Int(header.number(at: 28, bytes: 2))
    let rest = try file.bytes(
      at: entry.headerOffset + 30, count: nameLength + extraLength, member: entry.name)
    var isConsistent =
      header.number(at: 0, bytes: 4) == 0x0403_4B50
      && header.number(at: 6, bytes: 2) & 0x2061 == 0
      && ZipEntry.Method(number: Int(header.number(at: 8, bytes: 2))) == entry.method
      && rest.prefix(nameLength).elementsEqual(entry.name.utf8)
    if !entry.hasDescriptor {
      var wide = ZipWideFields(in: Array(rest.dropFirst(nameLength)))
      let size = wide.resolve(header.number(at: 22, bytes: 4))
      let storedSize = wide.resolve(header.number(at: 18, bytes: 4))
      isConsistent =
        isConsistent && size == entry.size && storedSize == entry.storedSize
        && header.number(at: 14, bytes: 4) == UInt64(entry.checksum)
    }
    guard isConsistent else {
      throw error(entry, .damaged("its own header differs from the archive's list"))
    }
    let offset = entry.headerOffset + 30 + nameLength + extraLength
    let next = entries.map(\.headerOffset).filter { $0 > entry.headerOffset }.min() ?? end
    guard entry.storedSize <= next - offset else {
      throw error(entry, .damaged("it overlaps another part of the archive"))
    }
    return offset
  }

  /// The whole content of a member of at most `limit` bytes, with its checksum verified.
  package func content(of entry: ZipEntry, limit: Int) throws(ArchiveError) -> [UInt8] {
    guard entry.size <= limit else {
      throw error(entry, .refused("has \(entry.size) bytes, over the limit of \(limit)"))
    }
    var reader = try ZipMemberReader(entry, in: self)
    let content = try reader.bytes(entry.size)
    try reader.finish()
    return content
  }

  /// Reads a member to its end, only to verify its checksum.
  package func verify(_ entry: ZipEntry) throws(ArchiveError) {
    var reader = try ZipMemberReader(entry, in: self)
    try reader.skipRest()
    try reader.finish()
  }

  func error(_ entry: ZipEntry, _ reason: ArchiveError.Reason) -> ArchiveError {
    ArchiveError(file: file.path, member: entry.name, reason: reason)
  }
}

/// The list at the end of a zip archive (APPNOTE.TXT 4.3.12 to 4.3.16), checked before anything else.
struct ZipDirectory {
  let file: ArchiveFile
  /// Where the list begins; the members end before it.
  private(set) var start = 0

  private static let largest = 64 << 20
  private static let mostEntries = 100_000

  init(of file: ArchiveFile) { self.file = file }

  /// Reads the whole list, in its own order.
  mutating func entries() throws(ArchiveError) -> [ZipEntry] {
    let end = try endRecord()
    guard end.size <= Self.largest, end.count <= Self.mostEntries else {
      throw refusal("its directory claims \(end.count) members in \(end.size) bytes")
    }
    let bytes = try file.bytes(at: end.start, count: end.size)
    start = end.start
    var entries: [ZipEntry] = []
    var names: Set<String> = []
    var place = 0
    while place < bytes.count {
      let entry = try entry(in: bytes, at: &place)
      guard names.insert(entry.name).inserted else {
        throw refusal("it holds \(entry.name) twice")
      }
      entries.append(entry)
    }
    guard entries.count == end.count else {
      throw damage("its directory lists \(entries.count) members, its end says \(end.count)")
    }
    try refuseOverlaps(entries)
    return entries
  }

  /// Every member, with the shortest header that it can have, ends before the next begins.
  private func refuseOverlaps(_ entries: [ZipEntry]) throws(ArchiveError) {
    let sorted = entries.sorted { $0.headerOffset < $1.headerOffset }
    for (index, entry) in sorted.enumerated() {
      let next = index + 1 < sorted.count ? sorted[index + 1].headerOffset : start
      let (least, overflow) = (30 + entry.name.utf8.count).addingReportingOverflow(
        entry.storedSize)
      guard !overflow, entry.headerOffset <= next, least <= next - entry.headerOffset else {
        throw damage("its member \(entry.name) overlaps another part")
      }
    }
  }

  private typealias End = (start: Int, size: Int, count: Int)

  /// The end record: what it says of the list, which must end exactly where the record begins.
  private func endRecord() throws(ArchiveError) -> End {
    let length = min(file.size, 22 + 0xFFFF)
    let tail = try file.bytes(at: file.size - length, count: length)
    for place in stride(from: length - 22, through: 0, by: -1)
    where tail[place] == 0x50 && tail.number(at: place, bytes: 4) == 0x0605_4B50 {
      // A comment may hold anything, but ends where the file does.
      guard place + 22 + Int(tail.number(at: place + 20, bytes: 2)) == length else { continue }
      return try end(in: tail, at: place, offset: file.size - length + place)
    }
    throw damage("it has no directory at its end, as of a download cut short")
  }

  private func end(
    in tail: [UInt8], at place: Int, offset: Int
  ) throws(ArchiveError) -> End {
    let small = { (at: Int, bytes: Int) in tail.number(at: place + at, bytes: bytes) }
    let wide = try wideEnd(before: offset)
    let isWide =
      small(10, 2) == 0xFFFF || small(12, 4) == 0xFFFF_FFFF || small(16, 4) == 0xFFFF_FFFF
    guard wide != nil || !isWide else { throw damage("its ZIP64 end record is missing") }
    guard [0, 0xFFFF].contains(small(4, 2)), [0, 0xFFFF].contains(small(6, 2)),
      small(8, 2) == small(10, 2)
    else { throw refusal("it is one part of an archive in several files") }
    let end: End =
      wide?.end ?? (Int(small(16, 4)), Int(small(12, 4)), Int(small(10, 2)))
    let bound = wide?.offset ?? offset
    guard end.start <= bound, end.size == bound - end.start, end.count * 46 <= end.size else {
      throw damage("its directory does not end where it should")
    }
    return end
  }

  /// The ZIP64 end record, if its locator stands right before the end record at `offset`.
  private func wideEnd(before offset: Int) throws(ArchiveError) -> (end: End, offset: Int)? {
    guard offset >= 20 + 56 else { return nil }
    let locator = try file.bytes(at: offset - 20, count: 20)
    guard locator.number(at: 0, bytes: 4) == 0x0706_4B50 else { return nil }
    let place = Int(clamping: locator.number(at: 8, bytes: 8))
    guard place <= offset - 20 - 56 else { throw damage("its ZIP64 end record is misplaced") }
    let record = try file.bytes(at: place, count: 56)
    let number = { (at: Int, bytes: Int) in Int(clamping: record.number(at: at, bytes: bytes)) }
    guard record.number(at: 0, bytes: 4) == 0x0606_4B50, number(4, 8) == offset - 20 - place - 12
    else { throw damage("its ZIP64 end record is broken") }
    guard number(16, 4) == 0, number(20, 4) == 0, number(24, 8) == number(32, 8) else {
      throw refusal("it is one part of an archive in several files")
    }
    guard number(32, 8) <= Self.mostEntries else {
      throw refusal("its directory claims \(number(32, 8)) members")
    }
    return ((number(48, 8), number(40, 8), number(32, 8)), place)
  }

  private func damage(_ words: String) -> ArchiveError {
    ArchiveError(file: file.path, member: nil, reason: .damaged(words))
  }

  private func refusal(_ words: String) -> ArchiveError {
    ArchiveError(file: file.path, member: nil, reason: .refused(words))
  }
}

extension ZipDirectory {
  /// The description at `place`, which moves behind it.
  private func entry(in bytes: [UInt8], at place: inout Int) throws(ArchiveError) -> ZipEntry {
    guard bytes.count - place >= 46, bytes.number(at: place, bytes: 4) == 0x0201_4B50 else {
      throw damage("its directory is broken")
    }
    let start = place
    let number = { (at: Int, count: Int) in bytes.number(at: start + at, bytes: count) }
    let nameLength = Int(number(28, 2))
    let extraLength = Int(number(30, 2))
    let length = 46 + nameLength + extraLength + Int(number(32, 2))
    guard length <= bytes.count - place else { throw damage("its directory is broken") }
    place += length
    let nameStart = start + 46
    // UTF-8 whatever the flag says: ASCII in every file that this reader is for.
    guard
      let name = String(validating: bytes[nameStart..<nameStart + nameLength], as: UTF8.self)
    else { throw refusal("the name of a member is not UTF-8") }
    if let fault = ZipEntry.fault(inName: name) {
      throw refusal("\(fault): \(name.debugDescription)")
    }
    guard [0, 0xFFFF].contains(number(34, 2)) else {
      throw refusal("it is one part of an archive in several files")
    }
    let extra = bytes[(nameStart + nameLength)..<(nameStart + nameLength + extraLength)]
    var wide = ZipWideFields(in: Array(extra))
    // In this order, and each only where the narrow field is full (APPNOTE.TXT 4.5.3).
    guard let size = wide.resolve(number(24, 4)), let storedSize = wide.resolve(number(20, 4)),
      let headerOffset = wide.resolve(number(42, 4))
    else { throw damage("the ZIP64 sizes of \(name) are missing") }
    let entry = ZipEntry(
      name: name, method: ZipEntry.Method(number: Int(number(10, 2))), storedSize: storedSize,
      size: size, checksum: UInt32(truncatingIfNeeded: number(16, 4)),
      hasDescriptor: number(8, 2) & 8 != 0, headerOffset: headerOffset)
    let fault = entry.fault(
      flags: UInt16(truncatingIfNeeded: number(8, 2)),
      system: UInt8(truncatingIfNeeded: number(5, 1)),
      attributes: UInt32(truncatingIfNeeded: number(38, 4)))
    if let fault { throw ArchiveError(file: file.path, member: name, reason: .refused(fault)) }
    guard entry.method != .stored || storedSize == size else {
      throw damage("the sizes of \(name) contradict each other")
    }
    return entry
  }
}

/// The 64-bit fields of a member, in the order in which they are asked for.
struct ZipWideFields {
  private var fields: [UInt64] = []

  /// Looks for field 1 among the extra fields of a header.
  init(in extra: [UInt8]) {
    var place = 0
    while extra.count - place >= 4 {
      let length = Int(extra.number(at: place + 2, bytes: 2))
      guard length <= extra.count - place - 4 else { return }
      if extra.number(at: place, bytes: 2) == 1 {
        fields = (0..<length / 8).map { extra.number(at: place + 4 + 8 * $0, bytes: 8) }
        return
      }
      place += 4 + length
    }
  }

  /// `narrow`, or the next wide field where the narrow one is full.
  mutating func resolve(_ narrow: UInt64) -> Int? {
    guard narrow == 0xFFFF_FFFF else { return Int(narrow) }
    guard !fields.isEmpty, let wide = Int(exactly: fields.removeFirst()) else { return nil }
    return wide
  }
}

extension ZipEntry.Method {
  init(number: Int) {
    switch number {
    case 0: self = .stored
    case 8: self = .deflated
    default: self = .other(number)
    }
  }
}

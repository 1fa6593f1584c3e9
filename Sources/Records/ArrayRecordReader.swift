import Archives
package import Wire

/// The records of an `array_record` file (google/array_record), one after the other.
///
/// Its chunks come first, mostly of one record each; then their places, which are not needed here, and in the
/// last block where these begin, three times. Hashes of chunks are looked at. Where a chunk's header is damaged,
/// nothing behind can be found.
struct ArrayRecordReader: Sendable {
  private static let magic: UInt64 = 0x7193_0E70_4FDA_E05E

  private let file: ChunkedFile
  /// The most bytes of a chunk's records.
  private let largest: Int
  /// Where the records end.
  private let end: Int
  /// Where the next chunk begins.
  private var offset: Int
  private var chunk: Chunk?

  /// A chunk whose records are given out.
  private struct Chunk {
    let header: ChunkedFile.Header
    var next = 0
    /// The records, once any of them was wanted.
    var records: Result<[ArraySlice<UInt8>], RecordFault>?
  }

  /// Begins with the first chunk behind the signature.
  ///
  /// - Throws: ``ArchiveError`` for Riegeli's files that are no `array_record`, and for such without their end.
  init(_ file: ArchiveFile, largest: Int) throws(ArchiveError) {
    let chunks = ChunkedFile(file)
    let last = file.size - ChunkedFile.blockSize
    let footer = ArrayRecordReader(chunks, at: last, end: file.size, largest: 1 << 16)
    guard last >= 0, last % ChunkedFile.blockSize == 0, let end = footer.footerOffset(),
      (64...last).contains(end)
    else {
      throw ArchiveError(
        file: file.path, member: nil,
        reason: .damaged(
          "a file of Riegeli, which is read as array_record alone; of that, the end is not there"))
    }
    self.init(chunks, at: 64, end: end, largest: largest)
  }

  private init(_ file: ChunkedFile, at offset: Int, end: Int, largest: Int) {
    self.file = file
    self.offset = offset
    self.end = end
    self.largest = largest
  }

  /// The place that one of the records of the last block tells.
  private func footerOffset() -> Int? {
    var reader = self
    while let record = reader.next() {
      guard let bytes = try? record.content.get(), let message = try? ProtobufMessage(bytes[...]),
        let magic = try? message.integer(2), UInt64(bitPattern: Int64(magic)) == Self.magic
      else { continue }
      return try? message.integer(1)
    }
    return nil
  }

  /// The next record, or `nil` at the end.
  ///
  /// - Parameter skipping: Whether it is passed over, and its chunk's header alone is looked at.
  mutating func next(skipping: Bool = false) -> StoredRecord? {
    while true {
      if var open = chunk, open.next < open.header.count {
        let place = RecordPlace(offset: open.header.offset, item: open.next)
        let content: Result<[UInt8], RecordFault>
        if skipping {
          content = .success([])
        } else {
          let records = open.records ?? decode(open.header)
          open.records = records
          content = records.map { [item = open.next] in Array($0[item]) }
        }
        open.next += 1
        chunk = open
        return StoredRecord(
          place: place, byteCount: Int(clamping: open.header.decodedSize), content: content)
      }
      guard offset < end else { return nil }
      let start = offset
      do throws(RecordFault) {
        let header = try file.header(at: start)
        offset = header.end
        // Padding and metadata hold no records.
        chunk =
          header.kind == UInt8(ascii: "r") || header.kind == UInt8(ascii: "t")
          ? Chunk(header: header) : nil
      } catch {
        offset = end
        return StoredRecord(
          place: RecordPlace(offset: start), byteCount: 0, content: .failure(error))
      }
    }
  }

  /// The bytes of the record at `place`.
  static func content(
    at place: RecordPlace, in file: ChunkedFile, largest: Int
  ) -> Result<[UInt8], RecordFault> {
    var reader = ArrayRecordReader(file, at: place.offset, end: .max, largest: largest)
    for _ in 0..<place.item { _ = reader.next(skipping: true) }
    return reader.next()?.content ?? .failure(RecordFault("the file ends before it"))
  }

  private func decode(_ header: ChunkedFile.Header) -> Result<[ArraySlice<UInt8>], RecordFault> {
    do throws(RecordFault) {
      guard header.kind == UInt8(ascii: "r") else {
        throw RecordFault("it is in a transposed chunk of Riegeli, which is not read")
      }
      guard header.decodedSize <= largest else {
        throw RecordFault("its chunk has \(header.decodedSize) bytes, more than \(largest)")
      }
      let data = try file.data(of: header)
      do throws(FormatFault) {
        return .success(
          try SimpleChunk.records(
            data[...], count: header.count, largest: Int(header.decodedSize)))
      } catch {
        throw RecordFault("damaged: \(error.detail), in the chunk at byte \(header.offset)")
      }
    } catch {
      return .failure(error)
    }
  }
}

/// Riegeli's simple chunks: the sizes of the records, then their bytes, each part compressed on its own.
package enum SimpleChunk {
  /// The `count` records of a chunk's data, of at most `largest` bytes together.
  package static func records(
    _ data: ArraySlice<UInt8>, count: Int, largest: Int
  ) throws(FormatFault) -> [ArraySlice<UInt8>] {
    var cursor = ByteCursor(data)
    let compression = try cursor.byte()
    let length = try cursor.length()
    // A size takes ten bytes at most.
    let sizes = try part(try cursor.take(length), compression, largest: 10 * count)
    let values = try part(
      try cursor.take(cursor.remaining), compression, largest: largest)
    var records: [ArraySlice<UInt8>] = []
    var size = ByteCursor(sizes)
    var value = ByteCursor(values)
    for _ in 0..<count {
      records.append(try value.take(size.length()))
    }
    guard size.isAtEnd, value.isAtEnd else { throw FormatFault("its sizes do not fill it") }
    return records
  }

  private static func part(
    _ bytes: ArraySlice<UInt8>, _ compression: UInt8, largest: Int
  ) throws(FormatFault) -> ArraySlice<UInt8> {
    switch compression {
    case 0: return bytes
    case UInt8(ascii: "z"):
      var cursor = ByteCursor(bytes)
      let size = try cursor.length()
      guard size <= largest else {
        throw FormatFault("a part of \(size) bytes, more than \(largest)")
      }
      return try Zstandard.decode(cursor.take(cursor.remaining), size: size)[...]
    case UInt8(ascii: "b"): throw FormatFault("it is compressed by Brotli, which is not read")
    case UInt8(ascii: "s"): throw FormatFault("it is compressed by Snappy, which is not read")
    default: throw FormatFault("its compression \(compression) is unknown")
    }
  }
}

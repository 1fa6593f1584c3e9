import Wire

/// The records of a TFRecord file, one after the other.
///
/// `u64 length | u32 masked(crc32c(length)) | data | u32 masked(crc32c(data))`, little-endian
/// (tensorflow/core/lib/io/record_writer.h). A record whose data are damaged is told, and the next one found
/// behind it. Where a length is damaged, or the file ends in a record, nothing behind can be found; TensorFlow
/// drops a header that is cut without a word, and dies of a length that leads far beyond the file.
struct TFRecordReader: Sendable {
  /// What stands before the data, and what behind.
  private static let (headerSize, footerSize) = (12, 4)

  private let source: RecordBytes
  /// The most bytes of a record.
  private let largest: Int
  /// Where the next record begins.
  private var offset: Int
  private var hasEnded = false

  /// Begins at `offset`, where a record must begin.
  init(_ source: RecordBytes, at offset: Int = 0, largest: Int) {
    self.source = source
    self.offset = offset
    self.largest = largest
  }

  /// The next record, or `nil` at the end.
  ///
  /// - Parameter skipping: Whether only its length is looked at, and its bytes are passed over.
  mutating func next(skipping: Bool = false) -> StoredRecord? {
    if hasEnded { return nil }
    let place = RecordPlace(offset: offset)
    do throws(RecordFault) {
      guard let length = try length() else {
        hasEnded = true
        return nil
      }
      let content = try content(length, skipping: skipping)
      offset += Self.headerSize + length + Self.footerSize
      return StoredRecord(place: place, byteCount: length, content: content)
    } catch {
      hasEnded = true
      return StoredRecord(place: place, byteCount: 0, content: .failure(error))
    }
  }

  /// The length of the record that begins here, as a file can have it; `nil` at the end.
  private func length() throws(RecordFault) -> Int? {
    let header = try source.bytes(Self.headerSize, at: offset)
    if header.isEmpty { return nil }
    guard header.count == Self.headerSize else {
      throw RecordFault(
        "the \(header.count) bytes from byte \(offset) on are no whole header of a record: the file is cut "
          + "short, or something was added to it", endsFile: true)
    }
    guard let length = Self.length(header) else {
      throw RecordFault(
        "damaged: the checksum of its length, at byte \(offset), is wrong; what follows cannot be found",
        endsFile: true)
    }
    let room = (source.size ?? Int.max / 2) - offset - Self.headerSize - Self.footerSize
    guard let length = Int(exactly: length), length <= room else { throw cut(length) }
    return length
  }

  /// The length in a header, or `nil` where its checksum is wrong.
  static func length(_ header: some Collection<UInt8>) -> UInt64? {
    var cursor = ByteCursor(Array(header)[...])
    let checksum = CRC32C.masked(header.prefix(8))
    guard let length = try? cursor.fixed(UInt64.self), let stored = try? cursor.fixed(UInt32.self),
      stored == checksum
    else { return nil }
    return length
  }

  private func content(
    _ length: Int, skipping: Bool
  ) throws(RecordFault) -> Result<[UInt8], RecordFault> {
    if skipping { return .success([]) }
    let start = offset + Self.headerSize
    guard length <= largest else {
      return .failure(
        RecordFault("a record of \(length) bytes, more than \(largest), at byte \(offset)"))
    }
    var bytes = try source.bytes(length + Self.footerSize, at: start)
    guard bytes.count == length + Self.footerSize else { throw cut(UInt64(length)) }
    var footer = ByteCursor(bytes[length...])
    let stored = try? footer.fixed(UInt32.self)
    bytes.removeLast(Self.footerSize)
    guard CRC32C.masked(bytes) == stored else {
      return .failure(
        RecordFault("damaged: the checksum of its \(length) bytes, from byte \(start) on, is wrong")
      )
    }
    return .success(bytes)
  }

  private func cut(_ length: UInt64) -> RecordFault {
    RecordFault(
      "cut short: \(length) bytes are promised at byte \(offset), and the file ends before",
      endsFile: true)
  }
}

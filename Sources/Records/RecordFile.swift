package import Archives

/// A file of records in any container that is read, for its records in order and for any of them again.
///
/// No more than one record is held in memory, and no file stays open between two calls: a data set may have more
/// shards than a process may have files.
package final class RecordFile: Sendable {
  /// The path, as it was given.
  package let path: String
  private let format: RecordFormat
  private let cursors: InflatedCursors
  private let largest: Int

  /// More bytes than a record has: as many as the largest image has that is not compressed at all.
  package static let largestRecord = 1 << 29

  /// Tells a file's container by its first bytes.
  ///
  /// - Parameters:
  ///   - cursors: Those of all compressed files that are read together.
  ///   - expected: The container that it is to be, where another file says so: then its first record may be
  ///     damaged too.
  ///   - largest: The most bytes of a record.
  /// - Throws: ``ArchiveError`` for a file that cannot be read or holds no records.
  package init(
    _ path: String, cursors: InflatedCursors, expecting expected: RecordFormat? = nil,
    largest: Int = RecordFile.largestRecord
  ) throws(ArchiveError) {
    let file = try ArchiveFile(reading: path)
    self.path = path
    self.largest = largest
    self.cursors = cursors
    guard let format = try RecordFormat.of(file) ?? expected else {
      throw ArchiveError(
        file: path, member: nil,
        reason: .damaged(
          "no TFRecord or array_record, or the length of its first record is damaged"))
    }
    self.format = format
  }

  /// The records from the first on.
  ///
  /// - Throws: ``ArchiveError`` where the file cannot be opened any more, or lacks the end that tells of its records.
  package func records() throws(ArchiveError) -> RecordSequence {
    if let bytes = try bytes() {
      return RecordSequence(.tfRecord(TFRecordReader(bytes, largest: largest)))
    }
    return RecordSequence(
      .arrayRecord(try ArrayRecordReader(ArchiveFile(reading: path), largest: largest)))
  }

  /// The bytes in which TFRecord's records stand; `nil` of another container.
  private func bytes() throws(ArchiveError) -> RecordBytes? {
    switch format {
    case .tfRecord: .file(try ArchiveFile(reading: path))
    case .compressedTFRecord: .inflated(InflatedFile(path, cursors: cursors))
    case .arrayRecord: nil
    }
  }

  /// The bytes of a record again, its checksums looked at again too.
  package func bytes(at place: RecordPlace) throws(RecordFault) -> [UInt8] {
    let content: Result<[UInt8], RecordFault>?
    do throws(ArchiveError) {
      if let bytes = try bytes() {
        var reader = TFRecordReader(bytes, at: place.offset, largest: largest)
        content = reader.next()?.content
      } else {
        content = ArrayRecordReader.content(
          at: place, in: ChunkedFile(try ArchiveFile(reading: path)), largest: largest)
      }
    } catch {
      throw RecordFault(error)
    }
    guard let content else { throw RecordFault("the file ends before it") }
    return try content.get()
  }
}

/// The records of a file, one after the other.
package struct RecordSequence {
  enum Reader {
    case tfRecord(TFRecordReader)
    case arrayRecord(ArrayRecordReader)
  }
  private var reader: Reader

  init(_ reader: Reader) { self.reader = reader }

  /// The next record, or `nil` at the end; where one that is damaged hides what follows it, it is the last.
  ///
  /// - Parameter skipping: Whether the record is passed over, and nothing of it read but what is needed to
  ///   find the next.
  package mutating func next(skipping: Bool = false) -> StoredRecord? {
    switch reader {
    case .tfRecord(var open):
      defer { reader = .tfRecord(open) }
      return open.next(skipping: skipping)
    case .arrayRecord(var open):
      defer { reader = .arrayRecord(open) }
      return open.next(skipping: skipping)
    }
  }
}

package import Archives

/// A file of records in any container that is read, for its records in order and for any of them again.
///
/// No more than one record is held in memory.
package final class RecordFile: Sendable {
  /// The path, as it was given.
  package let path: String
  private let contents: Contents
  private let largest: Int

  private enum Contents {
    case tfRecord(RecordBytes)
    case arrayRecord(ArrayRecordReader)
  }

  /// More bytes than a record has: as many as the largest image has that is not compressed at all.
  package static let largestRecord = 1 << 29

  /// Opens a file, and tells its container by its first bytes.
  ///
  /// - Parameter cursors: Those of all compressed files that are read together.
  /// - Throws: ``ArchiveError`` for a file that cannot be read or holds no records.
  package init(
    _ path: String, cursors: InflatedCursors, largest: Int = RecordFile.largestRecord
  ) throws(ArchiveError) {
    let file = try ArchiveFile(reading: path)
    self.path = path
    self.largest = largest
    switch try RecordFormat.of(file) {
    case .tfRecord: contents = .tfRecord(.file(file))
    case .compressedTFRecord:
      contents = .tfRecord(.inflated(InflatedFile(file, cursors: cursors)))
    case .arrayRecord: contents = .arrayRecord(try ArrayRecordReader(file, largest: largest))
    case nil:
      throw ArchiveError(
        file: path, member: nil,
        reason: .damaged(
          "no TFRecord or array_record, or the length of its first record is damaged"))
    }
  }

  /// The records from the first on.
  package var records: RecordSequence {
    switch contents {
    case .tfRecord(let bytes): RecordSequence(.tfRecord(TFRecordReader(bytes, largest: largest)))
    case .arrayRecord(let reader): RecordSequence(.arrayRecord(reader))
    }
  }

  /// The bytes of a record again, its checksums looked at again too.
  package func bytes(at place: RecordPlace) throws(RecordFault) -> [UInt8] {
    switch contents {
    case .arrayRecord(let reader): return try reader.bytes(at: place)
    case .tfRecord(let bytes):
      var reader = TFRecordReader(bytes, at: place.offset, largest: largest)
      guard let record = reader.next() else { throw RecordFault("the file ends before it") }
      return try record.content.get()
    }
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

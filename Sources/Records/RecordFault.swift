import Archives

/// Why a record of a file cannot be read, while others before it, and mostly behind it, can.
package struct RecordFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, in words that follow the names of file and record.
  package let reason: String
  /// Whether nothing behind it in the file can be found.
  package let endsFile: Bool
  /// Whether the system is to blame, not the bytes: another time it may work.
  package let isTemporary: Bool

  /// Creates a fault in these words.
  package init(_ reason: String, endsFile: Bool = false, isTemporary: Bool = false) {
    self.reason = reason
    self.endsFile = endsFile
    self.isTemporary = isTemporary
  }

  /// The fault of a file that was open already.
  init(_ error: ArchiveError) {
    let words = String(error.description.dropFirst(error.file.count + 2))
    if case .unreadable = error.reason {
      self.init(words, endsFile: true, isTemporary: true)
    } else {
      self.init(words, endsFile: true)
    }
  }

  /// The reason.
  package var description: String { reason }
}

/// A record as it was met on the way through a file.
package struct StoredRecord: Sendable {
  /// Where it is, for reading it again.
  package let place: RecordPlace
  /// How many bytes are held while it is read again: its own, or those of its whole chunk.
  package let byteCount: Int
  /// Its bytes, whose checksums are right, or what is wrong.
  package let content: Result<[UInt8], RecordFault>
}

/// Where a record is in its file.
package struct RecordPlace: Hashable, Sendable {
  /// Where it begins, or the chunk that holds it: in the file, or in what a compressed file unpacks to.
  package let offset: Int
  /// Its number in that chunk.
  package let item: Int

  /// The place of a record.
  package init(offset: Int, item: Int = 0) {
    self.offset = offset
    self.item = item
  }
}

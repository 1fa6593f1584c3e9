package import Archives
import Wire

/// The containers of records that people keep data sets in, told apart by their first bytes: names say little.
package enum RecordFormat: Hashable, Sendable {
  /// TFRecord, one record after the other.
  case tfRecord
  /// TFRecord inside one GZIP or zlib stream.
  case compressedTFRecord
  /// `array_record`, which is made of Riegeli's chunks.
  case arrayRecord

  /// The container that a file is; `nil` for all that is none of these.
  ///
  /// - Throws: ``ArchiveError`` for a file that cannot be read, and for containers that are known and not read.
  package static func of(_ file: ArchiveFile) throws(ArchiveError) -> RecordFormat? {
    // An empty file holds no record, which is a whole file of none.
    if file.size == 0 { return .tfRecord }
    let head = try file.bytes(at: 0, count: min(64, file.size))
    // First, for a record of 35,615 bytes begins as GZIP does.
    if TFRecordReader.length(head.prefix(12)) != nil { return .tfRecord }
    if head.starts(with: [0x1F, 0x8B, 8]) || isZlib(head) { return .compressedTFRecord }
    if ChunkedFile.beginsWithSignature(head) { return .arrayRecord }
    if let words = foreign(head) {
      throw ArchiveError(file: file.path, member: nil, reason: .refused(words))
    }
    return nil
  }

  /// The header of RFC 1950: deflate with a window of at most 32 KB, no dictionary, and a multiple of 31.
  private static func isZlib(_ head: [UInt8]) -> Bool {
    head.count >= 6 && head[0] & 0x0F == 8 && head[0] >> 4 <= 7 && head[1] & 0x20 == 0
      && (Int(head[0]) << 8 | Int(head[1])) % 31 == 0
  }

  private static func foreign(_ head: [UInt8]) -> String? {
    if head.starts(with: Array("PAR1".utf8)) {
      return "a Parquet file, which is not read; TFRecord and array_record are"
    }
    if head.starts(with: Array("ARROW1".utf8))
      || head.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) && head.count >= 16 && head[7] == 0
        && head[8] == 0x10
    {
      return "an Arrow file, which is not read; TFRecord and array_record are"
    }
    return nil
  }
}

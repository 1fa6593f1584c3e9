import Archives
import Wire

/// A file of Riegeli's chunks, which `array_record` is made of.
///
/// Every 64 KiB a header of 24 bytes stands in the middle of whatever is there; a chunk is a header of 40 bytes
/// and its data (google/riegeli, doc/riegeli_records_file_format.md).
struct ChunkedFile: Sendable {
  static let blockSize = 64 << 10
  static let blockHeaderSize = 24
  private static let headerSize = 40
  /// `Riegeli/records\n`, twice.
  static let hashKey = SIMD4<UInt64>(
    0x2F69_6C65_6765_6952, 0x0A73_6472_6F63_6572, 0x2F69_6C65_6765_6952, 0x0A73_6472_6F63_6572)

  /// What stands before a chunk's data.
  struct Header {
    /// Where the chunk begins.
    let offset: Int
    /// `r` holds records; others hold none.
    let kind: UInt8
    /// How many records it holds.
    let count: Int
    /// The bytes of all of them.
    let decodedSize: UInt64
    /// Where the next chunk begins.
    let end: Int
    fileprivate let data: Int
    fileprivate let dataSize: Int
    fileprivate let dataHash: UInt64
  }

  private let file: ArchiveFile

  init(_ file: ArchiveFile) { self.file = file }

  /// Whether a file begins with the chunk that says so: the block's header promises the next chunk at byte 64,
  /// and the signature is of type `s`.
  static func beginsWithSignature(_ head: [UInt8]) -> Bool {
    head.count >= 64 && head[16] == 64 && head[17..<24].allSatisfy { $0 == 0 }
      && head[48] == UInt8(ascii: "s")
  }

  /// The header of the chunk that begins at `offset`.
  ///
  /// - Throws: ``RecordFault`` that ends the file: without a header nothing behind can be found.
  func header(at offset: Int) throws(RecordFault) -> Header {
    let (bytes, data) = try read(Self.headerSize, at: offset)
    do throws(FormatFault) {
      var cursor = ByteCursor(bytes[...])
      let hash = try cursor.fixed(UInt64.self)
      let size = try cursor.fixed(UInt64.self)
      let dataHash = try cursor.fixed(UInt64.self)
      let kind = try cursor.fixed(UInt64.self)
      let decodedSize = try cursor.fixed(UInt64.self)
      guard HighwayHash.hash(bytes[8...], key: Self.hashKey) == hash else {
        throw FormatFault("the hash of its chunk's header is wrong")
      }
      let count = Int(kind >> 8)
      guard let dataSize = Int(exactly: size), dataSize <= file.size, count <= file.size else {
        throw FormatFault("its chunk claims \(size) bytes and \(count) records")
      }
      // Each record of a chunk has a position of its own, however short its bytes are.
      let end = max(Self.end(of: dataSize, from: data), offset + count)
      return Header(
        offset: offset, kind: UInt8(truncatingIfNeeded: kind), count: count,
        decodedSize: decodedSize, end: Self.boundary(end), data: data, dataSize: dataSize,
        dataHash: dataHash)
    } catch {
      throw RecordFault(
        "damaged: \(error.detail), at byte \(offset); what follows cannot be found", endsFile: true)
    }
  }

  /// The data of a chunk, whose hash is right.
  func data(of header: Header) throws(RecordFault) -> [UInt8] {
    let (bytes, _) = try read(header.dataSize, at: header.data)
    guard HighwayHash.hash(bytes[...], key: Self.hashKey) == header.dataHash else {
      throw RecordFault("damaged: the hash of its chunk, at byte \(header.offset), is wrong")
    }
    return bytes
  }

  /// The `count` bytes from `offset` on but for the headers of blocks, and where they end.
  private func read(_ count: Int, at offset: Int) throws(RecordFault) -> ([UInt8], end: Int) {
    let end = Self.end(of: count, from: offset)
    guard end <= file.size else {
      throw RecordFault("cut short: its chunk is to end at byte \(end)", endsFile: true)
    }
    var bytes: [UInt8] = []
    var place = offset
    while place < end {
      if place % Self.blockSize == 0 { place += Self.blockHeaderSize }
      let next = min(end, (place / Self.blockSize + 1) * Self.blockSize)
      do throws(ArchiveError) {
        bytes += try file.bytes(at: place, count: next - place)
      } catch {
        throw RecordFault(error)
      }
      place = next
    }
    return (bytes, end)
  }

  /// Where so many bytes from `offset` on end, with the headers of blocks among them.
  private static func end(of count: Int, from offset: Int) -> Int {
    if count == 0 { return offset }
    let inBlock = offset % blockSize
    // What would have been read of this block's content before `offset`.
    let before = max(0, inBlock - blockHeaderSize)
    let usable = blockSize - blockHeaderSize
    let last = before + count - 1
    return (offset / blockSize + last / usable) * blockSize + blockHeaderSize + last % usable + 1
  }

  /// The next place where a chunk may begin: not within a block's header or right behind it.
  private static func boundary(_ offset: Int) -> Int {
    let inBlock = offset % blockSize
    return inBlock == 0 || inBlock > blockHeaderSize
      ? offset : offset - inBlock + blockHeaderSize + 1
  }
}

import TensorBundles
import Wire

/// A sorted-string table whose checksums are made right, as far as its blocks can be found.
///
/// A fuzzer cannot guess a CRC-32C; without this it would never come past the first.
struct SealedTable {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard bytes.count >= 48 else { return }
    let magic: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
    self.bytes.replaceSubrange((bytes.count - 8)..., with: magic)
    var place = bytes.count - 48
    guard let statistics = handle(at: &place), let index = handle(at: &place) else { return }
    seal(statistics)
    for block in dataBlocks(of: index) { seal(block) }
    // Last, for a data block may overlap it.
    seal(index)
  }

  /// Writes the checksum behind a block and the byte with its compression.
  private mutating func seal(_ block: Range<Int>) {
    let checksum = CRC32C.masked(bytes[block.lowerBound...block.upperBound])
    for offset in 0..<4 {
      bytes[block.upperBound + 1 + offset] = UInt8(truncatingIfNeeded: checksum >> (8 * offset))
    }
  }

  /// The blocks that an index names, read without any care for what it is.
  private func dataBlocks(of index: Range<Int>) -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var place = index.lowerBound
    // A compressed one is left alone, and what is behind the entries of others: the restarts.
    guard bytes[index.upperBound] == 0, index.count >= 4 else { return [] }
    let restarts = (1...4).reduce(0) { $0 << 8 | Int(bytes[index.upperBound - $1]) }
    let end = index.upperBound - 4 - 4 * restarts
    while place < end, blocks.count < 100 {
      guard number(at: &place) != nil, let own = number(at: &place),
        let size = number(at: &place), own < bytes.count, size < bytes.count
      else { break }
      var value = place + own
      if let block = handle(at: &value) { blocks.append(block) }
      place += own + size
    }
    return blocks
  }

  private func handle(at place: inout Int) -> Range<Int>? {
    guard let offset = number(at: &place), let size = number(at: &place),
      offset < bytes.count, size < bytes.count, offset + size + 5 <= bytes.count
    else { return nil }
    return offset..<offset + size
  }

  private func number(at place: inout Int) -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 49, by: 7) {
      guard bytes.indices.contains(place) else { return nil }
      defer { place += 1 }
      value |= Int(bytes[place] & 0x7F) << shift
      if bytes[place] & 0x80 == 0 { return value }
    }
    return nil
  }
}

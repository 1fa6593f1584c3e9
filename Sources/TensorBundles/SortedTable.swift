package import Wire

/// A sorted-string table as LevelDB and TensorFlow write it: keys in ascending order, with values.
///
/// The file ends with a footer that says where the index block is; the index has the place of each
/// data block. Every block has a checksum (`leveldb/doc/table_format.md`).
package struct SortedTable {
  /// All keys with their values, in ascending order of the keys' bytes.
  package let entries: [TableBlock.Entry]

  /// The last eight bytes of every table, lowest first.
  static let magic: UInt64 = 0xDB47_7524_8B80_FB57
  private static let footerSize = 48

  /// Reads the whole table in `file`.
  package init(_ file: [UInt8]) throws(FormatFault) {
    guard file.count >= Self.footerSize else { throw FormatFault("it ends too early") }
    let body = file.count - Self.footerSize
    var tail = ByteCursor(file[(file.count - 8)...])
    guard try tail.fixed(UInt64.self) == Self.magic else {
      throw FormatFault("its end is not that of a table")
    }
    var footer = ByteCursor(file[body...])
    // A block of statistics, which TensorFlow leaves empty; its checksum must be right all the same.
    _ = try TableBlock(BlockHandle(&footer), in: file[..<body])
    let index = try BlockHandle(&footer)

    var entries: [TableBlock.Entry] = []
    var end = 0
    // Keys share beginnings, so a small table can claim long ones many times over.
    var budget = 1 << 20 + 64 * file.count
    let places = try TableBlock(index, in: file[..<body]).entries(within: &budget)
    for place in places {
      var cursor = ByteCursor(place.value)
      let handle = try BlockHandle(&cursor)
      // Blocks stand one after the other; one that is listed twice would be read twice.
      guard handle.offset >= end else { throw FormatFault("its blocks overlap") }
      end = handle.offset + handle.size
      let block = try TableBlock(handle, in: file[..<body]).entries(within: &budget)
      guard let first = block.first, let last = block.last else { continue }
      if let previous = entries.last, !previous.key.lexicographicallyPrecedes(first.key) {
        throw FormatFault("its keys are not in order")
      }
      guard !place.key.lexicographicallyPrecedes(last.key) else {
        throw FormatFault("its index contradicts its keys")
      }
      entries += block
    }
    self.entries = entries
  }
}

/// Where a block is in a table.
struct BlockHandle {
  let offset: Int
  let size: Int

  /// Reads the place; whether there is such a place is for the block to check.
  init(_ cursor: inout ByteCursor) throws(FormatFault) {
    offset = try cursor.length()
    size = try cursor.length()
    guard offset < 1 << 48, size < 1 << 48 else { throw FormatFault("a block in it is nowhere") }
  }
}

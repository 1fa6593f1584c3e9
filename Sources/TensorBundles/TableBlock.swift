import Wire

/// One block of a sorted-string table, checked and decompressed.
package struct TableBlock {
  /// A key and its value.
  package struct Entry {
    /// The whole key.
    package let key: [UInt8]
    /// What stands under it.
    package let value: ArraySlice<UInt8>
  }

  private let content: ArraySlice<UInt8>
  /// The most bytes that a key may have; real ones have a few hundred at most.
  private static let longestKey = 4096
  /// After each block: its compression, and the checksum of the block and that byte.
  private static let trailerSize = 5

  /// Takes the block at `handle` out of a table's bytes.
  init(_ handle: BlockHandle, in file: ArraySlice<UInt8>) throws(FormatFault) {
    guard handle.offset <= file.count,
      handle.size <= file.count - handle.offset - Self.trailerSize
    else { throw FormatFault("it ends before its block at \(handle.offset)") }
    var cursor = ByteCursor(file.dropFirst(handle.offset))
    let stored = try cursor.take(handle.size)
    let compression = try cursor.byte()
    let checksum = try cursor.fixed(UInt32.self)
    guard CRC32C.masked(file[stored.startIndex...stored.endIndex]) == checksum else {
      throw FormatFault("its block at \(handle.offset) contradicts its checksum")
    }
    switch compression {
    case 0: content = stored
    case 1: content = try Snappy.decode(stored)[...]
    default: throw FormatFault("its block at \(handle.offset) has compression \(compression)")
    }
  }

  /// The keys and values, in ascending order.
  ///
  /// Each key is the beginning of the one before, `shared` bytes of it, and bytes of its own.
  /// `budget` is the number of bytes that all keys together may still have.
  func entries(within budget: inout Int) throws(FormatFault) -> [Entry] {
    guard content.count >= 4 else { throw FormatFault("a block in it is too short") }
    var tail = ByteCursor(content.suffix(4))
    // Restarts are places with whole keys, for a search that is not needed here.
    let restarts = Int(try tail.fixed(UInt32.self))
    guard restarts <= (content.count - 4) / 4 else {
      throw FormatFault("a block in it claims \(restarts) restarts")
    }
    var cursor = ByteCursor(content.dropLast(4 + 4 * restarts))
    var entries: [Entry] = []
    var key: [UInt8] = []
    while !cursor.isAtEnd {
      let shared = try cursor.length()
      let ownSize = try cursor.length()
      let valueSize = try cursor.length()
      let own = try cursor.take(ownSize)
      guard shared <= key.count else { throw FormatFault("a key in it shares more than there is") }
      guard own.count <= Self.longestKey - shared else {
        throw FormatFault("a key in it is over \(Self.longestKey) bytes long")
      }
      budget -= shared + own.count
      guard budget >= 0 else { throw FormatFault("its keys are too long for its size") }
      let next = key[..<shared] + own
      guard entries.isEmpty || key.lexicographicallyPrecedes(next) else {
        throw FormatFault("its keys are not in order")
      }
      key = Array(next)
      entries.append(Entry(key: key, value: try cursor.take(valueSize)))
    }
    return entries
  }
}

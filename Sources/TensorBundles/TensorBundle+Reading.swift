import Wire

extension TensorBundle {
  /// Bytes are read and checked in pieces that stay in the processor's cache.
  private static let pieceSize = 256 << 10

  /// Fills `buffer`, of exactly `entry.size` bytes, with a tensor's bytes as they are stored.
  ///
  /// - Throws: `.damaged` if they contradict their checksum; `buffer` is then filled all the same.
  package func read(
    _ entry: TensorBundleEntry, into buffer: UnsafeMutableRawBufferPointer
  ) throws(TensorBundleError) {
    precondition(buffer.count == entry.size, "\(buffer.count) bytes for \(entry.key)")
    let shard = try source(of: entry)
    var crc = CRC32C()
    var done = 0
    while done < entry.size {
      let end = min(entry.size, done + Self.pieceSize)
      let piece = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done..<end])
      try unsafe shard.read(into: piece, at: entry.offset + done)
      unsafe crc.update(UnsafeRawBufferPointer(piece))
      done = end
    }
    guard crc.masked == entry.checksum else {
      throw TensorBundleError(
        file: shard.path, object: entry.key,
        reason: .damaged("its values contradict their checksum"))
    }
  }

  /// The strings of a tensor of strings.
  ///
  /// Stored are the lengths, a checksum of these, and the bytes of all strings; the entry's own
  /// checksum takes each length as a number of four or eight bytes (`WriteStringTensor`).
  package func strings(_ entry: TensorBundleEntry) throws(TensorBundleError) -> [[UInt8]] {
    precondition(entry.element == .string, "\(entry.key) holds no strings")
    let shard = try source(of: entry)
    let stored = try shard.bytes(entry.size, at: entry.offset)
    do throws(FormatFault) {
      return try Self.strings(in: stored, of: entry)
    } catch {
      throw TensorBundleError(file: shard.path, object: entry.key, error)
    }
  }

  private static func strings(
    in stored: [UInt8], of entry: TensorBundleEntry
  ) throws(FormatFault) -> [[UInt8]] {
    // Each string takes at least the byte of its length.
    guard entry.elementCount <= stored.count else { throw FormatFault("it ends too early") }
    var cursor = ByteCursor(stored[...])
    var crc = CRC32C()
    var lengths: [Int] = []
    for _ in 0..<entry.elementCount {
      let length = try cursor.length()
      lengths.append(length)
      let width = length <= Int(UInt32.max) ? 4 : 8
      crc.update((0..<width).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
    }
    let mark = try cursor.take(4)
    var reader = ByteCursor(mark)
    guard try reader.fixed(UInt32.self) == crc.masked else {
      throw FormatFault("its lengths contradict their checksum")
    }
    crc.update(mark)
    var strings: [[UInt8]] = []
    for length in lengths {
      let string = try cursor.take(length)
      crc.update(string)
      strings.append(Array(string))
    }
    guard crc.masked == entry.checksum else {
      throw FormatFault("its values contradict their checksum")
    }
    return strings
  }

  private func source(of entry: TensorBundleEntry) throws(TensorBundleError) -> RandomAccessFile {
    guard let shard = shard(of: entry) else {
      throw TensorBundleError(
        file: "\(prefix).index", object: entry.key,
        reason: .refused("partitioned into \(entry.sliceCount) slices, which are not joined"))
    }
    return shard
  }
}

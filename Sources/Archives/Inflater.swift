import CZlib

/// A deflated stream (RFC 1951), decompressed in order.
@safe package final class Inflater {
  /// What a step left behind.
  package struct Step {
    /// How many bytes of the input it took.
    package let consumed: Int
    /// How many bytes it wrote.
    package let produced: Int
    /// Whether the stream has ended, its checksum, if it has one, being right.
    package let isAtEnd: Bool
  }

  /// What stands around the stream.
  package enum Wrapping: Sendable {
    /// Nothing, as in a zip.
    case none
    /// GZIP (RFC 1952) or zlib (RFC 1950), whichever its first bytes show; with their checksums.
    case detected
  }

  // Its own allocation: zlib remembers where the struct lies.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Begins a stream.
  package init(_ wrapping: Wrapping = .none) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status =
      switch wrapping {
      case .none: unsafe assay_inflate_init_raw(stream)
      case .detected: unsafe assay_inflate_init_detecting(stream)
      }
    precondition(status == Z_OK, "zlib cannot start: \(status)")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Begins another stream of the same wrapping.
  package func restart() {
    let status = unsafe inflateReset(stream)
    precondition(status == Z_OK, "zlib cannot start again: \(status)")
  }

  /// Decompresses as much of `input` as fits into `output`; `nil` if it is damaged.
  package func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Step? {
    let given = min(input.count, 1 << 30)
    let room = min(output.count, 1 << 30)
    // zlib's type is not const, but it does not write there.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe stream.pointee.avail_in = UInt32(given)
    unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_out = UInt32(room)
    let status = unsafe inflate(stream, Z_NO_FLUSH)
    // "No progress" is no damage: the caller may have no more input or no more room.
    guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status) else { return nil }
    return unsafe Step(
      consumed: given - Int(stream.pointee.avail_in),
      produced: room - Int(stream.pointee.avail_out), isAtEnd: status == Z_STREAM_END)
  }
}

extension Inflater {
  /// The content of a whole zlib stream (RFC 1950), of at most `limit` bytes; `nil` if it is damaged,
  /// longer, or followed by anything.
  package static func zlib(_ bytes: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
    let bytes = Array(bytes)
    guard bytes.count >= 6, bytes[0] & 0x0F == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0,
      bytes[1] & 0x20 == 0
    else { return nil }
    let inflater = Inflater()
    var pending = bytes[2..<bytes.count - 4]
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let step = unsafe pending.withUnsafeBytes { input in
        unsafe piece.withUnsafeMutableBytes { unsafe inflater.step(input, into: $0) }
      }
      guard let step, content.count + step.produced <= limit else { return nil }
      content += piece[..<step.produced]
      pending = pending.dropFirst(step.consumed)
      if step.isAtEnd { break }
      guard step.consumed > 0 || step.produced > 0 else { return nil }
    }
    let expected = bytes.suffix(4).reduce(0) { $0 << 8 | UInt($1) }
    let checksum = unsafe content.withUnsafeBufferPointer {
      unsafe adler32(1, $0.baseAddress, UInt32($0.count))
    }
    // For an empty content zlib takes a missing address as a question for the first value, 1.
    return pending.isEmpty && UInt(checksum) == expected ? content : nil
  }
}

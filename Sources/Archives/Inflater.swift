import CZlib

/// A deflated stream (RFC 1951), decompressed in order.
@safe final class Inflater {
  /// What a step left behind.
  struct Step {
    let consumed: Int
    let produced: Int
    let isAtEnd: Bool
  }

  // Its own allocation: zlib remembers where the struct lies.
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe assay_inflate_init_raw(stream)
    precondition(status == Z_OK, "zlib cannot start: \(status)")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Decompresses as much of `input` as fits into `output`; `nil` if it is damaged.
  func step(
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

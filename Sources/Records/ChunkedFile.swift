/// A file of Riegeli's chunks, which `array_record` is made of.
enum ChunkedFile {
  /// Whether a file begins with the chunk that says so: the block's header promises the next chunk at byte 64,
  /// and the signature is of type `s`.
  static func beginsWithSignature(_ head: [UInt8]) -> Bool {
    head.count >= 64 && head[16] == 64 && head[17..<24].allSatisfy { $0 == 0 }
      && head[48] == UInt8(ascii: "s")
  }
}

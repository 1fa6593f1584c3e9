extension Sequence<UInt8> {
  /// The bytes as two lower-case hexadecimal digits each, as `sha256sum` prints them.
  package var hexadecimal: String {
    map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
  }
}

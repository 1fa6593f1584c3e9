/// Tar archives as tests need them, honest and not.
public enum TarBytes {
  /// One member: a header with a right checksum, and its content in whole blocks.
  ///
  /// - Parameter size: The bytes of the field of the size, where they are not to be the content's.
  public static func member(
    _ name: String, _ content: [UInt8], kind: Character = "0", size: [UInt8]? = nil
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], at place: Int) {
      block.replaceSubrange(place..<place + bytes.count, with: bytes)
    }
    let octal = String(content.count, radix: 8)
    put(Array(name.utf8), at: 0)
    put(
      size ?? Array((String(repeating: "0", count: 11 - octal.count) + octal).utf8), at: 124)
    put(Array(kind.utf8), at: 156)
    put(Array("ustar\u{0}00".utf8), at: 257)
    // The sum counts its own field as spaces.
    put([UInt8](repeating: 0x20, count: 8), at: 148)
    put(Array(String(block.reduce(0) { $0 + Int($1) }, radix: 8).utf8) + [0], at: 148)
    return block + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  /// What ends an archive.
  public static let end = [UInt8](repeating: 0, count: 1024)
}

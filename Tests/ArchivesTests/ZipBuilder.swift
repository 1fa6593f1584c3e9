import Foundation

/// Writes zip files byte by byte, so that a test can make any field a lie.
struct ZipBuilder {
  /// A member, as its two headers describe it; `nil` means the truth.
  struct Member {
    var name: String
    var content: [UInt8]
    var localName: String?
    var method: UInt16 = 0
    var flags: UInt16 = 0
    var size: UInt32?
    var storedSize: UInt32?
    var checksum: UInt32?
    var offset: UInt32?
    var system: UInt8 = 3
    var attributes: UInt32 = 0o100644 << 16

    init(_ name: String, _ content: [UInt8] = Array("some text".utf8)) {
      self.name = name
      self.content = content
    }
  }

  var members: [Member]
  var comment: [UInt8] = []
  /// What the end record says of the number of members; `nil` means the truth.
  var count: UInt16?
  /// What lies between the members and the list.
  var gap: [UInt8] = []

  init(_ members: [Member]) { self.members = members }

  /// The bytes of the archive.
  func bytes() -> [UInt8] {
    var file: [UInt8] = []
    var list: [UInt8] = []
    for member in members {
      let start = UInt32(file.count)
      let content = UInt32(member.content.count)
      let checksum = member.checksum ?? Self.crc32(member.content)
      let fields =
        bytes(member.flags) + bytes(member.method) + bytes(UInt32(0)) + bytes(checksum)
        + bytes(member.storedSize ?? content) + bytes(member.size ?? content)
      let localName = Array((member.localName ?? member.name).utf8)
      file += bytes(UInt32(0x0403_4B50)) + bytes(UInt16(20)) + fields
      file += bytes(UInt16(localName.count)) + bytes(UInt16(0)) + localName + member.content
      let name = Array(member.name.utf8)
      list += bytes(UInt32(0x0201_4B50)) + [20, member.system] + bytes(UInt16(20)) + fields
      list += bytes(UInt16(name.count)) + [UInt8](repeating: 0, count: 8)
      list += bytes(member.attributes) + bytes(member.offset ?? start) + name
    }
    file += gap
    let count = self.count ?? UInt16(members.count)
    let end =
      bytes(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + bytes(count) + bytes(count)
      + bytes(UInt32(list.count)) + bytes(UInt32(file.count)) + bytes(UInt16(comment.count))
    return file + list + end + comment
  }

  private func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// CRC-32 bit by bit, as its definition says.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var remainder: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      remainder ^= UInt32(byte)
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
      }
    }
    return ~remainder
  }
}

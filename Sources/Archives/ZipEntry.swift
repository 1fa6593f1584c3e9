/// A member of a zip archive, as the central directory describes it.
package struct ZipEntry: Sendable, Hashable {
  /// How a member's bytes are kept.
  package enum Method: Sendable, Hashable {
    /// As they are.
    case stored
    /// By deflate (RFC 1951).
    case deflated
    /// In a way that is not read, by its number.
    case other(Int)
  }

  /// The name, a relative path with `/` between its parts.
  package let name: String
  /// How the bytes are kept.
  package let method: Method
  /// The size in the archive, in bytes.
  package let storedSize: Int
  /// The size of the content, in bytes.
  package let size: Int
  /// The CRC-32 of the content.
  package let checksum: UInt32
  /// Whether the sizes follow the content, so that the local header need not repeat them.
  let hasDescriptor: Bool
  /// Where its local header begins.
  let headerOffset: Int
}

extension ZipEntry {
  /// Members of up to this size may be as empty as they like; a large one must not be.
  static let negligible = 1 << 20
  /// The most that a larger member may expand, as in Keras.
  static let largestExpansion = 100

  /// What is wrong with a name, if anything.
  static func fault(inName name: String) -> String? {
    if name.isEmpty { return "a member has no name" }
    if name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return "the name of a member has control characters"
    }
    let hasDrive = name.utf8.dropFirst().first == UInt8(ascii: ":")
    if name.hasPrefix("/") || name.contains("\\") || hasDrive {
      return "the name of a member is no relative path"
    }
    if name.split(separator: "/").contains("..") {
      return "the name of a member leads out of the archive"
    }
    return nil
  }

  /// What must not be read, if anything, told from the description alone.
  func fault(flags: UInt16, system: UInt8, attributes: UInt32) -> String? {
    // Bits 0, 6 and 13: encrypted, strongly, with a hidden directory.
    if flags & 0x2041 != 0 { return "is encrypted" }
    if flags & 0x20 != 0 { return "is a patch" }
    let kind = attributes >> 16 & 0xF000
    if system == 3, kind == 0xA000 { return "is a symbolic link" }
    if system == 3, kind != 0, kind != 0x8000, kind != 0x4000 { return "is a device or a pipe" }
    if size > Self.negligible, size / Self.largestExpansion > storedSize {
      return "expands more than \(Self.largestExpansion) times, to \(size) bytes"
    }
    return nil
  }
}

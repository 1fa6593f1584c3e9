/// The place of an image file: a path that need not be UTF-8.
///
/// A file system on Linux takes any bytes as a name. They are kept as they are, so that such a file
/// can be opened, and shown with `\xNN` for each byte that is not ASCII.
public struct ImageLocation: Sendable, Hashable, CustomStringConvertible {
  /// The bytes of the path, without the zero at its end.
  package let bytes: [UInt8]

  /// The place that a path names, relative to the working directory unless it begins with `/`.
  public init(path: String) {
    bytes = Array(path.utf8)
  }

  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The path for people to read.
  public var description: String { Self.text(bytes) }

  /// The place of `name` inside this one, a folder.
  package func appending(_ name: [UInt8]) -> ImageLocation {
    ImageLocation(bytes: bytes + (bytes.last == slash ? [] : [slash]) + name)
  }

  /// UTF-8 as it is; of other names every byte beyond ASCII as `\xNN`, so that no two are alike.
  package static func text(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.map { byte in
      byte < 0x80
        ? String(UnicodeScalar(byte))
        : "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

private let slash = UInt8(ascii: "/")

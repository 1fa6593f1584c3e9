/// The parts of a path.
///
/// Foundation's own traps on a name of one character.
package enum FilePath {
  /// The folder that a path names before its last part: empty where it names none, and `/` is its own.
  package static func folder(of path: String) -> String {
    let parts = parts(path)
    guard let slash = parts.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    let folder = parts[..<slash]
    guard let end = folder.lastIndex(where: { $0 != UInt8(ascii: "/") }) else { return "/" }
    return String(decoding: folder[...end], as: UTF8.self)
  }

  /// The last part of a path.
  package static func name(of path: String) -> String {
    let parts = parts(path)
    let start = parts.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return String(decoding: parts[start...], as: UTF8.self)
  }

  /// The bytes without the slashes at the end.
  private static func parts(_ path: String) -> [UInt8] {
    let bytes = Array(path.utf8)
    let end = bytes.lastIndex { $0 != UInt8(ascii: "/") }
    return Array(bytes[..<(end.map { $0 + 1 } ?? 0)])
  }
}

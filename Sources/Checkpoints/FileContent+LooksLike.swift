import Archives
import HDF5

extension FileContent {
  /// A kind of file, other than HDF5, in which a checkpoint may come.
  enum Container {
    case zip
    case safetensors
    case json
  }

  /// The kind of file by its first bytes; `nil` for HDF5 and for everything else.
  var container: Container? {
    // What stands first says what a file is: the weights in an archive may begin, by chance, at a place where HDF5
    // after a user block would.
    if head.starts(with: Array("PK".utf8) + [3, 4]) || head.starts(with: Array("PK".utf8) + [5, 6])
    {
      return .zip
    }
    // The length of the header, in 8 bytes of which the upper ones are zero, then the header.
    if head.count > 8, head[8] == UInt8(ascii: "{"), head[4..<8].allSatisfy({ $0 == 0 }) {
      return .safetensors
    }
    if isHDF5 { return nil }
    let first = head.first { ![0x09, 0x0A, 0x0D, 0x20].contains($0) }
    return first == UInt8(ascii: "{") && isText ? .json : nil
  }

  /// What a file that is no HDF5 looks like, and what to do about it.
  var looksLike: String {
    guard size > 0 else { return "the file is empty" }
    if let known = Self.knownBeginnings.first(where: { head.starts(with: $0.bytes) }) {
      return known.words
    }
    if let words = ForeignContent.words(head) { return words }
    guard isText else { return "not an HDF5 file" }
    let text = String(decoding: head, as: UTF8.self)
    if text.lowercased().contains("<html") {
      return "a web page, perhaps of a download that failed"
    }
    return "a text file"
  }

  private static let knownBeginnings: [(bytes: [UInt8], words: String)] = [
    (Array("\u{7F}ELF".utf8), "a program"),
    ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
    ([0x89] + Array("PNG".utf8), "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ([0x80, 0x02], "a Python pickle, which is never read"),
    ([0x80, 0x04], "a Python pickle, which is never read"),
  ]

  /// Whether the beginning is UTF-8 without control characters; it may end inside a character.
  private var isText: Bool {
    head.allSatisfy { $0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0) }
      && (0...3).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
  }
}

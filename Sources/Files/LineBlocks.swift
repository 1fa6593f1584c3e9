import Glibc

/// The lines of a file in blocks of whole lines, so that a file that is larger than memory can be read.
package struct LineBlocks: ~Copyable {
  /// The path, as the user wrote it.
  package let path: String
  private let descriptor: Int32
  private let size: Int
  /// The beginning of the next line.
  private var rest: [UInt8] = []
  private var isAtEnd = false

  /// No line that is meant so is as long.
  private static let longest = 1 << 28

  /// Opens a file.
  ///
  /// - Parameter size: How many bytes are read at once.
  /// - Throws: ``LineBlocksError`` where it cannot be opened.
  package init(_ path: String, size: Int = 8 << 20) throws(LineBlocksError) {
    self.path = path
    self.size = size
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LineBlocksError(path, errno) }
  }

  /// The lines of a file whose bytes are at hand.
  package init(_ bytes: [UInt8], of path: String) {
    self.path = path
    (descriptor, size, rest, isAtEnd) = (-1, 0, bytes, true)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The next lines with their ends, which the last one of a file may lack; `nil` at the end of the file.
  ///
  /// - Throws: ``LineBlocksError`` where it cannot be read, or has a line that is too long.
  package mutating func next() throws(LineBlocksError) -> [UInt8]? {
    var block = rest
    rest = []
    while !isAtEnd {
      let start = block.count
      try fill(&block)
      guard let end = block[start...].lastIndex(of: 0x0A) else {
        guard block.count <= Self.longest else { throw LineBlocksError(path, EFBIG) }
        continue
      }
      rest = Array(block[(end + 1)...])
      block.removeSubrange((end + 1)...)
      return block
    }
    return block.isEmpty ? nil : block
  }

  private mutating func fill(_ block: inout [UInt8]) throws(LineBlocksError) {
    var piece = [UInt8](repeating: 0, count: size)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw LineBlocksError(path, errno) }
      isAtEnd = count == 0
      block += piece[..<count]
      return
    }
  }
}

/// Why the lines of a file cannot be read.
package struct LineBlocksError: Error, Hashable, CustomStringConvertible {
  /// The path as the user wrote it.
  package let path: String
  /// The system's number for it.
  package let code: Int32

  init(_ path: String, _ code: Int32) { (self.path, self.code) = (path, code) }

  /// Whether there is no such file, or none that may be read.
  package var isMissing: Bool {
    [ENOENT, EACCES, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG].contains(code)
  }

  package var description: String {
    code == EFBIG
      ? "\(path): has a line that is longer than any that Assay writes"
      : "\(path): cannot be read: \(SystemReason.words(code))"
  }
}

import Foundation

/// A new file that is written in pieces.
package struct PieceFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private var pending = Data()

  /// How many bytes are written at once.
  private static let size = 1 << 20

  /// Makes a file of the pieces that `body` appends.
  ///
  /// - Throws: ``FileError``, and what `body` throws.
  package static func write(_ path: String, _ body: (inout PieceFile) throws -> Void) throws {
    var file = try PieceFile(path)
    try body(&file)
    try file.flush()
  }

  private init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(creating: path, errno) }
  }

  deinit { close(descriptor) }

  /// Appends a piece.
  package mutating func append(_ piece: some Sequence<UInt8>) throws(FileError) {
    pending.append(contentsOf: piece)
    if pending.count >= Self.size { try flush() }
  }

  private mutating func flush() throws(FileError) {
    try DurableFile.append(pending, to: descriptor, path)
    pending.removeAll(keepingCapacity: true)
  }
}

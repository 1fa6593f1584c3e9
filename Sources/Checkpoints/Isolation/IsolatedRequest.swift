import HDF5
import Sandbox

/// What a parent asks of the process that reads for it.
enum IsolatedRequest {
  /// To open the HDF5 file in `size` bytes from `offset` of the descriptor, and list it.
  case list(offset: Int, size: Int)
  /// To put a tensor into the shared memory.
  case read(CheckpointTensor)

  var message: MessageWriter {
    var message = MessageWriter()
    switch self {
    case .list(let offset, let size):
      message.write(byte: 0)
      message.write(offset)
      message.write(size)
    case .read(let tensor):
      message.write(byte: 1)
      tensor.write(to: &message)
    }
    return message
  }

  init(_ message: MessageReader) throws(SandboxError) {
    var message = message
    switch try message.byte() {
    case 0:
      self = .list(
        offset: try message.integer(in: 0...Int.max), size: try message.integer(in: 0...Int.max))
    case 1: self = .read(try CheckpointTensor(&message))
    case let other: throw .brokeProtocol("request \(other)")
    }
    try message.finish()
  }
}

extension HDF5Error {
  /// Appends everything but the file, which the parent knows better.
  func write(to message: inout MessageWriter) {
    let (number, words) = reason.parts
    message.write(byte: number)
    message.write(words)
    message.write(object) { $0.write($1) }
  }

  /// Takes the answer's first part: `nil` if it is no failure.
  init?(failureIn message: inout MessageReader, file: String) throws(SandboxError) {
    guard try !message.bool() else { return nil }
    let number = try message.byte()
    let words = try message.text()
    let object = try message.optional { message throws(SandboxError) in try message.text() }
    try message.finish()
    self.init(file: file, object: object, reason: try Reason(number: number, words: words))
  }
}

extension HDF5Error.Reason {
  /// A number for the kind, and the words.
  fileprivate var parts: (number: UInt8, words: String) {
    switch self {
    case .damaged(let words): (0, words)
    case .truncated(let words): (1, words)
    case .unexpected(let words): (2, words)
    case .refused(let words): (3, words)
    case .unreadable(let words): (4, words)
    case .notAFile(let words): (5, words)
    case .notWritten(let words): (6, words)
    case .missing: (7, "")
    case .notHDF5: (8, "")
    case .notFound: (9, "")
    }
  }

  fileprivate init(number: UInt8, words: String) throws(SandboxError) {
    switch number {
    case 0: self = .damaged(words)
    case 1: self = .truncated(words)
    case 2: self = .unexpected(words)
    case 3: self = .refused(words)
    case 4: self = .unreadable(words)
    case 5: self = .notAFile(words)
    case 6: self = .notWritten(words)
    case 7: self = .missing
    case 8: self = .notHDF5
    case 9: self = .notFound
    default: throw .brokeProtocol("reason \(number)")
    }
  }
}

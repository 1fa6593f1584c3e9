/// Why a confined process gave no answer.
package enum SandboxError: Error, Hashable, Sendable {
  /// It could not be started or confined; it has not seen any data.
  case notStarted(String)
  /// It died; the words say of what.
  case died(String)
  /// It gave no answer in time, and was ended.
  case tookTooLong(seconds: Int)
  /// It answered what no honest process would, and was ended.
  case brokeProtocol(String)
}

extension SandboxError: CustomStringConvertible {
  /// The reason in words that follow "the process".
  package var description: String {
    switch self {
    case .notStarted(let detail): detail
    case .died(let detail): detail
    case .tookTooLong(let seconds): "took longer than \(seconds) s"
    case .brokeProtocol(let detail): "answered nonsense (\(detail))"
    }
  }
}

/// The places of the descriptors that a confined process is given.
package enum SandboxDescriptor {
  /// The socket to its parent.
  static let channel: Int32 = 3
  /// What it is to read.
  package static let input: Int32 = 4
  /// The memory that it shares with its parent.
  package static let memory: Int32 = 5
  /// The socket that closes with its parent's end, and tells of nothing else.
  static let lifeline: Int32 = 6
}

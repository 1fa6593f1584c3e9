import HDF5
import Sandbox

/// That a reader has less address space than its file may need, because whoever started the command allows
/// no more.
struct AddressSpaceShortage: Sendable {
  private let granted: Int
  private let wanted: Int

  /// `nil` where there is no shortage.
  init?(granted: Int, wanted: Int) {
    guard granted < wanted else { return nil }
    (self.granted, self.wanted) = (granted, wanted)
  }

  /// What to do about it, in words that follow what happened.
  fileprivate var advice: String {
    "with \(granted / 1_000_000) MB of address space, which is the limit here (ulimit -v); "
      + "\(wanted / 1_000_000) MB are always enough"
  }
}

extension CheckpointError {
  /// What became of a confined process, said of the file that it read.
  init(
    _ error: SandboxError, file: String, object: String?, _ shortage: AddressSpaceShortage? = nil
  ) {
    switch error {
    case .notStarted(let detail): self = .notIsolated(file: file, detail: detail)
    case .died where shortage != nil:
      self = .notIsolated(file: file, detail: "libhdf5 \(error) \(shortage?.advice ?? "")")
    case .died, .tookTooLong, .brokeProtocol:
      self = .damaged(file: file, object: object, detail: "libhdf5 \(error) on it")
    }
  }

  /// What a confined process said of its file.
  init(_ error: HDF5Error, file: String, _ shortage: AddressSpaceShortage?) {
    if let shortage, case .damaged(let words) = error.reason,
      ["memory", "allocat"].contains(where: words.contains)
    {
      self = .notIsolated(file: file, detail: "libhdf5 says '\(words)' \(shortage.advice)")
    } else {
      self.init(error)
    }
  }
}

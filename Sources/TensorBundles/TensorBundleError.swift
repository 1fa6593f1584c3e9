import Wire

/// Why a tensor bundle, or a tensor in it, could not be read.
package struct TensorBundleError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is, with the words for it.
  package enum Reason: Hashable, Sendable {
    /// There is no such file.
    case missing
    /// It is there but cannot be opened or read, with the system's reason.
    case unreadable(String)
    /// It is something else than a bundle.
    case notABundle(String)
    /// It is cut short, inconsistent or contradicts a checksum.
    case damaged(String)
    /// A legal bundle that is refused, and why.
    case refused(String)
  }

  /// The path of the file.
  package let file: String
  /// The name of the tensor, or `nil` if the file as a whole is meant.
  package let object: String?
  /// What is wrong.
  package let reason: Reason

  /// Creates an error about a file, or about a tensor in it.
  package init(file: String, object: String?, reason: Reason) {
    self.file = file
    self.object = object
    self.reason = reason
  }

  init(file: String, object: String?, _ fault: FormatFault) {
    self.init(file: file, object: object, reason: .damaged(fault.detail))
  }

  /// The file, the tensor and the reason in one line.
  package var description: String {
    let words =
      switch reason {
      case .missing: "no such file"
      case .unreadable(let detail): "cannot be opened: \(detail)"
      case .damaged(let detail): "damaged: \(detail)"
      case .notABundle(let detail), .refused(let detail): detail
      }
    return [file, object, words].compactMap(\.self).joined(separator: ": ")
  }
}

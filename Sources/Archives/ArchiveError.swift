/// Why an archive, or something in it, could not be read.
package struct ArchiveError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is, with the words for it.
  package enum Reason: Hashable, Sendable {
    /// There is no such file.
    case missing
    /// It is there but cannot be opened or read, with the system's reason.
    case unreadable(String)
    /// It is no archive of this kind.
    case foreign(String)
    /// It is cut short or contradicts itself.
    case damaged(String)
    /// It is whole but has something that is not read, on purpose.
    case refused(String)
  }

  /// The path of the file, as the user gave it.
  package let file: String
  /// The name of the member, or `nil` if the file as a whole is meant.
  package let member: String?
  /// What is wrong.
  package let reason: Reason

  /// Creates an error about a file, or about a member of it.
  package init(file: String, member: String?, reason: Reason) {
    self.file = file
    self.member = member
    self.reason = reason
  }

  /// The file, the member and the reason in one line.
  package var description: String {
    let words =
      switch reason {
      case .missing: "no such file"
      case .unreadable(let detail): "cannot be read: \(detail)"
      case .damaged(let detail): "damaged: \(detail)"
      case .foreign(let detail), .refused(let detail): detail
      }
    return [file, member, words].compactMap(\.self).joined(separator: ": ")
  }
}

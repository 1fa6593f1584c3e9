/// Why an HDF5 file, or an object in it, could not be read or written.
package struct HDF5Error: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is, with the words for it.
  package enum Reason: Hashable, Sendable {
    /// There is no such file.
    case missing
    /// It is there but cannot be opened, with the system's reason.
    case unreadable(String)
    /// It is a directory, a pipe, a device: no regular file.
    case notAFile(String)
    /// A regular file without the signature of HDF5.
    case notHDF5
    /// The file ends before it should.
    case truncated(String)
    /// libhdf5 met an inconsistency, in its words.
    case damaged(String)
    /// The object is not in the file.
    case notFound
    /// The object is of another kind than the asker expects.
    case unexpected(String)
    /// Legal HDF5 that is refused, and why.
    case refused(String)
    /// The file could not be written.
    case notWritten(String)
  }

  /// The path of the file, as the user gave it.
  package let file: String
  /// The path of the object in the file, or `nil` if the file as a whole is meant.
  package let object: String?
  /// What is wrong.
  package let reason: Reason

  /// Creates an error about a file, or about an object in it.
  package init(file: String, object: String?, reason: Reason) {
    self.file = file
    self.object = object
    self.reason = reason
  }

  /// The file, the object and the reason in one line.
  package var description: String {
    [file, object, reason.description].compactMap(\.self).joined(separator: ": ")
  }
}

extension HDF5Error.Reason: CustomStringConvertible {
  /// The reason in words.
  package var description: String {
    switch self {
    case .missing: "no such file"
    case .unreadable(let detail): "cannot be opened: \(detail)"
    case .notAFile(let kind): "is \(kind), not a file"
    case .notHDF5: "not an HDF5 file"
    case .truncated(let detail): "the file is cut short (\(detail))"
    case .damaged(let detail): "damaged (\(detail))"
    case .notFound: "not in the file"
    case .unexpected(let detail), .refused(let detail): detail
    case .notWritten(let detail): "cannot be written (\(detail))"
    }
  }
}

/// A place in a file, for the words of an error.
struct HDF5Location: Sendable {
  let file: String
  var object: String?

  /// The place of an object below this one.
  func appending(_ name: some StringProtocol) -> HDF5Location {
    let parent = object == nil || object == "/" ? "" : object ?? ""
    return HDF5Location(file: file, object: "\(parent)/\(name)")
  }

  /// The place of an attribute of this object.
  func attribute(_ name: String) -> HDF5Location {
    HDF5Location(file: file, object: "\(object ?? "/")@\(name)")
  }

  func error(_ reason: HDF5Error.Reason) -> HDF5Error {
    HDF5Error(file: file, object: object, reason: reason)
  }

  /// Runs one call of libhdf5; a negative status becomes an error that names this place.
  @discardableResult
  func call<Status: SignedInteger & Sendable>(
    orThrow reason: (String) -> HDF5Error.Reason = { .damaged($0) }, _ body: () -> Status
  ) throws(HDF5Error) -> Status {
    switch HDF5Library.call(body) {
    case .success(let status): return status
    case .failure(let complaint): throw error(reason(complaint.text))
    }
  }

  /// Runs a call of libhdf5 that returns an identifier, and owns that identifier.
  func handle(
    orThrow reason: (String) -> HDF5Error.Reason = { .damaged($0) }, _ body: () -> Int64
  ) throws(HDF5Error) -> HDF5Handle {
    HDF5Handle(try call(orThrow: reason, body))
  }
}

/// Why one image could not be turned into a tensor.
///
/// Such an image is listed and counted, and no other ever takes its place.
public struct ImageError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The file is missing, may not be read, or is not a regular file.
    case unreadable
    /// The bytes are of no image format known here.
    case unknownFormat
    /// The format is known, and not decoded.
    case unsupportedFormat
    /// More pixels or scans than an honest image has.
    case tooLarge
    /// The data ends before the image does.
    case truncated
    /// The data contradicts itself.
    case damaged
    /// The pipeline that is reproduced has no way to make these channels of this image.
    case noConversion
    /// The machine has no memory left for it.
    case outOfMemory

    /// Whether the system is to blame, not the bytes: another time it may work.
    package var isTemporary: Bool { self == .unreadable || self == .outOfMemory }
  }

  /// What kind of fault it is.
  public let kind: Kind
  /// What is wrong, in words, without the file's name.
  public let reason: String

  /// Creates an error of a kind, with its reason in words.
  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }
}

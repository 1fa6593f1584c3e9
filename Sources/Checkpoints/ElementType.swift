/// The type of a stored tensor's elements.
public struct ElementType: Sendable, Hashable, CustomStringConvertible {
  /// The kind of number.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// IEEE 754 binary16.
    case float16
    /// The upper half of a binary32; HDF5 knows it only as two bytes without a meaning.
    case bfloat16
    /// IEEE 754 binary32.
    case float32
    /// IEEE 754 binary64.
    case float64
    /// A whole number; in a layer, a quantised weight.
    case int8
    /// A whole number.
    case int16
    /// A whole number.
    case int32
    /// A whole number.
    case int64
    /// A whole number without a sign.
    case uint8
    /// A whole number without a sign.
    case uint16
    /// A whole number without a sign.
    case uint32
    /// A whole number without a sign.
    case uint64

    /// The size in bytes.
    public var width: Int {
      switch self {
      case .int8, .uint8: 1
      case .float16, .bfloat16, .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }
  }

  /// The kind of number.
  public let kind: Kind
  /// Whether the highest byte comes first.
  public let isBigEndian: Bool

  /// Creates the description of an element.
  public init(_ kind: Kind, isBigEndian: Bool = false) {
    self.kind = kind
    self.isBigEndian = isBigEndian
  }

  /// Little-endian float32, which nearly every checkpoint holds.
  public static let float32 = ElementType(.float32)

  /// `float32`, or `float32 big-endian`.
  public var description: String {
    isBigEndian && kind.width > 1 ? "\(kind.rawValue) big-endian" : kind.rawValue
  }
}

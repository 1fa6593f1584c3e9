package import Wire

/// A tensor in a bundle: what it is and where it lies, without its values.
package struct TensorBundleEntry: Sendable, Hashable {
  /// The type of a tensor's elements; the raw value is TensorFlow's number (`types.proto`).
  package enum Element: Int, Sendable, Hashable {
    case float32 = 1
    case float64 = 2
    case int32 = 3
    case uint8 = 4
    case int16 = 5
    case int8 = 6
    case string = 7
    case complex64 = 8
    case int64 = 9
    case bool = 10
    case qint8 = 11
    case quint8 = 12
    case qint32 = 13
    case bfloat16 = 14
    case qint16 = 15
    case quint16 = 16
    case uint16 = 17
    case complex128 = 18
    case float16 = 19
    case resource = 20
    case variant = 21
    case uint32 = 22
    case uint64 = 23

    /// The size in bytes; `nil` where elements differ in size.
    package var width: Int? {
      switch self {
      case .uint8, .int8, .bool, .qint8, .quint8: 1
      case .int16, .bfloat16, .qint16, .quint16, .uint16, .float16: 2
      case .float32, .int32, .qint32, .uint32: 4
      case .float64, .complex64, .int64, .uint64: 8
      case .complex128: 16
      case .string, .resource, .variant: nil
      }
    }
  }

  /// The name under which the tensor was saved.
  package let key: String
  /// The type of the elements; `nil` if it is newer than this table.
  package let element: Element?
  /// The extents, outermost first.
  package let shape: [Int]
  /// The number of the data file.
  package let shard: Int
  /// Where the values begin in the data file.
  package let offset: Int
  /// The bytes that the values take.
  package let size: Int
  /// The masked CRC-32C of those bytes.
  package let checksum: UInt32
  /// The number of slices in which the values are stored elsewhere; 0 for a tensor in one piece.
  package let sliceCount: Int

  /// The product of all extents, which is known to be no more than memory can address.
  package var elementCount: Int { shape.reduce(1, *) }
}

extension TensorBundleEntry {
  /// Decodes a `BundleEntryProto` (`tensor_bundle.proto`).
  package init(key: String, proto: ArraySlice<UInt8>) throws(FormatFault) {
    let message = try ProtobufMessage(proto)
    self.key = key
    element = Element(rawValue: try message.integer(1))
    shape = try Self.shape(message.messages(2).last)
    shard = try message.integer(3)
    offset = try message.integer(4)
    size = try message.integer(5)
    checksum = try message.fixed32(6)
    sliceCount = try message.bytes(7).count
    guard shard >= 0, offset >= 0, size >= 0, size <= Int.max - offset else {
      throw FormatFault("it lies at a negative place")
    }
    // What is in slices has no bytes of its own here.
    if sliceCount == 0, let width = element?.width, size != elementCount * width {
      throw FormatFault("\(size) bytes for \(shape) of \(width) bytes each")
    }
  }

  /// The extents in a `TensorShapeProto`, whose product must not overflow.
  private static func shape(_ message: ProtobufMessage?) throws(FormatFault) -> [Int] {
    guard let message else { return [] }
    guard try message.integer(3) == 0 else { throw FormatFault("its rank is unknown") }
    var shape: [Int] = []
    // Zeros are left out of the product, or one would hide the size of the others.
    var count = 1
    for dimension in try message.messages(2) {
      let extent = try dimension.integer(1)
      let (product, overflow) = count.multipliedReportingOverflow(by: max(1, extent))
      guard extent >= 0, !overflow, product < 1 << 48 else {
        throw FormatFault("its shape is \(extent) in one extent")
      }
      count = product
      shape.append(extent)
    }
    // TensorFlow's own limit (`TensorShape::MaxDimensions`).
    guard shape.count <= 254 else { throw FormatFault("it has \(shape.count) extents") }
    return shape
  }
}

import CHDF5

/// The type of a dataset's elements, as it lies in the file.
package enum HDF5ElementType: Sendable, Hashable {
  /// The order of an element's bytes.
  package enum ByteOrder: Sendable, Hashable {
    /// The lowest byte first.
    case little
    /// The highest byte first.
    case big
  }

  /// A binary floating-point format.
  package enum FloatFormat: Sendable, Hashable {
    /// IEEE 754 binary16.
    case half
    /// The upper half of a binary32.
    case brain
    /// IEEE 754 binary32.
    case single
    /// IEEE 754 binary64.
    case double
  }

  /// A floating-point number.
  case float(FloatFormat, ByteOrder)
  /// A whole number of so many bytes.
  case integer(bytes: Int, isSigned: Bool, ByteOrder)
  /// So many bytes without any meaning to HDF5.
  case opaque(bytes: Int)
  /// Text.
  case string
  /// Anything else, in words.
  case other(String)

  init(of type: borrowing HDF5Handle, at place: HDF5Location) throws(HDF5Error) {
    let id = type.id
    let size = HDF5Library.query { H5Tget_size(id) }
    let order: ByteOrder
    switch HDF5Library.query({ H5Tget_order(id) }) {
    case H5T_ORDER_VAX, H5T_ORDER_MIXED:
      self = .other("bytes in the order of a VAX")
      return
    case H5T_ORDER_BE: order = .big
    // Text and the like have none, and single bytes need none.
    default: order = .little
    }
    // The bits that count, which libhdf5 before 1.12 does not look at: beyond the element's end it
    // would read whatever lies there.
    let precision = Int(HDF5Library.query { H5Tget_precision(id) })
    let offset = Int(HDF5Library.query { H5Tget_offset(id) })
    switch HDF5Library.query({ H5Tget_class(id) }) {
    case H5T_FLOAT:
      let format = try Self.floatFormat(of: id, size: size, at: place)
      guard let format, precision == 8 * size, offset == 0 else {
        self = .other("float of \(8 * size) bits in a layout other than IEEE 754")
        return
      }
      self = .float(format, order)
    case H5T_INTEGER:
      guard precision > 0, offset >= 0, offset + precision <= 8 * size else {
        throw place.error(.damaged("its type has \(precision) bits at \(offset) of \(8 * size)"))
      }
      let isSigned = HDF5Library.query { H5Tget_sign(id) == H5T_SGN_2 }
      self = .integer(bytes: size, isSigned: isSigned, order)
    case H5T_OPAQUE: self = .opaque(bytes: size)
    case H5T_STRING: self = .string
    case H5T_ENUM: self = .other("enumeration")
    case H5T_COMPOUND: self = .other("compound")
    case H5T_VLEN: self = .other("variable-length sequence")
    case H5T_ARRAY: self = .other("array")
    case H5T_REFERENCE: self = .other("reference")
    case H5T_BITFIELD: self = .other("bit field")
    case H5T_TIME: self = .other("time")
    default: throw place.error(.damaged("its type is unknown"))
    }
  }

  /// The format whose sign, exponent and fraction lie where this type has them, if any.
  private static func floatFormat(
    of id: hid_t, size: Int, at place: HDF5Location
  ) throws(HDF5Error) -> FloatFormat? {
    var (sign, exponentAt, exponent, fractionAt, fraction) = (0, 0, 0, 0, 0)
    try place.call {
      unsafe H5Tget_fields(id, &sign, &exponentAt, &exponent, &fractionAt, &fraction)
    }
    guard fractionAt == 0, exponentAt == fraction, sign == 8 * size - 1,
      HDF5Library.query({ H5Tget_norm(id) == H5T_NORM_IMPLIED })
    else { return nil }
    switch (size, exponent, fraction, HDF5Library.query { H5Tget_ebias(id) }) {
    case (2, 5, 10, 15): return .half
    case (2, 8, 7, 127): return .brain
    case (4, 8, 23, 127): return .single
    case (8, 11, 52, 1023): return .double
    default: return nil
    }
  }

  /// Whether an element is a float32 as this machine has it, to the bit.
  var isFloatOfThisMachine: Bool {
    self == .float(.single, 1.littleEndian == 1 ? .little : .big)
  }

  /// Whether libhdf5 can turn the elements into float32.
  package var isNumber: Bool {
    switch self {
    case .float, .integer: true
    case .opaque, .string, .other: false
    }
  }
}

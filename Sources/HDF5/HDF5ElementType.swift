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
    let isBig = HDF5Library.query { H5Tget_order(id) == H5T_ORDER_BE }
    let order: ByteOrder = isBig ? .big : .little
    switch HDF5Library.query({ H5Tget_class(id) }) {
    case H5T_FLOAT:
      var (sign, exponentAt, exponent, fractionAt, fraction) = (0, 0, 0, 0, 0)
      try place.call {
        unsafe H5Tget_fields(id, &sign, &exponentAt, &exponent, &fractionAt, &fraction)
      }
      switch (size, exponent, fraction, HDF5Library.query { H5Tget_ebias(id) }) {
      case (2, 5, 10, 15): self = .float(.half, order)
      case (2, 8, 7, 127): self = .float(.brain, order)
      case (4, 8, 23, 127): self = .float(.single, order)
      case (8, 11, 52, 1023): self = .float(.double, order)
      default: self = .other("float of \(8 * size) bits, \(exponent) in the exponent")
      }
    case H5T_INTEGER:
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

  /// Whether libhdf5 can turn the elements into float32.
  package var isNumber: Bool {
    switch self {
    case .float, .integer: true
    case .opaque, .string, .other: false
    }
  }
}

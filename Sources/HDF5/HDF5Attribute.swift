import CHDF5

/// A small value attached to a group: text or numbers, one or a list.
package struct HDF5Attribute: ~Copyable, Sendable {
  /// The number of values; 1 for a scalar, 0 for an empty list.
  package let count: Int
  private let elementSize: Int
  private let handle: HDF5Handle
  private let type: HDF5Handle
  private let space: HDF5Handle
  private let location: HDF5Location

  init(_ handle: consuming HDF5Handle, _ location: HDF5Location) throws(HDF5Error) {
    let id = handle.id
    let type = try location.handle { H5Aget_type(id) }
    let space = try location.handle { H5Aget_space(id) }
    let count = Int(try location.call { H5Sget_simple_extent_npoints(space.id) })
    let elementSize = HDF5Library.query { H5Tget_size(type.id) }
    let (bytes, overflow) = count.multipliedReportingOverflow(
      by: elementSize)
    guard elementSize > 0, !overflow, bytes <= HDF5Limits.largestAttribute else {
      throw location.error(.refused("claims \(count) values, over the limit of 64 MiB"))
    }
    self.count = count
    self.elementSize = elementSize
    self.type = type
    self.space = space
    self.location = location
    self.handle = handle
  }

  /// All values as text: variable or fixed length, ASCII or UTF-8, padded in any way.
  ///
  /// An empty list of any type is an empty list of strings: that is how h5py writes `[]`.
  package func strings() throws(HDF5Error) -> [String] {
    guard count > 0 else { return [] }
    guard typeClass == H5T_STRING else {
      throw location.error(.unexpected("holds numbers where text is expected"))
    }
    let isVariable = try location.call { H5Tis_variable_str(type.id) } > 0
    return isVariable ? try variableLengthStrings() : try fixedLengthStrings()
  }

  /// The one value as text.
  ///
  /// Throws `.unexpected` if there are more or none.
  package func string() throws(HDF5Error) -> String {
    let all = try strings()
    guard let first = all.first, all.count == 1 else {
      throw location.error(.unexpected("holds \(all.count) values where one is expected"))
    }
    return first
  }

  /// All values as whole numbers.
  package func integers() throws(HDF5Error) -> [Int] {
    guard count > 0 else { return [] }
    guard typeClass == H5T_INTEGER else {
      throw location.error(.unexpected("does not hold whole numbers"))
    }
    var values = [Int64](repeating: 0, count: count)
    try location.call { unsafe H5Aread(handle.id, assay_h5t_native_int64(), &values) }
    return values.map { Int($0) }
  }

  /// All values as floating-point numbers.
  package func floats() throws(HDF5Error) -> [Double] {
    guard count > 0 else { return [] }
    guard [H5T_INTEGER, H5T_FLOAT].contains(typeClass) else {
      throw location.error(.unexpected("does not hold numbers"))
    }
    var values = [Double](repeating: 0, count: count)
    try location.call { unsafe H5Aread(handle.id, assay_h5t_native_double(), &values) }
    return values
  }

  private var typeClass: H5T_class_t { HDF5Library.query { H5Tget_class(type.id) } }

  private func variableLengthStrings() throws(HDF5Error) -> [String] {
    var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try location.call { unsafe H5Aread(handle.id, type.id, &pointers) }
    // Copied before libhdf5 takes its memory back.
    let copies = unsafe pointers.map { pointer in
      unsafe pointer.map { unsafe String(validatingCString: $0) } ?? ""
    }
    try location.call {
      unsafe H5Dvlen_reclaim(type.id, space.id, hid_t(H5P_DEFAULT), &pointers)
    }
    var strings: [String] = []
    for copy in copies { strings.append(try valid(copy)) }
    return strings
  }

  private func fixedLengthStrings() throws(HDF5Error) -> [String] {
    let width = elementSize
    let padding = HDF5Library.query { H5Tget_strpad(type.id) }
    var bytes = [UInt8](repeating: 0, count: count * width)
    try location.call { unsafe H5Aread(handle.id, type.id, &bytes) }
    var strings: [String] = []
    for start in stride(from: 0, to: bytes.count, by: width) {
      var text = bytes[start..<start + width]
      if padding == H5T_STR_NULLTERM {
        text = text.prefix { $0 != 0 }
      } else {
        let filler = UInt8(ascii: padding == H5T_STR_SPACEPAD ? " " : "\0")
        while text.last == filler { text.removeLast() }
      }
      strings.append(try valid(String(validating: text, as: UTF8.self)))
    }
    return strings
  }

  private func valid(_ text: String?) throws(HDF5Error) -> String {
    guard let text else { throw location.error(.damaged("its text is not UTF-8")) }
    return text
  }
}

import CHDF5

/// An array in an open file.
///
/// Opening it reads its description; only `read` and `readBytes` read values.
package struct HDF5Dataset: ~Copyable, Sendable {
  /// The type of its elements in the file.
  package let type: HDF5ElementType
  /// The extents, outermost first; empty for a scalar.
  package let shape: [Int]
  /// The bytes that its values take in the file, after any compression.
  package let storedBytes: Int
  /// The size of an element in the file, in bytes.
  package let elementSize: Int
  /// Where the values lie, in bytes from the beginning of what was opened, if they lie there one
  /// after the other as float32 of this machine; else `nil`, and only libhdf5 can read them.
  package let plainOffset: Int?

  private let handle: HDF5Handle
  private let typeHandle: HDF5Handle
  private let location: HDF5Location

  init(_ handle: consuming HDF5Handle, _ location: HDF5Location) throws(HDF5Error) {
    let id = handle.id
    // First, because asking a virtual dataset for its extents may open other files.
    try Self.refuseForeignStorage(of: id, at: location)
    let type = try location.handle { H5Dget_type(id) }
    let space = try location.handle { H5Dget_space(id) }
    guard HDF5Library.query({ H5Sget_simple_extent_type(space.id) != H5S_NULL }) else {
      throw location.error(.refused("has no values (a null dataspace)"))
    }
    let rank = Int(try location.call { H5Sget_simple_extent_ndims(space.id) })
    var extents = [hsize_t](repeating: 0, count: rank)
    var bounds = extents
    try location.call { unsafe H5Sget_simple_extent_dims(space.id, &extents, &bounds) }
    // Only later versions of libhdf5 look at this; H5S_UNLIMITED is the largest number.
    guard zip(extents, bounds).allSatisfy(<=) else {
      throw location.error(.damaged("its extents are larger than their own bounds"))
    }
    let elementType = try HDF5ElementType(of: type, at: location)
    let elementSize = HDF5Library.query { H5Tget_size(type.id) }
    let storedBytes = Int(clamping: HDF5Library.query { H5Dget_storage_size(id) })
    let shape = try HDF5Limits.checked(
      extents, elementSize: elementSize, storedBytes: storedBytes, at: location)
    // Only later versions of libhdf5 compare these. What was never written has no bytes at all; text
    // of any length has another size in the file.
    let bytes = shape.reduce(elementSize, *)
    if elementType.isNumber, storedBytes > 0, storedBytes != bytes,
      try !Self.isChunked(id, at: location)
    {
      throw location.error(
        .damaged("it has \(storedBytes) bytes in the file, but its shape needs \(bytes)"))
    }
    let plainOffset =
      elementType.isFloatOfThisMachine && storedBytes == bytes
      ? try Self.plainOffset(of: id, byteCount: bytes, at: location) : nil
    self.type = elementType
    self.shape = shape
    self.storedBytes = storedBytes
    self.elementSize = elementSize
    self.plainOffset = plainOffset
    typeHandle = type
    self.location = location
    self.handle = handle
  }

  /// The number of elements.
  package var elementCount: Int { shape.reduce(1, *) }

  /// Fills `buffer` with all elements, rounded to float32, in row-major order.
  ///
  /// The buffer holds exactly `elementCount` floats. Throws `.refused` if the elements are no
  /// numbers, and `.damaged` if they cannot be read.
  package func read(into buffer: UnsafeMutableBufferPointer<Float>) throws(HDF5Error) {
    precondition(
      buffer.count == elementCount, "\(buffer.count) floats for \(elementCount) elements")
    guard type.isNumber else { throw location.error(.refused("holds no plain numbers")) }
    guard let base = buffer.baseAddress, elementCount > 0 else { return }
    let all = hid_t(0)
    try location.call {
      unsafe H5Dread(
        handle.id, assay_h5t_native_float(), all, all, hid_t(H5P_DEFAULT),
        UnsafeMutableRawPointer(base))
    }
  }

  /// Fills `buffer` with the elements' bytes as the file holds them.
  ///
  /// The buffer holds exactly `elementCount * elementSize` bytes.
  package func readBytes(into buffer: UnsafeMutableRawBufferPointer) throws(HDF5Error) {
    precondition(
      buffer.count == elementCount * elementSize, "\(buffer.count) bytes for \(shape)")
    guard type.isNumber || type == .opaque(bytes: elementSize) else {
      throw location.error(.refused("holds no plain values"))
    }
    guard let base = buffer.baseAddress, elementCount > 0 else { return }
    let all = hid_t(0)
    try location.call {
      unsafe H5Dread(handle.id, typeHandle.id, all, all, hid_t(H5P_DEFAULT), base)
    }
  }

  /// Where an unbroken run of values lies, as far as libhdf5 itself would read it.
  private static func plainOffset(
    of id: hid_t, byteCount: Int, at location: HDF5Location
  ) throws(HDF5Error) -> Int? {
    // Compact values lie in a header, chunks anywhere: neither has an address.
    let address = HDF5Library.query { H5Dget_offset(id) }
    let file = try location.handle { H5Iget_file_id(id) }
    // libhdf5 believes the file's own word for its end, which may be less than its size.
    var end: haddr_t = 0
    try location.call { unsafe H5Fget_eoa(file.id, &end) }
    let (last, overflow) = address.addingReportingOverflow(haddr_t(byteCount))
    guard address != haddr_t.max, !overflow, last <= end else { return nil }
    return Int(exactly: address)
  }

  /// Whether the values lie in chunks, which may be compressed or missing.
  private static func isChunked(_ id: hid_t, at location: HDF5Location) throws(HDF5Error) -> Bool {
    let creation = try location.handle { H5Dget_create_plist(id) }
    return HDF5Library.query { H5Pget_layout(creation.id) == H5D_CHUNKED }
  }

  /// Refuses values that lie in other files, and filters that libhdf5 does not have.
  private static func refuseForeignStorage(
    of id: hid_t, at location: HDF5Location
  ) throws(HDF5Error) {
    let creation = try location.handle { H5Dget_create_plist(id) }
    if HDF5Library.query({ H5Pget_layout(creation.id) == H5D_VIRTUAL }) {
      throw location.error(.refused("is a virtual dataset: its values lie in other files"))
    }
    if try location.call({ H5Pget_external_count(creation.id) }) > 0 {
      throw location.error(.refused("keeps its values in another file (external storage)"))
    }
    try refuseForeignFilters(creation, of: id, at: location)
  }
}

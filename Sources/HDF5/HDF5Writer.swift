import CHDF5

/// Writes a new HDF5 file of groups, float32 arrays and text attributes, as h5py would.
///
/// An existing file is replaced. The file is whole only after `close`.
package struct HDF5Writer: ~Copyable, Sendable {
  private let file: HDF5Handle
  private let location: HDF5Location

  /// Creates the file at `path`.
  package init(creating path: String) throws(HDF5Error) {
    let location = HDF5Location(file: path, object: nil)
    file = try location.handle(orThrow: { .notWritten($0) }) {
      unsafe H5Fcreate(path, assay_h5f_truncate(), hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    self.location = location
  }

  /// Creates the group at `path`, and those above it that are not there yet.
  package func createGroup(_ path: String) throws(HDF5Error) {
    let place = location.appending(path)
    let links = try intermediateGroups()
    _ = try place.handle(orThrow: { .notWritten($0) }) {
      unsafe H5Gcreate2(file.id, path, links.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
  }

  /// Writes `values`, in row-major order, as a little-endian float32 array at `path`.
  package func write(_ values: [Float], shape: [Int], at path: String) throws(HDF5Error) {
    precondition(shape.reduce(1, *) == values.count, "\(values.count) values for \(shape)")
    let place = location.appending(path)
    let links = try intermediateGroups()
    let space = try Self.space(shape, at: place)
    let dataset = try place.handle(orThrow: { .notWritten($0) }) {
      unsafe H5Dcreate2(
        file.id, path, assay_h5t_little_float(), space.id, links.id, hid_t(H5P_DEFAULT),
        hid_t(H5P_DEFAULT))
    }
    let all = hid_t(0)
    try place.call(orThrow: { .notWritten($0) }) {
      unsafe H5Dwrite(
        dataset.id, assay_h5t_native_float(), all, all, hid_t(H5P_DEFAULT), values)
    }
  }

  /// Attaches a list of strings to the group at `path`, "/" for the root.
  ///
  /// As h5py does, an empty list becomes float64 of shape (0,).
  package func write(
    _ strings: [String], attribute name: String, of path: String
  ) throws(HDF5Error) {
    try writeAttribute(strings, shape: [strings.count], name, of: path)
  }

  /// Attaches one string to the group at `path`, "/" for the root.
  package func write(
    _ string: String, attribute name: String, of path: String
  ) throws(HDF5Error) {
    try writeAttribute([string], shape: nil, name, of: path)
  }

  /// Completes the file; errors that libhdf5 kept until now are thrown here.
  package consuming func close() throws(HDF5Error) {
    let id = file.id
    try location.call(orThrow: { .notWritten($0) }) { H5Fflush(id, H5F_SCOPE_GLOBAL) }
  }

  private func writeAttribute(
    _ strings: [String], shape: [Int]?, _ name: String, of path: String
  ) throws(HDF5Error) {
    let place = HDF5Location(file: location.file, object: path).attribute(name)
    let object = try place.handle(orThrow: { .notWritten($0) }) {
      unsafe H5Oopen(file.id, path, hid_t(H5P_DEFAULT))
    }
    let space = try Self.space(shape, at: place)
    let type = try place.handle {
      strings.isEmpty ? H5Tcopy(assay_h5t_little_double()) : H5Tcopy(assay_h5t_c_string())
    }
    if !strings.isEmpty {
      // H5T_VARIABLE is (size_t)-1, a cast that Swift does not import.
      try place.call { H5Tset_size(type.id, -1) }
      try place.call { H5Tset_cset(type.id, H5T_CSET_UTF8) }
    }
    let attribute = try place.handle(orThrow: { .notWritten($0) }) {
      unsafe H5Acreate2(
        object.id, name, type.id, space.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    if strings.isEmpty { return }
    // All strings in one buffer, each with its end, and pointers to their beginnings.
    var bytes: [CChar] = []
    var starts: [Int] = []
    for string in strings {
      starts.append(bytes.count)
      bytes += string.utf8.map { CChar(bitPattern: $0) } + [0]
    }
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(HDF5Error) in
      let pointers = unsafe starts.map { unsafe buffer.baseAddress?.advanced(by: $0) }
      try place.call(orThrow: { .notWritten($0) }) {
        unsafe H5Awrite(attribute.id, type.id, pointers)
      }
    }
  }

  private func intermediateGroups() throws(HDF5Error) -> HDF5Handle {
    let links = try location.handle { H5Pcreate(assay_h5p_link_create()) }
    try location.call { H5Pset_create_intermediate_group(links.id, 1) }
    return links
  }

  /// The dataspace of `shape`, or of a scalar if that is `nil` or empty.
  private static func space(
    _ shape: [Int]?, at place: HDF5Location
  ) throws(HDF5Error) -> HDF5Handle {
    guard let shape, !shape.isEmpty else {
      return try place.handle { H5Screate(H5S_SCALAR) }
    }
    let extents = shape.map { hsize_t($0) }
    return try place.handle { unsafe H5Screate_simple(Int32(extents.count), extents, nil) }
  }
}

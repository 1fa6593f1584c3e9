import CHDF5
import CHDF5Extensions

/// An HDF5 file, open for reading for as long as this object lives.
///
/// It may be shared between tasks. Nothing but the named file is ever opened: links out of it,
/// external storage and virtual datasets are refused.
package final class HDF5File: Sendable {
  /// The path as the user gave it.
  package let path: String
  private let handle: HDF5Handle

  /// Opens the file at `path`.
  ///
  /// Throws `.missing`, `.unreadable`, `.notAFile`, `.notHDF5`, `.truncated` or `.damaged`.
  package init(reading path: String) throws(HDF5Error) {
    let location = HDF5Location(file: path, object: nil)
    guard try FileContent(of: path).isHDF5 else { throw location.error(.notHDF5) }
    let access = try location.handle { H5Pcreate(assay_h5p_file_access()) }
    // Some shared file systems cannot lock; that must not keep anyone from reading.
    try location.call { H5Pset_file_locking(access.id, true, true) }
    handle = try location.handle(orThrow: Self.reason) {
      unsafe H5Fopen(path, assay_h5f_read_only(), access.id)
    }
    self.path = path
  }

  /// Opens a part of an open file in place; `path` names it in errors.
  ///
  /// The descriptor may be closed as soon as this returns.
  package init(reading region: FileRegion, path: String) throws(HDF5Error) {
    let location = HDF5Location(file: path, object: nil)
    guard FileContent.isHDF5(region) else { throw location.error(.notHDF5) }
    let access = try location.handle { H5Pcreate(assay_h5p_file_access()) }
    try location.call {
      assay_h5_set_region(
        access.id, region.descriptor, UInt64(region.offset), UInt64(region.length))
    }
    handle = try location.handle(orThrow: Self.reason) {
      unsafe H5Fopen(path, assay_h5f_read_only(), access.id)
    }
    self.path = path
  }

  /// The group that holds all others.
  package func root() throws(HDF5Error) -> HDF5Group {
    let location = HDF5Location(file: path, object: "/")
    return HDF5Group(
      try location.handle { unsafe H5Gopen2(handle.id, "/", hid_t(H5P_DEFAULT)) }, location)
  }

  /// libhdf5 knows the length that the file should have, and says so in these words.
  private static func reason(_ complaint: String) -> HDF5Error.Reason {
    complaint.hasPrefix("truncated file") ? .truncated(complaint) : .damaged(complaint)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of a part of an open file, read without libhdf5, for as long as this value lives.
///
/// Whoever says where values lie may lie, or the file may have changed: every place is checked.
package struct RegionBytes: ~Copyable, Sendable {
  private let descriptor: Int32
  private let region: FileRegion
  private let path: String

  /// Opens the region once more, so that its own descriptor may be closed; `path` is for errors.
  package init(_ region: FileRegion, path: String) throws(HDF5Error) {
    let descriptor = fcntl(region.descriptor, F_DUPFD_CLOEXEC, 3)
    guard descriptor >= 0 else {
      throw HDF5Error(file: path, object: nil, reason: .unreadable(Self.words(errno)))
    }
    self.descriptor = descriptor
    self.region = region
    self.path = path
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` of the region on; `object` is what they are of.
  ///
  /// Throws `.damaged` if the region ends before, `.unreadable` if the system refuses.
  package func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer, of object: String
  ) throws(HDF5Error) {
    guard offset >= 0, offset <= region.length, buffer.count <= region.length - offset else {
      throw error(.damaged("its values lie beyond the end of the file"), of: object)
    }
    unsafe Self.prepare(buffer)
    var done = 0
    while done < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      // Some systems refuse to read 2 GiB or more at once.
      let count = unsafe pread(
        descriptor, rest.baseAddress, min(rest.count, 1 << 30), region.offset + offset + done)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw error(.unreadable(Self.words(errno)), of: object) }
      guard count > 0 else { throw error(.truncated("it was cut while it was open"), of: object) }
      done += count
    }
  }

  /// Has the system give new memory its pages at once, which takes a third less time than one by one.
  private static func prepare(_ buffer: UnsafeMutableRawBufferPointer) {
    #if os(Linux)
      // MADV_POPULATE_WRITE, from Linux 5.14 on; elsewhere it fails, and nothing is lost.
      let populateWrite: Int32 = 23
      let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
      let first = UInt(bitPattern: buffer.baseAddress)
      let start = (first + page - 1) / page * page
      let end = (first + UInt(buffer.count)) / page * page
      guard start < end, let address = unsafe UnsafeMutableRawPointer(bitPattern: start) else {
        return
      }
      unsafe madvise(address, Int(end - start), populateWrite)
    #endif
  }

  private func error(_ reason: HDF5Error.Reason, of object: String?) -> HDF5Error {
    HDF5Error(file: path, object: object, reason: reason)
  }

  private static func words(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

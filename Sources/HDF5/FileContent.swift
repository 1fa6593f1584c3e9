#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The size and the first bytes of a regular file, read without libhdf5.
///
/// libhdf5 would wait forever on a named pipe, and calls every other fault "unable to open file".
package struct FileContent: Sendable {
  /// The size in bytes.
  package let size: Int
  /// The first bytes, at most 512.
  package let head: [UInt8]
  /// Whether the signature of HDF5 stands at one of the places where the format allows it.
  package let isHDF5: Bool

  /// Looks at the file at `path`, following symbolic links.
  package init(of path: String) throws(HDF5Error) {
    let location = HDF5Location(file: path, object: nil)
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      let code = errno
      let isMissing = code == ENOENT || code == ENOTDIR
      throw location.error(isMissing ? .missing : .unreadable(Self.message(code)))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw location.error(.notAFile("a directory"))
    case S_IFIFO: throw location.error(.notAFile("a named pipe"))
    default: throw location.error(.notAFile("a device or socket"))
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw location.error(.unreadable(Self.message(errno))) }
    defer { close(descriptor) }
    self.init(descriptor, size: Int(status.st_size))
  }

  /// Looks at an open regular file of `size` bytes.
  init(_ descriptor: Int32, size: Int) {
    self.size = size
    head = Self.bytes(of: descriptor, at: 0, count: 512)
    isHDF5 = Self.isHDF5(FileRegion(descriptor: descriptor, offset: 0, length: size))
  }

  /// Whether the signature of HDF5 stands at one of its places in a part of a file.
  package static func isHDF5(_ region: FileRegion) -> Bool {
    // A user block of 512, 1024, 2048 … bytes may precede the signature.
    var offset = 0
    while offset <= region.length - 8 {
      let bytes = bytes(of: region.descriptor, at: region.offset + offset, count: 8)
      if bytes == signature { return true }
      offset = offset == 0 ? 512 : offset * 2
    }
    return false
  }

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  private static func bytes(of descriptor: Int32, at offset: Int, count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(0, unsafe pread(descriptor, buffer.baseAddress, count, off_t(offset)))
    }
  }

  private static func message(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

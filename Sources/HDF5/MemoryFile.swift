import CHDF5Extensions

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes in memory that can be read like a file: for HDF5 that arrives compressed.
///
/// No other program sees it, and nothing is written to disk.
package final class MemoryFile: Sendable {
  private let descriptor: Int32
  private let name: String

  /// Creates an empty one; `name` is for the words of an error.
  package init(name: String) throws(HDF5Error) {
    self.name = name
    descriptor = assay_h5_memory_file()
    guard descriptor >= 0 else { throw Self.error(errno, name) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Adds bytes at the end.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(HDF5Error) {
    var written = 0
    while written < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = unsafe write(descriptor, rest.baseAddress, rest.count)
      guard count >= 0 || errno == EINTR else { throw Self.error(errno, name) }
      written += max(0, count)
    }
  }

  /// The first `count` bytes as a part of an open file.
  package func region(count: Int) -> FileRegion {
    FileRegion(descriptor: descriptor, offset: 0, length: count)
  }

  private static func error(_ code: Int32, _ name: String) -> HDF5Error {
    let words = unsafe String(cString: strerror(code))
    return HDF5Error(file: name, object: nil, reason: .unreadable("no memory for it: \(words)"))
  }
}

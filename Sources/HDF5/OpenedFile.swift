#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file that is open for reading, for as long as this value lives.
package struct OpenedFile: ~Copyable, Sendable {
  /// The open file.
  package let descriptor: Int32
  /// Its size and beginning.
  package let content: FileContent

  /// Opens the file at `path`.
  ///
  /// Throws what `FileContent` throws.
  package static func reading(_ path: String) throws(HDF5Error) -> OpenedFile {
    // First, because to open some devices is to do something.
    _ = try FileContent(of: path)
    let location = HDF5Location(file: path, object: nil)
    // It may have been replaced since; without waiting, not even a pipe stops us.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw location.error(.unreadable(unsafe String(cString: strerror(errno))))
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw location.error(.notAFile("no regular file any more"))
    }
    return OpenedFile(
      descriptor: descriptor,
      content: FileContent(descriptor, size: Int(status.st_size)))
  }

  deinit { close(descriptor) }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file, open for reading any part of it for as long as this object lives.
///
/// It is read by `pread`, not mapped: a mapped file that another process cuts short kills the reader.
package final class ArchiveFile: Sendable {
  /// The path as the user gave it.
  package let path: String
  /// The open file.
  package let descriptor: Int32
  /// The size in bytes when it was opened.
  package let size: Int

  /// Opens the file at `path`, following symbolic links.
  ///
  /// Throws `.missing`, `.unreadable`, or `.foreign` for a directory, a pipe, a device or a pointer that git
  /// left in the file's place.
  package init(reading path: String) throws(ArchiveError) {
    let error = { ArchiveError(file: path, member: nil, reason: $0) }
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw error(code == ENOENT || code == ENOTDIR ? .missing : .unreadable(Self.message(code)))
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw error(.foreign("not a regular file"))
    }
    self.path = path
    size = Int(status.st_size)
    // No archive begins as git's pointer does, and what each format says of it would mislead.
    if let words = ForeignContent.pointer(try bytes(at: 0, count: min(size, 24))) {
      throw error(.foreign(words))
    }
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on; `member` is for the words of an error.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int, member: String? = nil
  ) throws(ArchiveError) {
    var filled = 0
    while filled < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      // Some systems refuse to read 2 GiB or more at once.
      let count = unsafe pread(
        descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(offset + filled))
      if count < 0 {
        guard errno == EINTR else {
          throw ArchiveError(
            file: path, member: member, reason: .unreadable(Self.message(errno)))
        }
        continue
      }
      guard count > 0 else {
        throw ArchiveError(file: path, member: member, reason: .damaged("the file is cut short"))
      }
      filled += count
    }
  }

  /// The `count` bytes from `offset` on, which must lie in the file.
  package func bytes(
    at offset: Int, count: Int, member: String? = nil
  ) throws(ArchiveError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw ArchiveError(file: path, member: member, reason: .damaged("the file is cut short"))
    }
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe bytes.withUnsafeMutableBufferPointer { buffer throws(ArchiveError) in
      try unsafe read(
        into: UnsafeMutableRawBufferPointer(buffer), at: offset, member: member)
    }
    return bytes
  }

  private static func message(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

extension [UInt8] {
  /// The little-endian number of `count` bytes, at most 8, at `offset`.
  func number(at offset: Int, bytes count: Int) -> UInt64 {
    var value: UInt64 = 0
    for place in (0..<count).reversed() { value = value << 8 | UInt64(self[offset + place]) }
    return value
  }
}

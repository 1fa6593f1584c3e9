#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file that is open for reading at any place, by any thread.
package final class RandomAccessFile: Sendable {
  /// The path, as it was given.
  package let path: String
  /// The size in bytes when it was opened.
  package let size: Int
  private let descriptor: Int32

  /// Opens the file at `path`, following symbolic links; pipes, devices and folders are refused.
  package init(_ path: String) throws(TensorBundleError) {
    self.path = path
    var status = stat()
    // Opening a pipe would wait for its other end, so the kind is looked at first.
    guard unsafe stat(path, &status) == 0 else { throw Self.failure(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw TensorBundleError(file: path, object: nil, reason: .notABundle("is no regular file"))
    }
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    size = unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(TensorBundleError) {
    var done = 0
    while done < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path, errno) }
      guard count > 0 else {
        throw TensorBundleError(file: path, object: nil, reason: .damaged("it ends too early"))
      }
      done += count
    }
  }

  /// The `count` bytes from `offset` on, which the file must have.
  package func bytes(_ count: Int, at offset: Int) throws(TensorBundleError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw TensorBundleError(file: path, object: nil, reason: .damaged("it ends too early"))
    }
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe bytes.withUnsafeMutableBufferPointer { buffer throws(TensorBundleError) in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
    return bytes
  }

  private static func failure(_ path: String, _ code: Int32) -> TensorBundleError {
    let isMissing = code == ENOENT || code == ENOTDIR
    return TensorBundleError(
      file: path, object: nil,
      reason: isMissing ? .missing : .unreadable(unsafe String(cString: strerror(code))))
  }
}

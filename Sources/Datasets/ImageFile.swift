import Files
import Glibc

/// Reads whole image files, and never waits for one: a pipe or a device in a folder of images would
/// block a plain read for ever.
package enum ImageFile {
  /// More bytes than are read of any.
  static var limit: Int { MemoryBudget.files.byteCount }

  /// Reads a regular file, and holds its bytes while `body` uses them.
  package static func withBytes<Result>(
    of place: ImageLocation, _ body: ([UInt8]) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    try withRegularFile(place) { descriptor, size throws(ImageError) in
      try withContents(of: descriptor, from: 0, size: size, body)
    }
  }

  /// The same for a part of a regular file.
  package static func withBytes<Result>(
    of place: ImageLocation, offset: Int, byteCount: Int,
    _ body: ([UInt8]) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    try withRegularFile(place) { descriptor, _ throws(ImageError) in
      try withContents(of: descriptor, from: offset, size: byteCount, body)
    }
  }

  private static func withContents<Result>(
    of descriptor: Int32, from offset: Int, size: Int,
    _ body: ([UInt8]) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    guard size <= limit else {
      throw ImageError(.tooLarge, "\(size) bytes, more than \(limit)")
    }
    return try MemoryBudget.files.holding(size) { () throws(ImageError) in
      try body(contents(of: descriptor, from: offset, size: size))
    }
  }

  private static func withRegularFile<Result>(
    _ place: ImageLocation,
    _ body: (_ descriptor: Int32, _ size: Int) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    // Looked at before it is opened, for opening a device may do something.
    var kind = stat()
    guard unsafe DirectoryListing.withPath(place, { unsafe stat($0, &kind) }) == 0 else {
      throw ImageError(.unreadable, SystemReason.words(errno))
    }
    guard kind.st_mode & S_IFMT == S_IFREG else {
      throw ImageError(.unreadable, "not a regular file")
    }
    let descriptor = unsafe DirectoryListing.withPath(place) {
      // Without waiting, should it have become a pipe since.
      unsafe open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    }
    guard descriptor >= 0 else {
      throw ImageError(.unreadable, SystemReason.words(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw ImageError(.unreadable, SystemReason.words(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ImageError(.unreadable, "not a regular file")
    }
    return try body(descriptor, Int(status.st_size))
  }

  private static func contents(
    of descriptor: Int32, from offset: Int, size: Int
  ) throws(ImageError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, let start = buffer.baseAddress {
        let step = unsafe pread(
          descriptor, start + count, size - count, off_t(offset + count))
        if step > 0 {
          count += step
        } else if step == 0 {
          break  // It has become shorter; the decoder will say so.
        } else if errno != EINTR {
          failure = errno
          break
        }
      }
    }
    guard failure == 0 else {
      throw ImageError(.unreadable, SystemReason.words(failure))
    }
    return bytes
  }
}

import Glibc

/// Reads whole image files, and never waits for one: a pipe or a device in a folder of images would
/// block a plain read for ever.
package enum ImageFile {
  /// More bytes than an image of the largest extent can have in its least compact form.
  static let limit = 1 << 30

  /// The bytes of a regular file.
  package static func bytes(of place: ImageLocation) throws(ImageError) -> [UInt8] {
    try withRegularFile(place) { descriptor, size throws(ImageError) in
      guard size <= limit else {
        throw ImageError(.tooLarge, "\(size) bytes, more than \(limit)")
      }
      return try contents(of: descriptor, from: 0, size: size)
    }
  }

  /// A part of a regular file.
  package static func bytes(
    of place: ImageLocation, offset: Int, byteCount: Int
  ) throws(ImageError) -> [UInt8] {
    guard byteCount <= limit else {
      throw ImageError(.tooLarge, "\(byteCount) bytes, more than \(limit)")
    }
    return try withRegularFile(place) { descriptor, _ throws(ImageError) in
      try contents(of: descriptor, from: offset, size: byteCount)
    }
  }

  private static func withRegularFile(
    _ place: ImageLocation,
    _ body: (_ descriptor: Int32, _ size: Int) throws(ImageError) -> [UInt8]
  ) throws(ImageError) -> [UInt8] {
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

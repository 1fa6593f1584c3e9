import Glibc

/// Reads whole image files, and never waits for one: a pipe or a device in a folder of images would
/// block a plain read for ever.
package enum ImageFile {
  /// More bytes than an image of the largest extent can have in its least compact form.
  static let limit = 1 << 30

  /// The bytes of a regular file.
  package static func bytes(of place: ImageLocation) throws(ImageError) -> [UInt8] {
    // Looked at before it is opened, for opening a device may do something.
    var kind = stat()
    guard unsafe DirectoryListing.withPath(place, { unsafe stat($0, &kind) }) == 0 else {
      throw ImageError(.unreadable, DirectoryListing.reason(errno))
    }
    guard kind.st_mode & S_IFMT == S_IFREG else {
      throw ImageError(.unreadable, "not a regular file")
    }
    let descriptor = unsafe DirectoryListing.withPath(place) {
      // Without waiting, should it have become a pipe since.
      unsafe open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    }
    guard descriptor >= 0 else {
      throw ImageError(.unreadable, DirectoryListing.reason(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw ImageError(.unreadable, DirectoryListing.reason(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ImageError(.unreadable, "not a regular file")
    }
    guard status.st_size <= limit else {
      throw ImageError(.tooLarge, "\(status.st_size) bytes, more than \(limit)")
    }
    return try contents(of: descriptor, size: Int(status.st_size))
  }

  private static func contents(of descriptor: Int32, size: Int) throws(ImageError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, let start = buffer.baseAddress {
        let step = unsafe read(descriptor, start + count, size - count)
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
      throw ImageError(.unreadable, DirectoryListing.reason(failure))
    }
    return bytes
  }
}

/// A run of bytes in an open file, such as a member of an archive that is stored as it is.
package struct FileRegion: Sendable, Hashable {
  /// The open file, which must stay open until the region is.
  package let descriptor: Int32
  /// Where the run begins, in bytes.
  package let offset: Int
  /// How long the run is, in bytes.
  package let length: Int

  /// Creates the description of `length` bytes from `offset` on, neither negative.
  package init(descriptor: Int32, offset: Int, length: Int) {
    precondition(offset >= 0 && length >= 0, "\(length) bytes at \(offset)")
    self.descriptor = descriptor
    self.offset = offset
    self.length = length
  }
}

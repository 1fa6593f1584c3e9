/// What stands in a file's place when something went wrong on the way, told by its first bytes.
package enum ForeignContent {
  /// What it is and what to do, or `nil` for anything else.
  package static func words(_ head: some Collection<UInt8>) -> String? {
    if let words = pointer(head) { return words }
    if head.starts(with: [0x1F, 0x8B]) { return "a gzip file; unpack it first, with gzip -d" }
    return nil
  }

  /// What a pointer of git's storage for large files is, or `nil` for anything else.
  static func pointer(_ head: some Collection<UInt8>) -> String? {
    head.starts(with: Array("version https://git-lfs".utf8))
      ? "a Git LFS pointer, not the file itself: git lfs pull" : nil
  }
}

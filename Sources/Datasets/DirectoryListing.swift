import Files
import Glibc

/// The entries of one folder, as bytes: Foundation's own listing loses names that are not UTF-8.
struct DirectoryListing {
  /// An entry with its kind after following a link.
  struct Entry {
    let name: [UInt8]
    /// A folder, or a link to one.
    let isDirectory: Bool
    let isLink: Bool
  }

  /// Sorted by the bytes of their names, which for UTF-8 is the order of code points.
  let entries: [Entry]

  init(_ folder: ImageLocation) throws(DatasetError) {
    let text = folder.description
    guard let stream = unsafe Self.withPath(folder, { unsafe opendir($0) }) else {
      throw switch errno {
      case ENOENT: .missingDirectory(text)
      case ENOTDIR: .notADirectory(text)
      default: .unreadableDirectory(text, reason: SystemReason.words(errno))
      }
    }
    defer { _ = unsafe closedir(stream) }
    var entries: [Entry] = []
    while true {
      errno = 0
      guard let item = unsafe readdir(stream) else {
        guard errno == 0 else {
          throw .unreadableDirectory(text, reason: SystemReason.words(errno))
        }
        break
      }
      let name = unsafe Self.name(of: item)
      if name == [dot] || name == [dot, dot] { continue }
      entries.append(Self.entry(name, in: folder, type: Int(unsafe item.pointee.d_type)))
    }
    self.entries = entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  private static func entry(_ name: [UInt8], in folder: ImageLocation, type: Int) -> Entry {
    // Most file systems tell the kind with the name, which spares a call for each of a million.
    switch type {
    case Int(DT_DIR): return Entry(name: name, isDirectory: true, isLink: false)
    case Int(DT_LNK), Int(DT_UNKNOWN): break
    default: return Entry(name: name, isDirectory: false, isLink: false)
    }
    let place = folder.appending(name)
    var own = stat()
    let isLink =
      unsafe withPath(place) { unsafe lstat($0, &own) } == 0 && own.st_mode & S_IFMT == S_IFLNK
    var target = stat()
    let isDirectory =
      unsafe withPath(place) { unsafe stat($0, &target) } == 0 && target.st_mode & S_IFMT == S_IFDIR
    return Entry(name: name, isDirectory: isDirectory, isLink: isLink)
  }

  private static func name(of item: UnsafeMutablePointer<dirent>) -> [UInt8] {
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    let start = unsafe UnsafeRawPointer(item) + offset
    let length = unsafe strlen(start.assumingMemoryBound(to: CChar.self))
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: length))
  }

  /// The absolute path of what is there, without links; `nil` where nothing is.
  static func realPath(_ place: ImageLocation) -> [UInt8]? {
    guard let path = unsafe withPath(place, { unsafe realpath($0, nil) }) else { return nil }
    defer { unsafe free(path) }
    return unsafe Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
  }

  /// Calls `body` with the path as C wants it.
  static func withPath<R>(_ place: ImageLocation, _ body: (UnsafePointer<CChar>) -> R) -> R {
    let path = place.bytes.map { CChar(bitPattern: $0) } + [0]
    return unsafe path.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("the array ends in a zero") }
      return unsafe body(start)
    }
  }
}

private let dot = UInt8(ascii: ".")

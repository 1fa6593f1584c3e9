package import Foundation

/// Files that are there whole after any death of the process or the machine, or not at all; and outputs that
/// are no such files, which are written where they are.
package enum DurableFile {
  /// Replaces the file at `path`: written under another name beside it, on the disk, then renamed.
  ///
  /// Links are followed, so that what they lead to is replaced, and not the link. A pipe or a device is never
  /// replaced: the bytes are written to it. Several processes may write at once, also on several machines;
  /// the last one's stays.
  package static func write(_ data: Data, to path: String) throws(FileError) {
    switch try OutputPlace(path) {
    case .file(let target):
      try place(data, at: target, calling: path) { temporary throws(FileError) in
        guard unsafe rename(temporary, target) == 0 else { throw FileError(path, errno) }
      }
    case .device(let target):
      try withDevice(target, path) { device throws(FileError) in
        try append(data, to: device, path)
      }
    case .descriptor(let number):
      // What was printed before comes before.
      fflush(nil)
      try append(data, to: number, path)
    }
  }

  /// The same of a file that `make` makes under another name; for a pipe or a device it is copied there.
  package static func replace(_ path: String, by make: (_ temporary: String) throws -> Void) throws
  {
    switch try OutputPlace(path) {
    case .file(let target):
      let temporary = temporary(for: target)
      defer { unsafe unlink(temporary) }
      try make(temporary)
      try finish(temporary, as: target, calling: path)
    case .device(let target):
      try copied(make) { made in
        try withDevice(target, path) { device throws(FileError) in
          try copy(made, to: device, path)
        }
      }
    case .descriptor(let number):
      fflush(nil)
      try copied(make) { try copy($0, to: number, path) }
    }
  }

  /// Makes a file, but one that is there already stays.
  package static func create(_ data: Data, at path: String) throws(FileError) {
    var status = stat()
    guard unsafe stat(path, &status) != 0 else { return }
    try place(data, at: path, calling: path) { temporary throws(FileError) in
      // Unlike a rename it does not replace what another process made meanwhile.
      guard unsafe link(temporary, path) == 0 || errno == EEXIST else {
        throw FileError(
          path, errno, isCreation: [EPERM, EOPNOTSUPP, ENOSYS].contains(errno))
      }
      unsafe unlink(temporary)
    }
  }

  /// Writes all bytes.
  package static func append(
    _ data: Data, to descriptor: Int32, _ path: String
  ) throws(FileError) {
    var written = 0
    while written < data.count {
      let step = unsafe data.withUnsafeBytes { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return unsafe Foundation.write(descriptor, start + written, buffer.count - written)
      }
      if step > 0 {
        written += step
      } else if errno == EAGAIN {
        // Somebody made the pipe one that does not wait.
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe Foundation.poll(&poll, 1, -1)
      } else if errno != EINTR {
        throw FileError(path, errno)
      }
    }
  }

  /// Makes sure that the names in a folder are on the disk.
  package static func synchronize(folder: String) throws(FileError) {
    let descriptor = unsafe open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(folder, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError(folder, errno) }
  }
}

// On the way.
extension DurableFile {
  private static func temporary(for target: String) -> String {
    let (folder, name) = FileIdentity.split(target)
    // A name may have 255 bytes, and this one needs its own beside it.
    let short = name.utf8.count < 220 ? name : "output"
    return "\(folder)/\(short).\(String(UInt64.random(in: 0 ... .max), radix: 16)).partial"
  }

  private static func place(
    _ data: Data, at target: String, calling path: String,
    by giveName: (String) throws(FileError) -> Void
  ) throws(FileError) {
    let temporary = temporary(for: target)
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path, errno, isCreation: true) }
    do throws(FileError) {
      defer { close(descriptor) }
      try append(data, to: descriptor, path)
      keepAccess(of: target, on: descriptor)
      guard fsync(descriptor) == 0 else { throw FileError(path, errno) }
      try giveName(temporary)
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    try synchronize(folder: FileIdentity.split(target).folder)
  }

  private static func finish(
    _ temporary: String, as target: String, calling path: String
  ) throws(FileError) {
    let descriptor = unsafe open(temporary, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path, errno) }
    defer { close(descriptor) }
    keepAccess(of: target, on: descriptor)
    guard fsync(descriptor) == 0, unsafe rename(temporary, target) == 0 else {
      throw FileError(path, errno)
    }
    try synchronize(folder: FileIdentity.split(target).folder)
  }

  /// Whoever could read and write the file that is replaced still can.
  private static func keepAccess(of target: String, on descriptor: Int32) {
    var status = stat()
    guard unsafe stat(target, &status) == 0 else { return }
    // First the owner, for a change of it may take away bits of the mode. That not everybody may is no fault.
    _ = fchown(descriptor, status.st_uid, status.st_gid)
    _ = fchmod(descriptor, status.st_mode & 0o7777)
  }

  /// Opens what is there, and makes nothing: a pipe's other end is waited for.
  private static func withDevice(
    _ target: String, _ path: String, _ write: (Int32) throws(FileError) -> Void
  ) throws(FileError) {
    let descriptor = unsafe open(target, O_WRONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path, errno, isCreation: true) }
    defer { close(descriptor) }
    try write(descriptor)
  }

  /// Lets a file be made among the system's temporary ones, and hands it over open.
  private static func copied(
    _ make: (String) throws -> Void, _ copy: (Int32) throws -> Void
  ) throws {
    let temporary = temporary(
      for: FileManager.default.temporaryDirectory.appending(path: "assay").path(
        percentEncoded: false))
    defer { unsafe unlink(temporary) }
    try make(temporary)
    let descriptor = unsafe open(temporary, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(temporary, errno) }
    defer { close(descriptor) }
    try copy(descriptor)
  }

  private static func copy(
    _ source: Int32, to target: Int32, _ path: String
  ) throws(FileError) {
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe Foundation.read(source, buffer.baseAddress, buffer.count)
      }
      if count == 0 { return }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw FileError(path, errno)
      }
      try append(Data(piece[..<count]), to: target, path)
    }
  }
}

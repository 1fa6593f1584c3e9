import ArgumentParser
import Foundation

/// A file that a command will write when it is done: whole, or not at all.
struct OutputFile: ExpressibleByArgument {
  let path: String

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    path = argument
  }

  /// Fails before hours of work if the file cannot be created.
  func check() throws {
    guard !isFolder(path) else { throw Failure(.cannotCreate, "\(path): is a folder") }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      .path(percentEncoded: false)
    guard isFolder(folder) else {
      throw Failure(.cannotCreate, "\(path): the folder \(folder) does not exist")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw Failure(.cannotCreate, "\(path): the folder \(folder) cannot be written to")
    }
  }

  /// The path as somebody reads it who has opened another file.
  func path(from other: OutputFile) -> String {
    let mine = URL(fileURLWithPath: path).standardizedFileURL.path(percentEncoded: false)
    let folder = URL(fileURLWithPath: other.path).standardizedFileURL.deletingLastPathComponent()
      .path(percentEncoded: false)
    return mine.hasPrefix(folder) ? String(mine.dropFirst(folder.count)) : mine
  }

  private func isFolder(_ path: String) -> Bool {
    (try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
      == true
  }

  /// Lets `write` make the file under another name, then renames it.
  func replace(_ write: (_ temporary: String) throws -> Void) throws {
    let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    try write(temporary)
    guard unsafe rename(temporary, path) == 0 else {
      throw Failure(
        .inputOutput, "\(path): cannot be written: \(unsafe String(cString: strerror(errno)))")
    }
  }

  /// Writes the file under another name first, then renames it.
  func write(_ data: Data) throws {
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure(.inputOutput, "\(path): cannot be written: \(error.localizedDescription)")
    }
  }
}

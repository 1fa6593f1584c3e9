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
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
      guard !isDirectory.boolValue else { throw Failure(.cannotCreate, "\(path): is a folder") }
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      .path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory),
      isDirectory.boolValue
    else { throw Failure(.cannotCreate, "\(path): the folder \(folder) does not exist") }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw Failure(.cannotCreate, "\(path): the folder \(folder) cannot be written to")
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

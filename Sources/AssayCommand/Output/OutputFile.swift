import ArgumentParser
import Files
import Foundation

/// What a command will write when it is done: a file, whole or not at all; or what is there already and is no
/// file, a pipe say.
struct OutputFile: ExpressibleByArgument {
  let path: String

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    path = argument
  }

  static var defaultCompletionKind: CompletionKind { .file() }

  /// Whether it goes where results are printed.
  var isStandardOutput: Bool { (try? OutputPlace(path)) == .descriptor(STDOUT_FILENO) }

  /// Fails before hours of work if it cannot be written.
  func check() throws {
    let place: OutputPlace
    do throws(FileError) {
      place = try OutputPlace(path)
    } catch {
      throw Failure(.cannotCreate, error.code == EISDIR ? "\(path): is a folder" : "\(error)")
    }
    do throws(FileError) {
      try place.check(path)
    } catch {
      guard case .file(let target) = place else { throw Failure(.cannotCreate, "\(error)") }
      let folder = FilePath.folder(of: target)
      throw Failure(
        .cannotCreate,
        "\(path): the folder \(folder.isEmpty ? "." : folder) "
          + (error.code == EACCES || error.code == EROFS
            ? "cannot be written to" : "does not exist"))
    }
  }

  /// The path as somebody reads it who has opened another file.
  func path(from other: OutputFile) -> String {
    let mine = URL(fileURLWithPath: path).standardizedFileURL.path(percentEncoded: false)
    let folder = URL(fileURLWithPath: other.path).standardizedFileURL.deletingLastPathComponent()
      .path(percentEncoded: false)
    return mine.hasPrefix(folder) ? String(mine.dropFirst(folder.count)) : mine
  }

  /// Lets `write` make the file under another name, then puts it in its place.
  func replace(_ write: (_ temporary: String) throws -> Void) throws {
    do {
      try DurableFile.replace(path, by: write)
    } catch let error as FileError {
      throw Failure(error)
    }
  }

  /// Writes the whole content.
  func write(_ data: Data) throws {
    do throws(FileError) {
      try DurableFile.write(data, to: path)
    } catch {
      throw Failure(error)
    }
  }
}

extension Failure {
  fileprivate init(_ error: FileError) {
    self.init(error.isWrongPlace ? .cannotCreate : .inputOutput, error.description)
  }
}

import Foundation
import Tensors

/// Arrays that the user names.
enum TensorFile {
  /// Reads a `.npy` file.
  static func read(_ path: String) throws -> Tensor {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure(.missingInput, "\(path): no such file")
    }
    return try NumPyFile.read(path)
  }
}

/// A list of class names, one a line, in the order of the network's classes.
enum ClassNameFile {
  /// Reads the names; an empty last line is none.
  static func read(_ path: String) throws -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.missingInput, "\(path): no such file, or it cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw Failure(.badData, "\(path): class names must be UTF-8 text")
    }
    // `\r\n` is one character of Swift, so a split at `\n` alone would not see it.
    var names = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map(String.init)
    if names.last == "" { names.removeLast() }
    return names
  }
}

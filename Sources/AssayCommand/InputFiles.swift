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
    var names = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0.hasSuffix("\r") ? $0.dropLast() : $0)
    }
    if names.last == "" { names.removeLast() }
    return names
  }
}

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

import Foundation
import Tensors

/// Arrays that the user names.
enum TensorFile {
  /// Reads a `.npy` file.
  static func read(_ path: String) throws -> Tensor {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure(.missingInput, "\(path): no such file")
    }
    let tensor = try NumPyFile.read(path)
    guard tensor.shape.dimensions.first != 0 else {
      throw Failure(.badData, "\(path): an empty batch, of 0 images (\(tensor.shape))")
    }
    return tensor
  }
}

import Crypto
import Foundation
public import Tensors

extension Golden {
  /// Makes sure that `images`, N·H·W·C, are those from which the golden was recorded.
  ///
  /// - Throws: ``GoldenError`` if they have another shape, or other bytes.
  public func check(_ images: Tensor) throws(GoldenError) {
    if let shape = manifest.inputs.shape, shape != images.shape.dimensions {
      throw GoldenError("\(name): recorded from images of \(Shape(shape)), not \(images.shape)")
    }
    if let recorded = manifest.inputs.sha256, recorded != images.sha256 {
      throw GoldenError("\(name): recorded from other images, by their SHA-256")
    }
  }
}

extension Tensor {
  /// The SHA-256 of the values as little-endian float32, in hexadecimal.
  var sha256: String {
    var hash = SHA256()
    unsafe values.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    return hash.finalize().hexadecimal
  }
}

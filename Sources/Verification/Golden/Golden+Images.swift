import Digests
import Foundation
public import Tensors

extension Golden {
  /// Makes sure that `inputs`, images as N·H·W·C, are those from which the golden was recorded.
  ///
  /// - Parameter names: What a network of several inputs calls them; without names, they lie in the golden's order.
  /// - Throws: ``GoldenError`` if they are more or fewer, have another shape, or other bytes.
  public func check(_ inputs: [Tensor], named names: [String] = []) throws(GoldenError) {
    let all = manifest.allInputs
    let recorded = order(of: names)?.map { all[$0] } ?? all
    guard recorded.count == inputs.count else {
      throw GoldenError("\(name): recorded from \(recorded.count) arrays, not \(inputs.count)")
    }
    for (recorded, input) in zip(recorded, inputs) {
      let what = recorded.name.map { "\($0): " } ?? ""
      if let shape = recorded.shape, shape != input.shape.dimensions {
        throw GoldenError(
          "\(name): \(what)recorded from images of \(Shape(shape)), not \(input.shape)")
      }
      if let digest = recorded.sha256, digest != input.sha256 {
        throw GoldenError("\(name): \(what)recorded from other images, by their SHA-256")
      }
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

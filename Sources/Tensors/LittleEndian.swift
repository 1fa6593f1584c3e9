package import Foundation

extension [Float] {
  /// Their bytes, little-endian whatever the machine, as `.npy` and safetensors hold them.
  package var littleEndianBytes: Data {
    let bits = map(\.bitPattern.littleEndian)
    return unsafe bits.withUnsafeBytes { unsafe Data($0) }
  }
}

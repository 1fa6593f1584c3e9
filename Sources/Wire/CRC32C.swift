import CChecksums

/// CRC-32C (Castagnoli) of bytes that come in pieces.
@safe package struct CRC32C: Sendable {
  /// The checksum as it is defined.
  package private(set) var value: UInt32 = 0

  /// Appends bytes to those that the checksum covers.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    value = unsafe assay_crc32c(value, bytes.baseAddress, bytes.count)
  }

  /// Appends bytes to those that the checksum covers.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let copy = Array(bytes)
    unsafe copy.withUnsafeBytes { bytes in unsafe update(bytes) }
  }

  /// Begins with no bytes.
  package init() {}

  /// The checksum as LevelDB and TensorFlow store it.
  ///
  /// A checksum over data that holds checksums is weak; so it is rotated and moved
  /// (`leveldb/util/crc32c.h`, `Mask`).
  package var masked: UInt32 { (value >> 15 | value << 17) &+ 0xA282_EAD8 }

  /// The checksum of `bytes`, masked.
  package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.masked
  }
}

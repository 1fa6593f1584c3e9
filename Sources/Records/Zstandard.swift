import CZstd
import Wire

/// Zstandard (RFC 8878), decompressed at once.
enum Zstandard {
  /// What a whole frame unpacks to, of exactly `size` bytes, which the caller has bounded.
  static func decode(_ frame: ArraySlice<UInt8>, size: Int) throws(FormatFault) -> [UInt8] {
    var outcome = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, count in
      unsafe frame.withUnsafeBytes { source in
        unsafe outcome = ZSTD_decompress(target.baseAddress, size, source.baseAddress, source.count)
      }
      count = ZSTD_isError(outcome) == 0 ? outcome : 0
    }
    guard ZSTD_isError(outcome) == 0 else {
      throw FormatFault(
        "its Zstandard frame is damaged: \(unsafe String(cString: ZSTD_getErrorName(outcome)))")
    }
    guard bytes.count == size else {
      throw FormatFault("its Zstandard frame unpacks to \(bytes.count) bytes, not \(size)")
    }
    return bytes
  }
}

import Glibc

/// The system's words for what went wrong; `strerror` itself is not for many threads.
package enum SystemReason {
  /// Those for an error number.
  package static func words(_ code: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let start = buffer.baseAddress, unsafe strerror_r(code, start, 256) == 0 else {
        return "error \(code)"
      }
      return unsafe String(cString: start)
    }
  }
}

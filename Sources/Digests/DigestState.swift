import CCrypto

/// The state of one SHA-256, in libcrypto.
///
/// Whoever holds it changes it only while nobody else does, which is what lets it go from thread to thread.
@safe final class DigestState: @unchecked Sendable {
  private let context: OpaquePointer

  init() {
    unsafe context = Self.made()
    Self.demand(unsafe EVP_DigestInit_ex2(context, SHA256Algorithm.shared.algorithm, nil))
  }

  init(copying other: DigestState) {
    unsafe context = Self.made()
    Self.demand(unsafe EVP_MD_CTX_copy_ex(context, other.context))
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  func add(_ bytes: UnsafeRawBufferPointer) {
    Self.demand(unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  /// The digest, after which this state is of no further use.
  func end() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
      Self.demand(unsafe EVP_DigestFinal_ex(context, digest.baseAddress, nil))
      count = 32
    }
  }

  private static func made() -> OpaquePointer {
    guard let context = unsafe EVP_MD_CTX_new() else {
      preconditionFailure("no memory for SHA-256")
    }
    return unsafe context
  }

  /// None of these calls reads anything from outside: one that fails has no memory left.
  private static func demand(_ status: CInt) {
    precondition(status == 1, "libcrypto has no SHA-256")
  }
}

/// The algorithm, looked up once.
@safe private struct SHA256Algorithm: @unchecked Sendable {
  static let shared = SHA256Algorithm()
  let algorithm: OpaquePointer

  private init() {
    // Without its handler at the end of the process, which would take libcrypto's tables from under
    // threads that still hash while another one exits.
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    // A context of its own reads no openssl.cnf, in which a machine may have turned providers off.
    guard let context = unsafe OSSL_LIB_CTX_new(),
      let algorithm = unsafe EVP_MD_fetch(context, "SHA256", nil)
    else { preconditionFailure("libcrypto has no SHA-256") }
    unsafe self.algorithm = algorithm
  }
}

import CCrypto

/// SHA-256 (FIPS 180-4) by OpenSSL's libcrypto, over all bytes so far.
///
/// A value: a copy goes on by itself, and `finalize()` may be asked again and again.
package struct SHA256: Sendable {
  private var state = DigestState()

  /// Over nothing yet.
  package init() {}

  /// The 32 bytes that belong to `data`.
  package static func hash(data: some Sequence<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: data)
    return hash.finalize()
  }

  /// Adds bytes.
  package mutating func update(data: some Sequence<UInt8>) {
    let inPlace: Void? = data.withContiguousStorageIfAvailable {
      unsafe update(bufferPointer: UnsafeRawBufferPointer($0))
    }
    if inPlace == nil { update(data: Array(data)) }
  }

  /// Adds the bytes of a buffer.
  package mutating func update(bufferPointer: UnsafeRawBufferPointer) {
    if !isKnownUniquelyReferenced(&state) { state = DigestState(copying: state) }
    unsafe state.add(bufferPointer)
  }

  /// The 32 bytes that belong to all that was added so far.
  package func finalize() -> [UInt8] { DigestState(copying: state).end() }
}

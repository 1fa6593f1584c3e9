import Digests
import Tensors
import Testing

/// FIPS 180-4's own examples, and what a hash that is a value promises.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func published(text: String, digest: String) {
    #expect(SHA256.hash(data: text.utf8).hexadecimal == digest)
  }

  @Test func millionLetters() {
    var hash = SHA256()
    for _ in 0..<1000 { hash.update(data: [UInt8](repeating: 0x61, count: 1000)) }
    #expect(
      hash.finalize().hexadecimal
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func copiesGoOnByThemselves() {
    var hash = SHA256()
    hash.update(data: "ab".utf8)
    var other = hash
    other.update(data: "d".utf8)
    #expect(hash.finalize() == SHA256.hash(data: "ab".utf8))
    hash.update(data: "c".utf8)
    #expect(hash.finalize() == SHA256.hash(data: "abc".utf8))
    #expect(other.finalize() == SHA256.hash(data: "abd".utf8))
  }

  /// A sequence without a buffer of its own counts as its bytes.
  @Test func sequences() {
    #expect(
      SHA256.hash(data: (0..<200).lazy.map { UInt8($0) }) == SHA256.hash(data: Array(0..<200)))
  }
}

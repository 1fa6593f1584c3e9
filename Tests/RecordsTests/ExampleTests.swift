import Records
import TestSupport
import Testing
import Wire

@Suite("tf.train.Example")
struct ExampleTests {
  private func integers(_ feature: Feature?) throws -> [Int64] {
    try #require(feature).values(atMost: 100).map { value in
      guard case .integer(let number) = value else { throw FormatFault("no integer") }
      return number
    }
  }

  @Test("holds lists of bytes, floats and integers, packed or not")
  func lists() throws {
    let example = try Example(
      RecordBytes.example([
        ("bytes", RecordBytes.bytes([1, 2], [])), ("floats", RecordBytes.floats(0.5, -2)),
        ("packed", RecordBytes.integers(3, -1, 1 << 40)), ("loose", RecordBytes.unpacked(3, -1)),
        ("none", []), ("empty", RecordBytes.integers()),
      ]))
    #expect(example.features.count == 6)
    #expect(try example.features["bytes"]?.count == 2)
    #expect(example.features["floats"]?.kind == .floats)
    #expect(try integers(example.features["packed"]) == [3, -1, 1 << 40])
    #expect(try integers(example.features["loose"]) == [3, -1])
    #expect(example.features["none"]?.kind == nil)
    #expect(try example.features["empty"]?.count == 0)
    guard case .float(let value)? = try example.features["floats"]?.values(atMost: 1).first else {
      throw FormatFault("no float")
    }
    #expect(value == 0.5)
  }

  @Test("takes of a key that comes twice the last")
  func twice() throws {
    let example = try Example(
      RecordBytes.example([("a", RecordBytes.integers(1)), ("a", RecordBytes.integers(2))])
        + RecordBytes.example([("b", RecordBytes.integers(3))]))
    #expect(try integers(example.features["a"]) == [2])
    #expect(try integers(example.features["b"]) == [3])
  }

  @Test(
    "refuses what is none",
    arguments: [
      // A message that ends early, a number for a message, a group, a key that is no text, an entry without
      // key, two lists in one feature.
      [0x0A, 5, 1], [0x08, 1], [0x0B],
      RecordBytes.message(1, RecordBytes.message(1, [0x0A, 1, 0xFF])),
      RecordBytes.message(1, RecordBytes.message(1, RecordBytes.message(2, []))),
      RecordBytes.example([("a", RecordBytes.integers(1) + RecordBytes.integers(2))]),
    ] as [[UInt8]])
  func broken(_ bytes: [UInt8]) {
    #expect(throws: FormatFault.self) { try Example(bytes) }
  }

  @Test("with messages a hundred thousand deep costs no stack")
  func deep() throws {
    var nested: [UInt8] = []
    for _ in 0..<1000 { nested = RecordBytes.message(2, nested) }
    let example = try Example(RecordBytes.example([("a", nested)]))
    #expect(example.features["a"]?.kind == .floats)
    #expect(throws: FormatFault.self) { try Example(Array(repeating: 0x0B, count: 100_000)) }
  }

  @Test("of another type, or with broken values, is told")
  func values() throws {
    let example = try Example(
      RecordBytes.example([
        ("a", RecordBytes.message(2, RecordBytes.message(1, [1, 2, 3]))),
        ("b", RecordBytes.message(3, RecordBytes.message(1, [0x80]))),
        ("c", RecordBytes.message(1, [0x08, 1])),
      ]))
    for key in ["a", "b", "c"] {
      #expect(throws: FormatFault.self, "\(key)") { try example.features[key]?.count }
    }
  }
}

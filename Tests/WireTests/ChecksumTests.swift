import CChecksums
import Testing

import Wire

@Suite("CRC-32C")
struct ChecksumTests {
  @Test(
    "is that of RFC 3720, section B.4",
    arguments: [
      (Array(repeating: 0, count: 32), 0x8A91_36AA),
      (Array(repeating: 0xFF, count: 32), 0x62A8_AB43),
      (Array(0..<32), 0x46DD_794E), ((0..<32).reversed(), 0x113F_DB5C),
      (Array("123456789".utf8), 0xE306_9283), ([], 0),
    ] as [([UInt8], UInt32)])
  func vectors(_ bytes: [UInt8], _ expected: UInt32) {
    var crc = CRC32C()
    crc.update(bytes)
    #expect(crc.value == expected)
  }

  @Test("is the same by instruction and by table, from any place and in any pieces")
  func portable() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }
    for start in 0..<9 {
      for end in [start, start + 1, start + 7, start + 8, start + 100, 300] {
        var pieces = CRC32C()
        pieces.update(bytes[start..<(start + end) / 2])
        pieces.update(bytes[(start + end) / 2..<end])
        let byTable = unsafe bytes[start..<end].withUnsafeBytes {
          unsafe assay_crc32c_portable(0, $0.baseAddress, $0.count)
        }
        #expect(pieces.value == byTable, "\(start)..<\(end)")
      }
    }
  }
}

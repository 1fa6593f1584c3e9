import Foundation
import TestSupport
import Testing

import TensorBundles
import Wire

@Suite("A sorted-string table")
struct SortedTableTests {
  private func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Fixtures.data("checkpoints/tensorflow/\(name).index"))
  }

  private typealias Row = (shared: Int, own: String, value: [UInt8])

  /// A varint of one byte after the other.
  private func varint(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
  }

  /// A block of the given rows: what a key shares, what it has of its own, and its value.
  private func block(_ rows: [Row]) -> [UInt8] {
    var block: [UInt8] = []
    for row in rows {
      block += varint(row.shared) + varint(row.own.utf8.count) + varint(row.value.count)
      block += Array(row.own.utf8) + row.value
    }
    return block + [0, 0, 0, 0, 1, 0, 0, 0]
  }

  /// A table of the given blocks, whose checksums are right, with an index of the given keys.
  private func table(_ blocks: [[UInt8]], _ keys: [String], repeating: Int? = nil) -> [UInt8] {
    var file: [UInt8] = []
    func add(_ content: [UInt8]) -> [UInt8] {
      defer {
        let mark = CRC32C.masked(content + [0])
        file += content + [0] + (0..<4).map { UInt8(truncatingIfNeeded: mark >> (8 * $0)) }
      }
      return varint(file.count) + varint(content.count)
    }
    let handles = blocks.map(add)
    let index = keys.indices.map { (0, keys[$0], handles[repeating ?? $0]) }
    let statistics = add(block([]))
    let footer = statistics + add(block(index))
    return file + footer + Array(repeating: 0, count: 40 - footer.count)
      + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
  }

  @Test("is the same in one block, in many, and compressed", arguments: ["blocks", "snappy"])
  func blocks(_ name: String) throws {
    let one = try SortedTable(fixture("slim")).entries
    let many = try SortedTable(fixture(name)).entries
    #expect(one.count > 20)
    #expect(many.map(\.key) == one.map(\.key))
    #expect(many.map { Array($0.value) } == one.map { Array($0.value) })
    // Otherwise the fixture would show nothing.
    #expect(try fixture(name).count != fixture("slim").count)
  }

  @Test("has the keys and values that were put in")
  func reading() throws {
    let first = block([(0, "alpha", [1]), (5, "bet", [2, 3])])
    let entries = try SortedTable(table([first, block([(0, "beta", [])])], ["b", "c"])).entries
    #expect(
      entries.map { String(decoding: $0.key, as: UTF8.self) } == ["alpha", "alphabet", "beta"])
    #expect(entries.map { Array($0.value) } == [[1], [2, 3], []])
  }

  @Test("whose keys are out of order, shared beyond their end or too long is refused")
  func hostileKeys() {
    let long = String(repeating: "k", count: 4000)
    let bad: [[Row]] = [
      [(0, "b", []), (0, "a", [])], [(0, "a", []), (0, "a", [])], [(0, "a", []), (2, "b", [])],
      [(0, long, []), (4000, long, [])], [(1, "a", [])],
    ]
    for rows in bad {
      #expect(throws: FormatFault.self) { try SortedTable(table([block(rows)], ["z"])) }
    }
    // Each key repeats the one before and adds little: small in the file, huge in memory.
    var bomb: [Row] = [(0, String(repeating: "k", count: 4050), [])]
    bomb += (0..<20000).map { (4050, String(10000 + $0), []) }
    let error = #expect(throws: FormatFault.self) { try SortedTable(table([block(bomb)], ["z"])) }
    #expect(error?.detail == "its keys are too long for its size")
  }

  @Test("that lists a block twice, or in another order than its keys, is refused")
  func hostileIndex() {
    let (a, b) = (block([(0, "a", [])]), block([(0, "b", [])]))
    #expect(throws: FormatFault.self) { try SortedTable(table([a, b], ["x", "y"], repeating: 0)) }
    #expect(throws: FormatFault.self) { try SortedTable(table([b, a], ["x", "y"])) }
    #expect(throws: FormatFault.self) { try SortedTable(table([b], ["a"])) }
  }

  @Test("whose bytes are changed and whose checksums are right is refused, or read")
  func changedBelowChecksums() throws {
    let original = try SortedTable(fixture("slim")).entries.dropFirst()
      .map { ($0.key, Array($0.value)) }
    let content = block(original.map { (0, String(decoding: $0.0, as: UTF8.self), $0.1) })
    var (refused, read) = (0, 0)
    for place in content.indices {
      for mask in [1, 0x10, 0x80, 0xFF] as [UInt8] {
        var spoiled = content
        spoiled[place] ^= mask
        do throws(FormatFault) {
          for entry in try SortedTable(table([spoiled], ["~"])).entries {
            _ = try TensorBundleEntry(key: "w", proto: entry.value)
          }
          read += 1
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > 500 && read > 500)
  }

  @Test("with any byte changed is refused, or the same", arguments: ["slim", "snappy", "blocks"])
  func changed(_ name: String) throws {
    let bytes = try fixture(name)
    let keys = try SortedTable(bytes).entries.map(\.key)
    for place in bytes.indices {
      for mask in [1, 0x80, 0xFF] as [UInt8] {
        var spoiled = bytes
        spoiled[place] ^= mask
        guard let table = try? SortedTable(spoiled) else { continue }
        // Of the footer, only the unused handle and the padding carry no meaning.
        #expect(place >= bytes.count - 48)
        #expect(table.entries.map(\.key) == keys)
      }
    }
  }
}

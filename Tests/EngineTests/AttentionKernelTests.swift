import CBands
import CDirect
import Foundation
import TestSupport
import Testing

@Suite("Attention of rows in blocks of channels, with every instruction set that the machine has")
struct AttentionKernelTests {
  struct Case: Sendable {
    var batch = 2
    var heads: Int
    /// Of a head, in blocks.
    var blocks: Int
    var rows: Int
    var keys: Int
  }

  static let cases = [
    Case(heads: 1, blocks: 1, rows: 1, keys: 1),
    Case(heads: 3, blocks: 2, rows: 7, keys: 5),
    Case(batch: 1, heads: 2, blocks: 4, rows: 197, keys: 197),
    Case(batch: 3, heads: 1, blocks: 1, rows: 64, keys: 130),
    Case(heads: 2, blocks: 3, rows: 70, keys: 33),
  ]

  /// Arrays of rows in blocks of channels, and what an attention makes of them.
  private struct Arrays {
    let test: Case
    let machine: BandKernelTests.Machine
    let lanes: Int
    var (queries, keys, values): ([Float], [Float], [Float])

    init(_ test: Case, _ machine: BandKernelTests.Machine) {
      (self.test, self.machine) = (test, machine)
      lanes = Int(cb_lanes(machine.instructions))
      var random = SplitMix(seed: 11)
      let channels = test.heads * test.blocks * lanes
      func numbers(_ rows: Int) -> [Float] {
        (0..<test.batch * rows * channels).map { _ in
          let number = Float(Int64(random.next() >> 40) - 1 << 23) / Float(1 << 22)
          return machine.products == CB_FLOATS ? number : number.asBFloat16
        }
      }
      (queries, keys, values) = (numbers(test.rows), numbers(test.keys), numbers(test.keys))
    }

    var features: Int { test.blocks * lanes }

    /// The place of a feature of a head of a row.
    func place(_ image: Int, _ head: Int, _ feature: Int, _ row: Int, of rows: Int) -> Int {
      let block = (image * test.heads + head) * test.blocks + feature / lanes
      return (block * rows + row) * lanes + feature % lanes
    }

    func run(threads: Int) -> [Float] {
      func image(_ rows: Int) -> Int { test.heads * features * rows }
      var attention = cb_attention(
        batch: Int32(test.batch), heads: Int32(test.heads), features: Int32(features),
        rows: Int32(test.rows), keys: Int32(test.keys), scale: 0.25, products: machine.products,
        query_image: image(test.rows), key_image: image(test.keys),
        value_image: image(test.keys), result_image: image(test.rows))
      let inputs = [queries, keys, values].map { values in
        let memory = GuardedMemory(byteCount: values.count * MemoryLayout<Float>.stride)
        for (index, value) in values.enumerated() { memory.store(value, CD_F32, at: index * 4) }
        return memory
      }
      let results = GuardedMemory(byteCount: queries.count * MemoryLayout<Float>.stride)
      let scratch = GuardedMemory(
        byteCount: unsafe cb_attention_bytes(&attention, machine.instructions, Int32(threads)))
      let maps = unsafe (inputs + [results]).map {
        unsafe $0.address.assumingMemoryBound(to: Float.self)
      }
      unsafe cb_attend(
        &attention, machine.instructions, Int32(threads), maps[0], maps[1], maps[2], maps[3],
        scratch.address)
      let isIntact = (inputs + [results, scratch]).allSatisfy(\.isIntact)
      #expect(isIntact)
      return queries.indices.map { results.value(CD_F32, at: $0 * 4) }
    }

    /// The results in double precision.
    func expected() -> [Double] {
      var results = [Double](repeating: 0, count: queries.count)
      for image in 0..<test.batch {
        for head in 0..<test.heads {
          for row in 0..<test.rows {
            let scores = (0..<test.keys).map { key in
              (0..<features).reduce(0.0) { sum, feature in
                sum + Double(queries[place(image, head, feature, row, of: test.rows)])
                  * Double(keys[place(image, head, feature, key, of: test.keys)])
              } * 0.25
            }
            let largest = scores.max() ?? 0
            let shares = scores.map { exp($0 - largest) }, sum = shares.reduce(0, +)
            for feature in 0..<features {
              results[place(image, head, feature, row, of: test.rows)] =
                (0..<test.keys).reduce(0.0) { total, key in
                  total + shares[key] / sum
                    * Double(values[place(image, head, feature, key, of: test.keys)])
                }
            }
          }
        }
      }
      return results
    }
  }

  @Test(
    "It is the softmax of the products times the values, and no thread changes a bit",
    arguments: cases.indices, BandKernelTests.attending)
  func attention(_ index: Int, _ machine: Int) {
    let machine = BandKernelTests.machines[machine]
    let arrays = Arrays(Self.cases[index], machine)
    let alone = arrays.run(threads: 1)
    // Shares of 1 are rounded to 8 digits before they are multiplied, which is 2⁻⁹ of each.
    let bound = machine.products == CB_FLOATS ? 1e-5 : 4e-3
    for (value, right) in zip(alone, arrays.expected()) {
      #expect(abs(Double(value) - right) <= bound * 2, "\(value), expected \(right)")
    }
    for threads in [2, 5] {
      #expect(arrays.run(threads: threads).map(\.bitPattern) == alone.map(\.bitPattern))
    }
  }

  @Test("What is not a number stays in its row", arguments: BandKernelTests.attending)
  func notANumber(_ machine: Int) {
    var arrays = Arrays(
      Case(batch: 1, heads: 1, blocks: 1, rows: 3, keys: 5), BandKernelTests.machines[machine])
    arrays.queries[arrays.place(0, 0, 2, 1, of: 3)] = .nan
    let results = arrays.run(threads: 1)
    let isNaN = (0..<3).map { row in results[arrays.place(0, 0, 0, row, of: 3)].isNaN }
    #expect(isNaN == [false, true, false])
  }
}

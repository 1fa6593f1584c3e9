import CLoops
import Testing

@Suite("Loops multiply matrices, with every instruction set that the machine has")
struct ProductTests {
  @Test("Pairs of matrices of any strides are multiplied", arguments: 0..<40)
  func multiply(_ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let count = 1 + numbers.below(3)
    let rows = 1 + numbers.below(numbers.one(of: [2, 40]))
    // More than what is copied side by side at once.
    let inner = seed % 8 == 0 ? 1100 : 1 + numbers.below(70)
    let columns = numbers.one(of: channelCounts)
    let (turnsA, turnsB) = (numbers.below(2) == 1, numbers.below(2) == 1)
    let (sharesA, sharesB) = (numbers.below(3) == 0, numbers.below(3) == 0)
    var p = cl_product()
    (p.count, p.rows, p.inner, p.columns) = (
      Int64(count), Int64(rows), Int64(inner), Int64(columns)
    )
    p.a.matrix = sharesA ? 0 : Int64(rows * inner)
    (p.a.row, p.a.column) = turnsA ? (1, Int64(rows)) : (Int64(inner), 1)
    p.b.matrix = sharesB ? 0 : Int64(inner * columns)
    (p.b.row, p.b.column) = turnsB ? (1, Int64(inner)) : (Int64(columns), 1)
    let a = numbers.values(count * rows * inner)
    let b = numbers.values(count * inner * columns)
    let bias = seed % 2 == 0 ? nil : numbers.values(columns)

    var wanted: [Double] = []
    for matrix in 0..<count {
      for row in 0..<rows {
        for column in 0..<columns {
          var sum = Double(bias?[column] ?? 0)
          for k in 0..<inner {
            let left = matrix * Int(p.a.matrix) + row * Int(p.a.row) + k * Int(p.a.column)
            let right = matrix * Int(p.b.matrix) + k * Int(p.b.row) + column * Int(p.b.column)
            sum += Double(a[left]) * Double(b[right])
          }
          wanted.append(sum)
        }
      }
    }
    for set in instructionSets {
      let what = "\(count) · \(rows) × \(inner) × \(columns) with \(set.rawValue)"
      let all = product(p, set, 1, a, b, bias)
      expect(all, near: wanted, within: 3e-6, what)
      for threads: Int32 in [2, 4] {
        expectSameBits(product(p, set, threads, a, b, bias), all, "\(what), \(threads) threads")
      }
      // A row by itself, as in a batch of one.
      var single = p
      (single.count, single.rows) = (1, 1)
      let alone = product(single, set, 1, Array(a[((rows - 1) * Int(p.a.row))...]), b, bias)
      expectSameBits(alone, all[(rows - 1) * columns..<rows * columns], "\(what), the last row")
    }
  }

  private func product(
    _ p: cl_product, _ set: cl_instructions, _ threads: Int32, _ a: [Float], _ b: [Float],
    _ bias: [Float]?
  ) -> [Float] {
    var p = p
    return unsafe written(Int(p.count * p.rows * p.columns)) {
      unsafe cl_multiply(&p, set, threads, a, b, bias, $0)
    }
  }
}

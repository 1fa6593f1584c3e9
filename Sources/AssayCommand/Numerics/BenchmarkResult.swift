import Documents
import Foundation
import Glibc

/// What `assay benchmark` measured.
struct BenchmarkResult: Codable {
  /// One step of the plan, for one image.
  struct Step: Codable {
    var layer: String
    var kernel: String
    var milliseconds: Double
    /// The nominal multiply-adds a second over one thread's peak of f32; `nil` where there are none.
    var shareOfPeak: Double?
  }

  var model: String
  /// The extents of an image, or of what else the network reads first: `224×224×3`.
  var input: String
  var precision: String
  var batch: Int
  var threads: Int
  var exact: Bool
  var engine: String
  var multiplyAccumulates: Int
  /// Seconds from the command's start of reading to a plan that is ready.
  var preparation: Double
  /// Images a second, round by round.
  var rates: [Double] = []
  /// The share of the machine's peak of f32, round by round.
  var sharesOfPeak: [Double] = []
  /// The most memory that the process had resident, in bytes.
  var peakMemory = 0
  var steps: [Step]?

  init(
    model: String, input: String, precision: String, batch: Int, threads: Int, exact: Bool,
    engine: String, multiplyAccumulates: Int, preparation: Double
  ) {
    self.model = model
    self.input = input
    self.precision = precision
    self.batch = batch
    self.threads = threads
    self.exact = exact
    self.engine = engine
    self.multiplyAccumulates = multiplyAccumulates
    self.preparation = preparation
  }

  /// Notes a round: images a second, and the machine's operations a second beside it.
  mutating func add(rate: Double, peak: Double) {
    rates.append(rate)
    sharesOfPeak.append(2 * Double(multiplyAccumulates) * rate / peak)
    var usage = rusage()
    if unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
      peakMemory = usage.ru_maxrss * 1024
    }
  }

  func json() throws -> Data { try JSONText.file(self) }

  /// The result as lines for people.
  var text: String {
    let memory = String(format: "%.0f", Double(peakMemory) / 1e6)
    var lines = [
      "\(model), \(input), \(precision)\(exact ? ", exact" : ""), batch \(batch), \(threads) threads, \(engine)",
      "read and compiled in \(number(preparation, 2)) s; at most \(memory) MB resident",
      "images/s   \(spread(rates, 1))",
      "of the f32 peak, at \(number(Double(multiplyAccumulates) / 1e9, 2)) G multiply-adds an image   "
        + spread(sharesOfPeak, 3),
    ]
    if let steps { lines += ["", table(steps), "", kernels(steps)] }
    return lines.joined(separator: "\n")
  }

  private func table(_ steps: [Step]) -> String {
    let total = steps.reduce(0) { $0 + $1.milliseconds }
    var table = TextTable(columns: [
      .left("layer"), .left("kernel"), .right("ms an image"), .right("% of all"),
      .right("of the f32 peak"),
    ])
    for step in steps {
      table.add([
        step.layer, step.kernel, number(step.milliseconds, 3),
        number(step.milliseconds / total * 100, 1), step.shareOfPeak.map { number($0, 3) } ?? "",
      ])
    }
    return table.text
  }

  /// The sums of each kernel, the slowest first.
  private func kernels(_ steps: [Step]) -> String {
    var table = TextTable(columns: [.left("kernel"), .right("steps"), .right("ms an image")])
    let sums = Dictionary(grouping: steps, by: \.kernel)
      .map { (kernel: $0, count: $1.count, time: $1.reduce(0) { $0 + $1.milliseconds }) }
    for sum in sums.sorted(by: { ($0.time, $0.kernel) > ($1.time, $1.kernel) }) {
      table.add([sum.kernel, "\(sum.count)", number(sum.time, 3)])
    }
    table.add(["all", "\(steps.count)", number(sums.reduce(0) { $0 + $1.time }, 3)])
    return table.text
  }

  /// The median, and the least and the largest.
  private func spread(_ values: [Double], _ decimals: Int) -> String {
    let sorted = values.sorted()
    guard let least = sorted.first, let largest = sorted.last else { return "–" }
    let median = sorted[sorted.count / 2]
    return "\(number(median, decimals)) "
      + "(\(number(least, decimals)) to \(number(largest, decimals)))"
  }

  private func number(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}

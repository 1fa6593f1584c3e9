import Documents
package import Foundation

/// What `assay benchmark` measured.
package struct BenchmarkReport: Codable, Sendable {
  /// One step of the plan, for one image.
  package struct Step: Codable, Sendable {
    /// The path of the layer.
    package var layer: String
    /// What computes it.
    package var kernel: String
    /// The time that an image takes there.
    package var milliseconds: Double
    /// The nominal multiply-adds a second over one thread's peak of f32; `nil` where there are none.
    package var shareOfPeak: Double?
    /// The bytes of what it reads and writes a second, at four a number, over what a core reads from beyond its
    /// caches; `nil` where that is not known.
    package var shareOfBandwidth: Double?

    /// A step that was timed.
    package init(
      layer: String, kernel: String, milliseconds: Double, shareOfPeak: Double?,
      shareOfBandwidth: Double?
    ) {
      (self.layer, self.kernel) = (layer, kernel)
      (self.milliseconds, self.shareOfPeak) = (milliseconds, shareOfPeak)
      self.shareOfBandwidth = shareOfBandwidth
    }
  }

  /// The steps of one kernel together.
  struct Kernel {
    let name: String
    let steps: Int
    let milliseconds: Double
  }

  /// What several rounds gave, as text; dashes of none.
  struct Spread {
    let median: String
    /// `41.5 to 43.2`.
    let range: String
    /// `42.0 (41.5 to 43.2)`.
    let text: String

    init(_ values: [Double], decimals: Int) {
      let sorted = values.sorted()
      guard let least = sorted.first, let largest = sorted.last else {
        (median, range, text) = ("–", "–", "–")
        return
      }
      median = BenchmarkReport.number(sorted[sorted.count / 2], decimals)
      range =
        "\(BenchmarkReport.number(least, decimals)) to \(BenchmarkReport.number(largest, decimals))"
      text = "\(median) (\(range))"
    }
  }

  /// The network's name.
  package var model: String
  /// The checkpoint's file.
  package var weights: String
  /// The extents of an image, or of what else the network reads first: `224×224×3`.
  package var input: String
  /// `f32`, `bf16` or `int8`.
  package var precision: String
  /// Images of one call.
  package var batch: Int
  /// Threads that compute.
  package var threads: Int
  /// Whether every convolution was computed directly.
  package var exact: Bool
  /// The version of oneDNN and the instruction set.
  package var engine: String
  /// The nominal multiply-adds of one image.
  package var multiplyAccumulates: Int
  /// Seconds from the command's start of reading to a plan that is ready.
  package var preparation: Double
  /// When the measurement ended.
  package var finished: Date
  /// Images a second, round by round.
  package var rates: [Double] = []
  /// The share of the machine's peak of f32, round by round.
  package var sharesOfPeak: [Double] = []
  /// The most memory that the process had resident, in bytes.
  package var peakMemory = 0
  /// The steps of the plan on one thread, where they were asked for.
  package var steps: [Step]?

  /// A measurement without rounds.
  package init(
    model: String, weights: String, input: String, precision: String, batch: Int, threads: Int,
    exact: Bool, engine: String, multiplyAccumulates: Int, preparation: Double, finished: Date
  ) {
    (self.model, self.weights, self.input) = (model, weights, input)
    (self.precision, self.batch, self.threads) = (precision, batch, threads)
    (self.exact, self.engine) = (exact, engine)
    (self.multiplyAccumulates, self.preparation) = (multiplyAccumulates, preparation)
    self.finished = finished
  }

  /// Notes a round: images a second, the machine's operations a second beside it, and the most memory until then.
  package mutating func add(rate: Double, peak: Double, memory: Int) {
    rates.append(rate)
    sharesOfPeak.append(2 * Double(multiplyAccumulates) * rate / peak)
    peakMemory = max(peakMemory, memory)
    finished = Date()
  }

  /// The report as JSON: sorted keys in snake case.
  package func json() throws -> Data { try JSONText.file(self) }

  /// How it was measured, in a line.
  var conditions: String {
    "\(input), \(precision)\(exact ? ", exact" : ""), batch \(batch), \(threads) threads, \(engine)"
  }

  /// The median of the rounds, with the least and the largest.
  var rate: Spread { Spread(rates, decimals: 1) }

  /// The same of the share of the machine's peak.
  var share: Spread { Spread(sharesOfPeak, decimals: 3) }

  /// The sums of each kernel, the slowest first.
  var kernels: [Kernel] {
    Dictionary(grouping: steps ?? [], by: \.kernel)
      .map {
        Kernel(name: $0, steps: $1.count, milliseconds: $1.reduce(0) { $0 + $1.milliseconds })
      }
      .sorted { ($0.milliseconds, $0.name) > ($1.milliseconds, $1.name) }
  }

  /// The time of an image in all steps, in milliseconds.
  var total: Double { (steps ?? []).reduce(0) { $0 + $1.milliseconds } }

  /// The report as lines for people.
  package var text: String {
    let memory = String(format: "%.0f", Double(peakMemory) / 1e6)
    var lines = [
      "\(model), \(conditions)",
      "read and compiled in \(Self.number(preparation, 2)) s; at most \(memory) MB resident",
      "images/s   \(rate.text)",
      "of the f32 peak, at \(Self.number(Double(multiplyAccumulates) / 1e9, 2)) G multiply-adds an image   "
        + share.text,
    ]
    if let steps { lines += ["", table(steps), "", kernelTable] }
    return lines.joined(separator: "\n")
  }

  private func table(_ steps: [Step]) -> String {
    var table = TextTable(columns: [
      .left("layer"), .left("kernel"), .right("ms an image"), .right("% of all"),
      .right("of the f32 peak"), .right("of the bandwidth"),
    ])
    for step in steps { table.add([step.layer, step.kernel] + figures(step)) }
    return table.text
  }

  private var kernelTable: String {
    var table = TextTable(columns: [.left("kernel"), .right("steps"), .right("ms an image")])
    for kernel in kernels {
      table.add([kernel.name, "\(kernel.steps)", Self.number(kernel.milliseconds, 3)])
    }
    table.add(["all", "\(steps?.count ?? 0)", Self.number(total, 3)])
    return table.text
  }

  /// The time of a step, its share of all, of the peak and of the bandwidth.
  func figures(_ step: Step) -> [String] {
    [
      Self.number(step.milliseconds, 3), Self.number(step.milliseconds / total * 100, 1),
      step.shareOfPeak.map { Self.number($0, 3) } ?? "",
      step.shareOfBandwidth.map { Self.number($0, 2) } ?? "",
    ]
  }

  static func number(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}

public import Networks
public import Tensors

/// Shows a network images of its kind, and notes the range of every map that 8 bits will have to hold.
///
/// The network runs in float32. Of a map that is never negative the largest value is where clipping
/// what lies above costs as much as coarser steps below would (least mean squared error); of any other,
/// least and largest are as seen.
public struct Calibrator: ~Copyable {
  private let plan: Plan
  private let firstConvolution: String?
  private let readersOfSums: [String]
  private var histograms: [Node.ID: RangeHistogram] = [:]

  /// Compiles the network for batches of `batch` images.
  ///
  /// - Throws: ``EngineError``, or whatever reading a weight throws.
  public init(_ bound: BoundGraph, batch: Int, threads: Int = 1) throws {
    let compiler = PlanCompiler(
      bound, batch: 1, threads: 1, exact: true, precision: .int8(Calibration(ranges: [:])),
      statistics: .moving, taps: [])
    let taps = compiler.needs.filter { $0.value.isCalibrated }.keys
    plan = try Plan(compiling: bound, batch: batch, threads: threads, taps: Set(taps))
    firstConvolution = bound.graph.nodes.first {
      if case .window = $0.primitive { true } else { false }
    }.map { bound.graph.path(of: $0.id) }
    readersOfSums = compiler.readersOfSums.map { bound.graph.path(of: $0) }
    for tap in taps { histograms[tap] = RangeHistogram() }
  }

  /// Looks at images, laid out in the graph's data format.
  ///
  /// - Returns: The network's results in float32.
  /// - Throws: ``EngineError`` when the images do not have the graph's input shape, or when a map has
  ///   values that are not finite.
  public mutating func observe(_ images: Tensor) throws -> Tensor {
    let trace = try plan.trace(images)
    for (node, values) in trace.values {
      guard histograms[node]?.add(values.values) ?? true else {
        throw EngineError("\(plan.graph.path(of: node)) has values that are not finite")
      }
    }
    return trace.result
  }

  /// What was seen, for as many bytes as there can be.
  public var calibration: Calibration {
    var ranges: [String: Calibration.Range] = [:]
    for (node, histogram) in histograms { ranges[plan.graph.path(of: node)] = histogram.range }
    return Calibration(ranges: ranges)
  }

  /// What was seen, each time with less in bytes than before: all of it; without sums to which no function was
  /// applied, as the bottlenecks of inverted residuals, which 1×1 convolutions then multiply in bfloat16; and without
  /// the first convolution, which reads the images.
  public var calibrations: [Calibration] {
    var next = calibration
    var all = [next]
    if !readersOfSums.isEmpty {
      next.inBFloat16 = readersOfSums
      all.append(next)
    }
    if let firstConvolution {
      next.kept = [firstConvolution]
      all.append(next)
    }
    return all
  }
}

/// How often values of each size were seen, from 0 to a limit that doubles as it must.
struct RangeHistogram {
  private static let bins = 2048
  private var counts = [Double](repeating: 0, count: bins)
  private var width: Float = 0
  private var least: Float = 0
  private var largest: Float = 0

  /// Counts values; `false` if one is not finite.
  mutating func add(_ values: [Float]) -> Bool {
    var (low, high) = (least, largest)
    for value in values {
      guard value.isFinite else { return false }
      low = min(low, value)
      high = max(high, value)
    }
    (least, largest) = (low, high)
    guard high > 0 else { return true }
    if width == 0 { width = high / Float(Self.bins) }
    while high > width * Float(Self.bins) { halve() }
    let scale = 1 / width
    for value in values where value > 0 {
      counts[min(Int(value * scale), Self.bins - 1)] += 1
    }
    return true
  }

  /// Joins bins two by two, so that twice as large values have room.
  private mutating func halve() {
    for bin in 0..<Self.bins / 2 { counts[bin] = counts[2 * bin] + counts[2 * bin + 1] }
    for bin in Self.bins / 2..<Self.bins { counts[bin] = 0 }
    width *= 2
  }

  /// The range that 8 bits are best spent on.
  var range: Calibration.Range {
    guard least >= 0, largest > 0 else { return .init(least: least, largest: largest) }
    var best = (error: Double.infinity, limit: Double(largest))
    // Coarser than this, 8 bits would have fewer steps than bins.
    for bin in stride(from: 256, through: Self.bins, by: 8) {
      let limit = min(Double(bin) * Double(width), Double(largest))
      let step = limit / 255
      var error = 0.0
      for (index, count) in counts.enumerated() where count > 0 {
        let excess = max(0, (Double(index) + 0.5) * Double(width) - limit)
        error += count * max(step * step / 12, excess * excess)
      }
      if error < best.error { best = (error, limit) }
    }
    return .init(least: 0, largest: Float(best.limit))
  }
}

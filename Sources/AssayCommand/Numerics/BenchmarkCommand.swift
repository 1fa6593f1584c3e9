import Architectures
import ArgumentParser
import CPeak
import Datasets
import Engine
import Foundation
import Glibc
import Models
import Networks
import Reports
import Tensors

/// `assay benchmark`: how fast a network is on this machine, and where its time goes.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measures a network's speed here, as a whole and step by step.",
    discussion: """
      Examples:
        assay benchmark --model resnet50v2 --weights w.h5
        assay benchmark --model resnet50v2 --weights w.h5 --layers --batch 1 --html speed.html
        assay benchmark --model resnet50v2 --weights w.h5 --precision bf16

      Images are synthetic and seeded; nothing is decoded. Shares are of the machine's peak of f32 \
      multiply-adds, measured in turns with the network, at the network's nominal count: Winograd's \
      and Strassen's algorithms, bf16 and int8 can exceed it. Layers' shares of the bandwidth are of \
      what a core reads from beyond its caches, at four bytes for each number of maps and weights: what \
      stays in a cache can exceed it.
      """)

  @OptionGroup var model: ModelOptions

  @OptionGroup var checkpoint: CheckpointOptions

  /// The checkpoint.
  var weights: String { checkpoint.path }

  @OptionGroup var trust: TrustOptions

  @OptionGroup(title: "Run options") var machine: RunOptions

  @OptionGroup(title: "Precision options") var numbers: PrecisionOptions

  @Option(
    help: ArgumentHelp(
      "Height and width of the images, in pixels: 224, or 180x240. Default: the model's own.",
      valueName: "pixels"))
  var inputSize: InputSize?

  @Option(help: "Rounds; in each, the network and the peak are measured once.")
  var rounds = 5

  @Option(help: "Seconds that the network runs in a round.")
  var seconds = 1.0

  @Flag(help: "Computes everything by plain loops, as where no faster kernel applies.")
  var onlyLoops = false

  @Flag(
    help: """
      Lists the steps of the plan with their kernels and times, on one thread, or on all with --batch 1.
      """)
  var layers = false

  @Option(help: ArgumentHelp("Writes all of it as JSON.", valueName: "file"))
  var json: OutputFile?

  @Option(help: ArgumentHelp("Writes all of it as a page of its own.", valueName: "file"))
  var html: OutputFile?

  @Option(help: ArgumentHelp("Writes it for a pull request.", valueName: "file"))
  var markdown: OutputFile?

  func validate() throws {
    try checkpoint.require()
    guard (1...1000).contains(rounds) else {
      throw ValidationError("--rounds \(rounds) is no possible number")
    }
    guard seconds > 0, seconds <= 3600 else {
      throw ValidationError("--seconds \(seconds) is no possible time")
    }
    if let inputSize { try inputSize.check(1...4096) }
  }

  func run() throws {
    let outputs = Outputs([("--json", json), ("--html", html), ("--markdown", markdown)])
    try outputs.check(reading: [weights] + numbers.inputs + model.variant.inputs)
    let start = ContinuousClock.now
    let loaded = try Model(
      model.model, model.variant, weights: weights, trust: trust, height: inputSize?.height,
      width: inputSize?.width)
    try outputs.check(notAmong: loaded.files)
    let precision = try numbers.precision(for: loaded)
    let plan = try Plan(
      compiling: loaded.bound,
      batch: machine.imagesPerThread(of: loaded.bound.graph, in: precision),
      threads: machine.threads, streams: machine.batch == 1 ? 1 : nil, exact: machine.exact,
      byLoops: onlyLoops, precision: precision)
    let preparation = start.duration(to: .now) / .seconds(1)
    let images = Tensor.noise(of: loaded.graph, count: max(machine.batch, plan.batch))
    var result = BenchmarkReport(
      model: loaded.identifier, weights: weights,
      input: loaded.graph[loaded.graph.inputs[0].value].shape.dimensions.map { "\($0)" }
        .joined(separator: "×"),
      precision: plan.precision.name, batch: machine.batch,
      threads: machine.threads, exact: machine.exact,
      engine: "oneDNN \(OneDNN.version), \(OneDNN.instructionSet(in: precision))",
      multiplyAccumulates: loaded.graph.multiplyAccumulates, preparation: preparation,
      finished: Date())
    _ = try plan.run(images)
    for _ in 0..<rounds {
      let before = peak(machine.threads)
      let measured = try rate(of: plan, images)
      result.add(
        rate: measured, peak: (before + peak(machine.threads)) / 2, memory: residentMemory())
    }
    if layers { result.steps = try steps(loaded, images, like: plan) }
    try json?.write(result.json())
    try html?.write(Data(result.html.utf8))
    try markdown?.write(Data(result.markdown.utf8))
    outputs.show(result.text)
  }

  /// Images a second of calls of the whole batch, one after the other.
  private func rate(of plan: Plan, _ images: Tensor) throws -> Double {
    let start = ContinuousClock.now
    var (calls, elapsed) = (0, 0.0)
    while elapsed < seconds {
      _ = try plan.run(images)
      calls += 1
      elapsed = start.duration(to: .now) / .seconds(1)
    }
    return Double(calls * images.count) / elapsed
  }

  /// The steps of a plan, and what share of the peak each reaches: on one thread, or on all where these share a
  /// single image, as that is what is waited for then.
  private func steps(
    _ loaded: Model, _ images: Tensor, like measured: Plan
  ) throws -> [BenchmarkReport.Step] {
    // Not one more of the same: where there are more teams of threads than processors, OpenMP's sleep after each step.
    let plan =
      measured.streams == 1
      ? measured
      : try Plan(
        compiling: loaded.bound, batch: measured.batch, exact: measured.exact, byLoops: onlyLoops,
        precision: measured.precision)
    let graph = loaded.graph
    let work = Dictionary(
      graph.layers.map { ($0.path, graph.multiplyAccumulates(of: $0)) }, uniquingKeysWith: +)
    let layers = Dictionary(graph.layers.map { ($0.path, $0) }) { first, _ in first }
    let (most, bandwidth) = (peak(plan.threads), cp_measure_bandwidth(0.2))
    return try plan.profile(images).map { step in
      let seconds = step.duration / .seconds(1) / Double(plan.batch)
      // A copy on the way to a layer has its path, but is none of its work.
      let isWork =
        !step.kernel.hasPrefix("images") && !step.kernel.hasPrefix("jit:uni")
        && !step.kernel.hasPrefix("eltwise") && !step.kernel.hasPrefix("pool")
      let operations = isWork ? step.paths.reduce(0) { $0 + 2 * Double(work[$1] ?? 0) } : 0
      let bytes =
        graph.numbersMoved(by: step.paths.compactMap { layers[$0] }, images: plan.batch)
        * Double(MemoryLayout<Float>.size)
      return .init(
        layer: step.path, kernel: step.kernel, milliseconds: seconds * 1000,
        shareOfPeak: operations > 0 ? operations / seconds / most : nil,
        shareOfBandwidth: isWork && bytes > 0 && bandwidth > 0 ? bytes / seconds / bandwidth : nil)
    }
  }

  /// The most memory that the process has had resident, in bytes.
  private func residentMemory() -> Int {
    var usage = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return usage.ru_maxrss * 1024
  }

  private func peak(_ threads: Int) -> Double {
    cp_measure_peak(Int32(threads), 0.2).flops_per_second
  }
}

extension Tensor {
  /// Seeded noise from −1 to 1 in the graph's data format.
  fileprivate static func noise(of graph: Graph, count: Int) -> Tensor {
    var state: UInt64 = 1
    let shape = Shape([count] + graph[graph.inputs[0].value].shape.dimensions)
    let values = (0..<shape.elementCount).map { _ -> Float in
      // Knuth's multiplier, MMIX.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 23) - 1
    }
    return Tensor(shape: shape, values: values)
  }
}

import ArgumentParser
import Assay
import CPeak
import Foundation

/// `assay-contender throughput`: loads, warms up, and counts the images of a given time.
struct ThroughputCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "throughput", abstract: "Measures images a second of a plan.")

  @Option(help: "The model, by the name that assay knows; none of a file that holds its network.")
  var model: String?

  @Option(help: "Its weights.")
  var weights: String

  @Option(help: "Images of the network's input size, N×H×W×C, as .npy; repeated as needed.")
  var tensors: String

  @Option(help: "Images of one batch.")
  var batch: Int

  @Option(help: "Threads.")
  var threads: Int

  @Option(help: "The least time to measure.")
  var seconds: Double

  @Option(help: "Numbers: f32, bf16, int8.")
  var precision = "f32"

  @Option(help: "The calibration for int8.")
  var calibration: String?

  @Flag(help: "Every convolution is computed directly.")
  var exact = false

  @Option(help: "Writes the logits of the images given, as .npy.")
  var logits: String?

  func validate() throws {
    guard batch > 0, threads > 0, seconds >= 0 else {
      throw ValidationError("--batch and --threads are at least 1")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    let given = try NumPyFile.read(tensors)
    let bound = try boundGraph()
    // As the command does: a thread has its share of the batch, and one image has all threads.
    let precision = try numbers()
    let imagesPerThread = min(precision.imagesPerCall(of: bound.graph), max(1, batch / threads))
    let plan = try Plan(
      compiling: bound, batch: imagesPerThread, threads: threads, streams: batch == 1 ? 1 : threads,
      exact: exact, precision: precision)
    if let logits {
      try NumPyFile.write(plan.run(given), to: logits)
    }
    let images = given.repeated(to: batch)
    _ = try plan.run(images)
    let ready = ContinuousClock.now
    let peakBefore = cp_measure_peak(Int32(threads), 0.2).flops_per_second
    // One call at a time, as every engine here is measured: whoever waits for a batch waits so.
    var calls = 0
    var elapsed = 0.0
    _ = try plan.run(images)
    let begin = ContinuousClock.now
    while elapsed < seconds {
      _ = try plan.run(images)
      calls += 1
      elapsed = begin.duration(to: .now) / .seconds(1)
    }
    let rate = calls == 0 ? 0 : Double(calls * batch) / elapsed
    let peak = (peakBefore + cp_measure_peak(Int32(threads), 0.2).flops_per_second) / 2
    let share = 2 * Double(bound.graph.multiplyAccumulates) * rate / peak
    let preparation = start.duration(to: ready) / .seconds(1)
    print(
      """
      {"rate": \(rate), "calls": \(calls), "preparation": \(preparation), "share_of_peak": \(share)}
      """)
  }
}

extension ThroughputCommand {
  /// What `assay calibrate` writes, as far as it is of use here.
  private struct CalibrationFile: Decodable {
    let calibration: Calibration
  }

  /// The network with its weights, at the size that it has by default.
  private func boundGraph() throws -> BoundGraph {
    var options = Model.Options()
    if let model {
      guard let named = Model.Options(model: model) else {
        throw ContenderError("no model is called \(model)")
      }
      options = named
    }
    return try Model(contentsOf: weights, options).bound
  }

  private func numbers() throws -> Precision {
    switch (precision, calibration) {
    case ("f32", nil): return .float32
    case ("bf16", nil): return .bfloat16
    case ("int8", let file?):
      let data = try Data(contentsOf: URL(filePath: file))
      return .int8(try JSONDecoder().decode(CalibrationFile.self, from: data).calibration)
    default: throw ContenderError("no plan in \(precision), calibration \(calibration ?? "none")")
    }
  }
}

extension Tensor {
  /// A batch of `count` images, these again and again.
  fileprivate func repeated(to count: Int) -> Tensor {
    let dimensions = shape.dimensions
    let size = dimensions.dropFirst().reduce(1, *)
    let taken = (0..<count).flatMap { image in
      values[(image % dimensions[0] * size)..<((image % dimensions[0] + 1) * size)]
    }
    return Tensor(shape: Shape([count] + dimensions.dropFirst()), values: taken)
  }
}

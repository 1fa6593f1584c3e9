public import ArgumentParser
public import Evaluation
import Foundation
import Tensors

/// What a result must be for the command to succeed.
struct GateOptions: ParsableArguments {
  /// A number of the result, or a file of logits.
  enum Expectation: ExpressibleByArgument {
    case metric(MetricGate)
    case logits(String)

    init?(argument: String) {
      if let gate = MetricGate(argument) {
        self = .metric(gate)
      } else if argument.isEmpty || argument.contains("=") && !argument.contains(".npy") {
        return nil
      } else {
        self = .logits(argument)
      }
    }
  }

  @Option(
    help: ArgumentHelp(
      "Exit code 1 unless the result is so: top1=75.96±0.2 (top-k in percent), top5>=92, loss<=1.1, "
        + "brier, ece, precision, recall, f1; of sets of labels map>=80 and subset (in percent), auc, "
        + "hamming, micro-f1; or the logits of a file. May be repeated.",
      valueName: "metric or logits.npy"))
  var expect: [Expectation] = []

  @Option(help: "The largest absolute difference allowed between logits.")
  var atol: Float = 1e-4

  @Option(
    help: ArgumentHelp("Numbers of guesses beside 1 and 5: 3,10.", valueName: "list"))
  var topK: CountList?

  @Option(
    help: ArgumentHelp(
      "How equal scores are ranked: keras, lowest-index, highest-index, in-top-k.",
      valueName: "rule"))
  var ties = TieRule.keras

  @Option(help: "Bins of the calibration curve.")
  var bins = 15

  @Option(help: "The probability above which a label of a set is guessed. Default: 0.5.")
  var threshold: Double?

  func validate() throws {
    try gates.check()
    if let threshold, !(threshold > 0 && threshold < 1) {
      throw ValidationError("--threshold \(threshold) is no probability between 0 and 1")
    }
    guard atol >= 0 else { throw ValidationError("--atol \(atol) is negative") }
    guard (1...1000).contains(bins) else {
      throw ValidationError("--bins \(bins) is no possible number")
    }
    if logitFiles.count > 1 { throw ValidationError("--expect: logits of two files") }
  }

  /// Fails where an option means nothing for the labels.
  func check(isMultiLabel: Bool) throws {
    if isMultiLabel, topK != nil || ties != .keras || bins != 15 {
      throw Failure(
        .usage,
        "--top-k, --ties and --bins are of classes of which one is right, and the labels are sets")
    }
    if !isMultiLabel, threshold != nil {
      throw Failure(
        .usage,
        "--threshold is for labels that are sets; of one class the first guess counts, whatever its "
          + "probability")
    }
  }

  /// The numbers that are expected.
  var gates: [MetricGate] {
    expect.compactMap { if case .metric(let gate) = $0 { gate } else { nil } }
  }

  /// The files that these options name.
  var inputs: [String] { logitFiles }

  private var logitFiles: [String] {
    expect.compactMap { if case .logits(let file) = $0 { file } else { nil } }
  }

  /// How metrics are computed: every k that is asked for or expected.
  var options: ClassificationMetrics.Options {
    ClassificationMetrics.Options(
      further: (topK?.counts ?? []) + gates.compactMap(\.guesses), tieRule: ties, bins: bins,
      threshold: threshold)
  }

  /// The logits to compare with, if any.
  func reference() throws -> (file: String, logits: Tensor)? {
    try logitFiles.first.map { ($0, try TensorFile.read($0)) }
  }
}

extension TieRule: ExpressibleByArgument {}

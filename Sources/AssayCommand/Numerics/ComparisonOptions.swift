import ArgumentParser
import Tensors

/// What the logits are compared with.
struct ComparisonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Compares the logits with these, N × classes; exit code 1 beyond the tolerance.",
      valueName: "logits.npy"), completion: .file())
  var expect: String?

  @Option(help: "The largest absolute difference allowed.")
  var atol: Float = 1e-4

  func validate() throws {
    guard atol >= 0 else { throw ValidationError("--atol \(atol) is negative") }
  }

  /// The logits to compare with, if any.
  func reference() throws -> Tensor? { try expect.map(TensorFile.read) }

  /// Prints the worst difference, and fails where it is beyond the tolerance.
  func compare(
    _ logits: Tensor, with reference: Tensor, show: (String) -> Void
  ) throws {
    try LogitDifference.judge(
      logits, against: reference, of: expect ?? "reference", atol: atol, show: show)
  }
}

/// The place where two arrays of logits differ most.
struct LogitDifference: CustomStringConvertible {
  let difference: Float
  let image: Int
  let classIndex: Int
  let value: Float
  let expected: Float

  /// The worst difference, a NaN on either side being worst of all; `nil` if there are no logits.
  init?(between logits: Tensor, and reference: Tensor) {
    let columns = logits.shape.dimensions.last ?? 1
    var worst: (index: Int, difference: Float)?
    for index in logits.values.indices {
      let (value, expected) = (logits.values[index], reference.values[index])
      let difference = value == expected ? 0 : abs(value - expected)
      guard let known = worst else {
        worst = (index, difference)
        continue
      }
      if difference > known.difference || (difference.isNaN && !known.difference.isNaN) {
        worst = (index, difference)
      }
    }
    guard let worst else { return nil }
    difference = worst.difference
    image = worst.index / columns
    classIndex = worst.index % columns
    value = logits.values[worst.index]
    expected = reference.values[worst.index]
  }

  /// Prints the worst difference, and fails where it is beyond the tolerance.
  static func judge(
    _ logits: Tensor, against reference: Tensor, of file: String, atol: Float,
    show: (String) -> Void
  ) throws {
    guard logits.shape == reference.shape else {
      throw Failure(.badData, "\(file): \(reference.shape), but the logits are \(logits.shape)")
    }
    guard let worst = LogitDifference(between: logits, and: reference) else {
      throw Failure(.badData, "\(file): there are no logits to compare")
    }
    show("logits \(worst), tolerance \(atol)")
    // Not `>`: a NaN is beyond every tolerance.
    if !(worst.difference <= atol) {
      throw Failure(.comparisonFailed, "the logits differ by more than \(atol): \(worst)")
    }
  }

  var description: String {
    "differ most at image \(image), class \(classIndex): \(value), expected \(expected), "
      + "difference \(difference)"
  }
}

import Networks

/// Two evaluations side by side: which images flipped, and why two numbers may differ.
public struct ResultComparison: Sendable, Codable {
  /// An image that one has right at first guess, or in its whole set of labels, and the other wrong.
  public struct Flip: Sendable, Hashable, Codable {
    /// The path below the folder.
    public let path: String
    /// The names of the classes that are right.
    public let labels: [String]
    /// The first's guess.
    public let first: String
    /// The second's guess.
    public let second: String
    /// Whether the second has it right.
    public let isGain: Bool
  }

  /// A part of the manifests that is not the same.
  public struct Difference: Sendable, Hashable, Codable {
    /// The part: `weights`, `preset`, `images` and the like.
    public let part: String
    /// What the first has.
    public let first: String
    /// What the second has.
    public let second: String
  }

  /// Everything in which the manifests differ.
  public let differences: [Difference]
  /// Images that both have judged.
  public let common: Int
  /// Images that only one of them has, or could read.
  public let unpaired: Int
  /// Whether the split of the flips is more than chance.
  public let test: McNemarTest
  /// The images that flipped, in the order of the first; of more than ``listedFlips`` as many, ``test`` counts all.
  public let flips: [Flip]
  /// Images with another first guess, right or wrong.
  public let changedGuesses: Int

  /// Compares two logs, both of sets of labels or neither.
  ///
  /// Images are paired by path and content. Of sets of labels a guess is the set of those that are more probable
  /// than not, and right where it is the image's own.
  public init(_ first: PredictionLog, _ second: PredictionLog) {
    self = ComparisonTally(first, second).comparison
  }

  /// How many images flipped.
  package var flipCount: Int { test.onlyFirst + test.onlySecond }

  /// How many flipped images are listed at most.
  public static let listedFlips = 100_000

  init(
    differences: [Difference], common: Int, unpaired: Int, changedGuesses: Int, flips: [Flip],
    test: McNemarTest
  ) {
    (self.differences, self.common, self.unpaired) = (differences, common, unpaired)
    (self.changedGuesses, self.flips, self.test) = (changedGuesses, flips, test)
  }

  /// Why two results cannot be compared; `nil` where they can.
  public static func obstacle(
    _ first: EvaluationManifest, _ second: EvaluationManifest
  ) -> String? {
    first.isMultiLabel == second.isMultiLabel
      ? nil
      : "the labels of one are sets, and of the other one class is right, so nothing is right in both "
        + "senses"
  }

  /// Everything in which two manifests differ, the likeliest reasons for other numbers first.
  public static func differences(
    _ first: EvaluationManifest, _ second: EvaluationManifest
  ) -> [Difference] {
    zip(parts(first), parts(second)).compactMap { mine, theirs in
      mine.value == theirs.value
        ? nil : Difference(part: mine.name, first: mine.value, second: theirs.value)
    }
  }

  private static func parts(
    _ manifest: EvaluationManifest
  ) -> [(name: String, value: String)] {
    let (data, input) = (manifest.data, manifest.preprocessing)
    let number = { (value: Int?) in value.map { "\($0)" } ?? "–" }
    return [
      ("model", manifest.model.name),
      ("config", manifest.model.config.map { "sha256 \($0.prefix(12))…" } ?? "–"),
      ("weights", "\(manifest.weights.file), sha256 \(manifest.weights.sha256.prefix(12))…"),
      ("allowances", manifest.weights.allowances.joined(separator: "; ")),
      ("conventions", manifest.weights.conventions.joined(separator: "; ")),
      ("input size", manifest.model.input), ("preset", input.preset),
      ("interpolation", input.interpolation), ("normalisation", input.normalization),
      ("shorter side", number(input.minAspectDim)),
      ("central crop", input.crop.map { "\($0)" } ?? number(input.resizeDim)),
      ("crop to aspect ratio", input.cropToAspectRatio.map { "\($0)" } ?? "–"),
      ("images", "\(data.images), sha256 \(data.sha256.prefix(12))…"),
      ("selection", data.selection?.description ?? "all images"),
      ("labels", "sha256 \(data.labelsSha256.prefix(12))…"),
      ("labels are sets", manifest.isMultiLabel ? "yes" : "no"),
      ("first class", number(data.classOffset)), ("classes that take part", number(data.maskedTo)),
      ("classes", "\(manifest.classNames.count)"), ("data format", manifest.model.dataFormat),
      ("probabilities", manifest.model.outputActivation.rawValue),
      ("numbers", manifest.arithmetic.precision), ("exact", "\(manifest.arithmetic.exact)"),
      ("calibration", manifest.arithmetic.calibration.map { "\($0.prefix(12))…" } ?? "–"),
      ("engine", manifest.arithmetic.engine),
      ("version of the engine", number(manifest.arithmetic.engineVersion)),
      ("assay", manifest.assay),
    ]
  }
}

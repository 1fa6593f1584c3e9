import Foundation

extension LayerComparison {
  /// What is wrong with this layer, in one line.
  public var verdict: String {
    if let referenceShape {
      return "has the shape \(Self.text(shape)), the reference \(Self.text(referenceShape))"
    }
    if errors.unequal > 0 {
      return "\(errors.unequal) values are not finite; first \(worstValue) at "
        + "\(place), expected \(worstReference)"
    }
    let spread = pattern.map { "; beyond the tolerance \($0)" } ?? ""
    return "differs by up to \(Self.text(errors.largest)), \(Self.text(errors.relative)) of its "
      + "largest magnitude, at \(place): \(worstValue), expected \(worstReference)\(spread)"
  }

  /// The position of the worst value, with its axes.
  public var place: String {
    let axes = worstPosition.count == 4 ? ["n", "h", "w", "c"] : ["n", "c"]
    return zip(axes, worstPosition).map { "\($0) \($1)" }.joined(separator: ", ")
  }

  /// A figure in three digits.
  static func text(_ value: Double) -> String { String(format: "%.3g", value) }

  private static func text(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "×")
  }
}

extension Verification {
  /// A word on the weights, where the two sides come from files of different bytes.
  ///
  /// The same weights in two layouts have two hashes, so this is a hint and no verdict.
  private var weightsNote: String? {
    guard let ours = candidate.model.weights, let theirs = reference.model.weights,
      !ours.isEmpty, !theirs.isEmpty,
      Set(ours.map(\.sha256)).isDisjoint(with: theirs.map(\.sha256))
    else { return nil }
    func names(_ files: [GoldenManifest.File]) -> String {
      files.map { "\($0.file) (SHA-256 \($0.sha256.prefix(12))…)" }.joined(separator: ", ")
    }
    return
      "the weights come from different files: \(names(ours)); the reference has \(names(theirs))"
  }

  /// Why the comparison failed, in one or two lines.
  public var failureSummary: String { failureLines.joined(separator: "\n") }

  /// The same, line by line.
  package var failureLines: [String] {
    var lines: [String] = []
    if let firstDivergence {
      let layer = layers[firstDivergence]
      let name =
        layer.name == layer.referenceName ? layer.name : "\(layer.name) (\(layer.referenceName))"
      lines.append("first difference at \(name), \(layer.kind): \(layer.verdict)")
      if let diagnosis { lines.append(diagnosis.finding) }
    }
    if !passes, let note = weightsNote { lines.append(note) }
    if !logits.passes {
      lines.append(
        "the logits differ by up to \(LayerComparison.text(logits.errors.largest)), "
          + "allowed are \(LayerComparison.text(Double(logits.bound)))")
    }
    if let fusion,
      fusion.unequal > 0
        || fusion.largest > Double(tolerances.logits.bound(scale: fusion.scale))
    {
      lines.append(
        "the plan with every layer kept apart gives logits that differ from the fused plan's by up "
          + "to \(LayerComparison.text(fusion.largest))")
    }
    return lines
  }
}

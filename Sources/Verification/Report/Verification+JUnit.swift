import Documents

extension Verification {
  /// The comparison in JUnit's XML: a test case for each layer, and one for the logits.
  public var junit: String {
    var cases = layers.map { layer in
      JUnitSuite.Case(
        "\(layer.name) (\(layer.kind))", failure: layer.passes ? nil : layer.verdict)
    }
    let logitFault =
      logits.passes
      ? nil
      : "differ by up to \(LayerComparison.text(logits.errors.largest)), allowed are "
        + LayerComparison.text(Double(logits.bound))
    cases.append(JUnitSuite.Case("logits", failure: logitFault))
    return JUnitSuite(
      name: "\(candidate.name) against \(reference.name)", className: "assay.verify", cases: cases
    ).xml
  }
}

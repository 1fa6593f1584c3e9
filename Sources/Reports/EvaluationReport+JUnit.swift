import Documents
public import Evaluation

extension EvaluationReport {
  /// The evaluation in JUnit's XML: a test case for each gate, one for images that could not be read,
  /// and one for logits that are not finite.
  ///
  /// - Parameter gates: What was demanded, as `top-1 ≥ 97 %`, and in what it failed, if it did.
  public func junit(gates: [(name: String, failure: String?)]) -> String {
    var cases = gates.map { JUnitSuite.Case($0.name, failure: $0.failure) }
    cases.append(JUnitSuite.Case("every image can be read", failure: unreadable))
    cases.append(JUnitSuite.Case("every logit is finite", failure: nonFinite))
    return JUnitSuite(
      name: "\(manifest.model.name) on \(manifest.data.directory)", className: "assay.evaluate",
      cases: cases
    ).xml
  }

  private var unreadable: String? {
    guard !failures.isEmpty else { return nil }
    let first = failures.prefix(5).map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
    let more = failures.count > 5 ? "; and \(Figures.count(failures.count - 5)) more" : ""
    return
      "\(Figures.count(failures.count)) of \(Figures.count(manifest.data.images)) images: \(first)\(more)"
  }

  private var nonFinite: String? {
    guard accuracy.nonFinite > 0 else { return nil }
    return
      "\(Figures.count(accuracy.nonFinite)) of \(Figures.count(accuracy.top1.total)) images gave logits that are "
      + "not finite"
  }
}

/// Several tests taken together, so that the chance of even one wrong finding stays what it is for one test (Holm
/// 1979): statsmodels' `multipletests(method="holm")`.
package enum HolmCorrection {
  /// The corrected probabilities, in the order of the tests.
  ///
  /// The least of `m` is multiplied by `m`, the next by `m − 1`, and so on; none becomes less than one before it.
  package static func corrected(_ probabilities: [Double]) -> [Double] {
    var corrected = probabilities
    var largest = 0.0
    let order = probabilities.indices.sorted {
      (probabilities[$0], $0) < (probabilities[$1], $1)
    }
    for (rank, test) in order.enumerated() {
      largest = max(largest, min(1, Double(order.count - rank) * probabilities[test]))
      corrected[test] = largest
    }
    return corrected
  }
}

import Networks
import Tensors

extension NormalForm {
  /// Arithmetic of two values: in any order where that does not matter, without zeros that are added, and numbers of the
  /// network's own without axes of 1 before all others.
  mutating func zipped(
    _ arithmetic: Arithmetic, _ operands: [Int], _ shape: Shape
  ) -> Int {
    var inputs = operands
    if inputs.contains(where: { terms[$0].leaf == nil && terms[$0].shape.rank == shape.rank }) {
      inputs = inputs.map { withoutLeadingOnes($0) }
    }
    // Keras 3's Rescaling adds an offset of 0, where Keras 2 writes the product alone.
    if arithmetic == .add, inputs.count == 2,
      let zero = inputs.firstIndex(where: { terms[$0].isZero }),
      terms[inputs[1 - zero]].shape == shape
    {
      return inputs[1 - zero]
    }
    return number(
      of: Term(
        primitive: .zip(arithmetic), inputs: arithmetic.isCommutative ? inputs.sorted() : inputs,
        shape: shape))
  }

  /// Numbers of the network's own, as arithmetic reads them: axes of 1 before all others change nothing.
  private mutating func withoutLeadingOnes(_ number: Int) -> Int {
    let term = terms[number]
    guard term.leaf?.hasPrefix("=") == true, term.shape.dimensions.first == 1 else { return number }
    let kept = term.shape.dimensions.drop { $0 == 1 }
    return self.number(of: Term(leaf: term.leaf, shape: Shape(Array(kept))))
  }
}

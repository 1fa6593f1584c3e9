import Tensors

extension Program {
  /// Computes once what several steps compute from the same values with the same weights.
  ///
  /// A cell of NASNet applies the same ReLU to one map for each branch that begins with it. Where one is left,
  /// and nothing else reads the map, it is fused into the step that defines the map.
  package func sharingEqualSteps() -> Program {
    var program = self
    var known: [Computation: Value] = [:]
    var shared: [Value: Value] = [:]
    program.steps = steps.compactMap { step in
      var step = step
      step.inputs = step.inputs.map { shared[$0] ?? $0 }
      let computation = Computation(
        kind: step.kind, inputs: step.inputs, shape: shape(of: step.output))
      if let value = known[computation], !isOutput(step.output), !taps.contains(step.output) {
        shared[step.output] = value
        return nil
      }
      known[computation] = step.output
      return step
    }
    return program
  }

  /// All that the result of a step depends on; of the same numbers under other extents these are all.
  private struct Computation: Hashable {
    let kind: Kind
    let inputs: [Value]
    let shape: Shape
  }
}

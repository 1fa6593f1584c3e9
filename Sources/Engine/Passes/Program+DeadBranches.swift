extension Program {
  /// Removes the steps whose value nothing reads, and those whose value only such steps read.
  ///
  /// A layer that computes a branch and drops it leaves its nodes in the graph: these need weights,
  /// but no time.
  package func removingDeadBranches() -> Program {
    var program = self
    var read = taps.union(outputs.map(\.value))
    program.steps = steps.reversed().filter { step in
      guard read.contains(step.output) else { return false }
      read.formUnion(step.inputs)
      return true
    }.reversed()
    return program
  }
}

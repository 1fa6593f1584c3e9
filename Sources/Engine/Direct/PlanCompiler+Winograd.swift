import Networks

// Winograd's algorithm between maps of bfloat16.
extension PlanCompiler {
  /// The convolutions of bfloat16 maps that Winograd's algorithm computes, by the values they define.
  ///
  /// In float32 between the maps it is quicker than direct products of bfloat16 but those of tiles, and more
  /// exact. It knows no borders: no map that it reads or writes, and none beside it in a larger one, may be read by
  /// a direct convolution that needs one.
  func convolutionsByWinograd() -> Set<Program.Value> {
    let concatenations = program.steps.filter {
      if case .concatenate = $0.kind { laysSideBySide($0) } else { false }
    }
    let candidates = program.steps.filter { shapeForWinograd($0) != nil }
    var chosen = Set(candidates.map(\.output))
    while let lost = candidates.first(where: { step in
      chosen.contains(step.output)
        && [step.inputs[0], step.output].contains { value in
          sharing(value, of: concatenations).contains { needsBorder($0, beside: chosen) }
        }
    }) { chosen.remove(lost.output) }
    return chosen
  }

  /// The values that lie in one map with a value, itself among them, where all is laid side by side that may be.
  private func sharing(
    _ value: Program.Value, of concatenations: [Program.Step]
  ) -> Set<Program.Value> {
    var found: Set = [value]
    while true {
      let count = found.count
      for step in concatenations where !found.isDisjoint(with: step.inputs + [step.output]) {
        found.formUnion(step.inputs + [step.output])
      }
      if found.count == count { return found }
    }
  }

  /// Whether a convolution that is not among `chosen` reads a value beyond its edges.
  private func needsBorder(_ value: Program.Value, beside chosen: Set<Program.Value>) -> Bool {
    program.readers(of: value).contains { index in
      guard index < program.steps.count else { return false }
      let reader = program.steps[index]
      guard case .convolution(let convolution) = reader.kind, runsDirectly(reader) else {
        return false
      }
      return convolution.border > 0 && !chosen.contains(reader.output)
    }
  }

  /// The shape of a step that can be computed so; sums and second results are the direct kernels' alone.
  func shapeForWinograd(_ step: Program.Step) -> WinogradConvolution.Shape? {
    guard precision == .bfloat16, !keepsFloats, !exact, !machine.hasTiles,
      case .convolution(let convolution) = step.kind,
      runsDirectly(step), !convolution.adds, step.activation == nil
    else { return nil }
    let description = description(of: convolution, step, hasBias: convolution.layer.hasBias)
    return WinogradConvolution.Shape(description, bfloat16: true, threads: threads)
  }
}

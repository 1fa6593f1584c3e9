import Networks

extension Program {
  /// Folds each batch norm into the convolution or dense layer that alone reads it.
  ///
  /// `k∗(scale · x + shift) + b` is a convolution with the kernel `k · scale`, a factor for each
  /// channel that it reads, and the bias `b + Σ k · shift`. Exact only without padding: there the
  /// convolution reads 0, and not `shift`.
  package func foldingBatchNormIntoReader() -> Program {
    var program = self
    for step in steps {
      guard case .batchNorm(_, let node, relu: false) = step.kind,
        let reader = program.onlyReader(of: step.output),
        var convolution = program.unpadded(reader), convolution.inputNorm == nil,
        !convolution.adds
      else { continue }
      convolution.inputNorm = node
      convolution.layer.hasBias = true
      program.steps[reader].kind = .convolution(convolution)
      program.steps[reader].inputs = step.inputs
      program.steps.removeAll { $0.output == step.output }
    }
    return program
  }

  /// The convolution at `place`, unless it pads; a dense layer is a 1×1 convolution of one pixel.
  private func unpadded(_ place: Int) -> Convolution? {
    switch steps[place].kind {
    case .convolution(let convolution) where convolution.layer.padding == .none: return convolution
    case .dense(let dense): return Convolution(layer: dense.convolution, node: dense.node)
    default: return nil
    }
  }
}

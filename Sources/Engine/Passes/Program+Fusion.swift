package import Networks

extension Program {
  /// The program that the engine compiles: all passes, in the one order that makes sense.
  package static func optimized(
    _ graph: Graph, statistics: BatchStatistics = .moving, taps: Set<Value> = []
  ) -> Program {
    var program = Program(graph, taps: taps).removingDeadBranches().absorbingPadding()
      .movingStridesBack(statistics)
    // Statistics of the batch are known only while running: nothing can be folded.
    if statistics == .moving {
      program = program.foldingBatchNorm().foldingBatchNormIntoReader()
    }
    return program.fusingAddition().fusingReLU()
  }

  /// Moves zeros around a map into the convolutions that read it.
  ///
  /// Exact: a convolution multiplies its own padding with zeros too. A max-pool pads with −∞, which
  /// is the same only when no value is negative, as after a ReLU, and no window is padding alone.
  package func absorbingPadding() -> Program {
    var program = self
    for step in steps {
      guard case .zeroPadding(let edges) = step.kind else { continue }
      let readers = program.readers(of: step.output)
      let isPositive = program.isRectified(step.inputs[0])
      let widened = readers.map { index -> Kind? in
        guard index < program.steps.count else { return nil }
        return program.steps[index].kind.widened(by: edges, maxPoolToo: isPositive)
      }
      guard !readers.isEmpty, widened.allSatisfy({ $0 != nil }) else { continue }
      for (index, kind) in zip(readers, widened) {
        guard let kind else { continue }
        program.steps[index].kind = kind
        program.steps[index].inputs = step.inputs
      }
      program.steps.removeAll { $0.output == step.output }
    }
    return program
  }

  /// Folds each batch norm that alone reads a convolution into its kernel and bias.
  ///
  /// `gamma · (k∗x + b − mean) / deviation + beta` is a convolution with the kernel
  /// `gamma/deviation · k` and the bias `gamma/deviation · (b − mean) + beta`.
  package func foldingBatchNorm() -> Program {
    var program = self
    for step in steps {
      guard case .batchNorm(_, let node, _) = step.kind,
        program.onlyReader(of: step.inputs[0]) != nil,
        let producer = program.definition(of: step.inputs[0]),
        case .convolution(var convolution) = program.steps[producer].kind, convolution.norm == nil
      else { continue }
      convolution.norm = node
      convolution.layer.hasBias = true
      program.replace(step.output, absorbing: producer, by: .convolution(convolution))
    }
    return program
  }

  /// Lets the convolution just before an addition add to the other operand in its place.
  ///
  /// That operand must not be read again, not even by the convolution itself, which would overwrite
  /// what it still has to read; and must not be the caller's images.
  package func fusingAddition() -> Program {
    var program = self
    for step in steps {
      guard case .add = step.kind, let place = program.definition(of: step.output), place > 0,
        case .convolution(var convolution) = program.steps[place - 1].kind, !convolution.adds
      else { continue }
      let product = program.steps[place - 1].output
      guard let side = step.inputs.firstIndex(of: product) else { continue }
      let other = step.inputs[1 - side]
      guard other != product, program.onlyReader(of: product) == place,
        !program.steps[place - 1].inputs.contains(other),
        program.readers(of: other).last == place, program.definition(of: other) != nil
      else { continue }
      convolution.adds = true
      program.steps[place - 1].inputs.append(other)
      program.replace(step.output, absorbing: place - 1, by: .convolution(convolution))
    }
    return program
  }

  /// Fuses each ReLU that alone reads a convolution or a batch norm into it.
  package func fusingReLU() -> Program {
    var program = self
    for step in steps {
      guard case .relu = step.kind, program.onlyReader(of: step.inputs[0]) != nil,
        let producer = program.definition(of: step.inputs[0])
      else { continue }
      switch program.steps[producer].kind {
      case .convolution(var convolution) where !convolution.relu:
        convolution.relu = true
        program.replace(step.output, absorbing: producer, by: .convolution(convolution))
      case .batchNorm(let layer, let node, relu: false):
        program.replace(
          step.output, absorbing: producer, by: .batchNorm(layer, node: node, relu: true))
      default: continue
      }
    }
    return program
  }

  /// Removes the step that defines `value` and lets the step at `producer` define it instead.
  private mutating func replace(_ value: Value, absorbing producer: Int, by kind: Kind) {
    steps[producer].kind = kind
    let absorbed = steps.firstIndex { $0.output == value }
    steps[producer].output = value
    if let absorbed { steps.remove(at: absorbed) }
  }

  /// Whether no value of the map can be negative.
  private func isRectified(_ value: Value) -> Bool {
    definition(of: value).map { if case .relu = steps[$0].kind { true } else { false } } ?? false
  }
}

extension Program.Kind {
  /// The same step on the map without its zeros, or `nil` where that is another result.
  fileprivate func widened(by edges: EdgePadding, maxPoolToo: Bool) -> Program.Kind? {
    switch self {
    case .convolution(var convolution):
      convolution.layer.padding = convolution.layer.padding.adding(edges)
      return .convolution(convolution)
    case .maxPool(var pooling) where maxPoolToo:
      let padding = pooling.padding.adding(edges)
      guard max(padding.top, padding.bottom) < pooling.window.height,
        max(padding.left, padding.right) < pooling.window.width
      else { return nil }
      pooling.padding = padding
      return .maxPool(pooling)
    default: return nil
    }
  }
}

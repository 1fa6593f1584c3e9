package import Networks

extension Program {
  /// The program that the engine compiles: all passes, in the one order that makes sense.
  ///
  /// - Parameters:
  ///   - isChained: Whether the kernels of rows compute what they can: layer norms and attention, factors of
  ///     convolutions, single pixels of maps.
  ///   - samples: Whether they also take the pixels that 1×1 convolutions with strides read.
  ///   - lanes: What the features of an attention's head must be a multiple of.
  ///   - isFused: Which functions the kernels apply to what they sum up, besides ReLU.
  package static func optimized(
    _ graph: Graph, statistics: BatchStatistics = .moving, taps: Set<Value> = [],
    chaining isChained: Bool = false, sampling samples: Bool = false, lanes: Int = 1,
    fusing isFused: (Function) -> Bool = { _ in false }
  ) -> Program {
    var program = Program(graph, taps: taps).removingDeadBranches().sharingEqualSteps()
      .absorbingPadding()
      .movingStridesBack(statistics)
    if statistics == .moving, samples { program = program.samplingBeforeProducts() }
    // Statistics of the batch are known only while running: nothing can be folded.
    if statistics == .moving {
      program = program.foldingBatchNorm().foldingBatchNormIntoReader()
    }
    if statistics == .moving, isChained {
      program = program.joiningAttention(lanes: lanes).joiningLayerNorms().foldingScales()
    }
    program = program.fusingAddition().fusingFunctions(isFused)
    if statistics == .moving { program = program.fusingActivation(sparingRows: isChained) }
    // Last: no other pass need know of a pool that begins within its map.
    return statistics == .moving && isChained ? program.joiningSamples() : program
  }

  /// Moves zeros around a map into the convolutions that read it.
  ///
  /// Exact: a convolution multiplies its own padding with zeros too. A max-pool pads with −∞, which
  /// is the same when no value is negative, as after a ReLU; else it must be told that its padding
  /// counts. No window may be padding alone.
  package func absorbingPadding() -> Program {
    var program = self
    for step in steps {
      guard case .zeroPadding(let edges) = step.kind else { continue }
      let readers = program.readers(of: step.output)
      let isPositive = program.isRectified(step.inputs[0])
      let widened = readers.map { index -> Kind? in
        guard index < program.steps.count else { return nil }
        return program.steps[index].kind.widened(by: edges, ofPositive: isPositive)
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
  /// That operand must not be read again, and must not be the caller's images.
  package func fusingAddition() -> Program {
    var program = self
    for step in steps {
      guard case .add = step.kind, let place = program.definition(of: step.output), place > 0,
        case .convolution(var convolution) = program.steps[place - 1].kind, !convolution.adds
      else { continue }
      let product = program.steps[place - 1].output
      guard let side = step.inputs.firstIndex(of: product) else { continue }
      let other = step.inputs[1 - side]
      // Whoever adds to a map in its place must not read that map.
      guard other != product, !program.steps[place - 1].inputs.contains(other),
        program.onlyReader(of: product) == place,
        program.readers(of: other).last == place, program.definition(of: other) != nil
      else { continue }
      convolution.adds = true
      program.steps[place - 1].inputs.append(other)
      program.replace(step.output, absorbing: place - 1, by: .convolution(convolution))
    }
    return program
  }

  /// Fuses each ReLU that alone reads a convolution or a batch norm into it, and other functions into
  /// convolutions.
  ///
  /// - Parameter isFused: Which functions, besides ReLU.
  package func fusingFunctions(_ isFused: (Function) -> Bool = { _ in false }) -> Program {
    var program = self
    for step in steps {
      // A function of a weight reads no value.
      guard let function = step.kind.function, function == .relu || isFused(function),
        let input = step.inputs.first, program.onlyReader(of: input) != nil,
        let producer = program.definition(of: input)
      else { continue }
      switch program.steps[producer].kind {
      case .convolution(var convolution) where convolution.function == nil:
        convolution.function = function
        program.replace(step.output, absorbing: producer, by: .convolution(convolution))
      case .batchNorm(let layer, let node, relu: false) where function == .relu:
        program.replace(
          step.output, absorbing: producer, by: .batchNorm(layer, node: node, relu: true))
      default: continue
      }
    }
    return program
  }

  /// Lets the convolution or the max-pool that defines a value also give what a batch norm makes of
  /// it, as in pre-activation blocks, where the sum itself goes on as well.
  ///
  /// - Parameter sparesRows: Whether a norm that one product alone reads is left, to be computed while that reads
  ///   its rows: then one map is written and not two.
  package func fusingActivation(sparingRows sparesRows: Bool = false) -> Program {
    var program = self
    for step in steps {
      guard case .batchNorm(let layer, let node, let relu) = step.kind,
        let producer = program.definition(of: step.inputs[0]),
        program.steps[producer].activation == nil, program.steps[producer].output == step.inputs[0],
        !(sparesRows && program.isReadByProduct(step.output))
      else { continue }
      switch program.steps[producer].kind {
      case .convolution, .maxPool: break
      default: continue
      }
      program.steps[producer].activation = Activation(
        path: step.path, layer: layer, node: node, relu: relu, output: step.output)
      program.steps.removeAll { $0.output == step.output }
    }
    return program
  }

  /// Whether all that reads a value is one product of its pixels with a matrix.
  private func isReadByProduct(_ value: Value) -> Bool {
    guard let reader = onlyReader(of: value),
      case .convolution(let convolution) = steps[reader].kind
    else { return false }
    return convolution.layer.isPointwise && steps[reader].inputs.first == value
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
  /// The function of single numbers that a step is, if it is one.
  fileprivate var function: Function? {
    switch self {
    case .relu: .relu
    case .primitive(.map(let function), _): function
    default: nil
    }
  }

  /// The same step on the map without its zeros, or `nil` where that is another result.
  fileprivate func widened(by edges: EdgePadding, ofPositive: Bool) -> Program.Kind? {
    switch self {
    case .convolution(var convolution):
      convolution.layer.padding = convolution.layer.padding.adding(edges)
      return .convolution(convolution)
    case .maxPool(var pooling, zeros: false) where ofPositive || pooling.padding == .none:
      let padding = pooling.padding.adding(edges)
      guard max(padding.top, padding.bottom) < pooling.window.height,
        max(padding.left, padding.right) < pooling.window.width
      else { return nil }
      pooling.padding = padding
      return .maxPool(pooling, zeros: !ofPositive)
    default: return nil
    }
  }
}

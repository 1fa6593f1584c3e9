import Networks
import Tensors

extension Program {
  /// Computes maps only at the rows and columns that are read later.
  ///
  /// A 1×1 convolution or pool of stride s reads every s-th row and column. Where all readers of a
  /// value agree on that, the value is computed there alone: the convolution or the pool that
  /// defines it takes the stride over. What works pixel by pixel asks its operands for the same in
  /// its turn, so that a stride moves back through ReLU, batch norm, addition, concatenation and 1×1
  /// convolutions. Exact: what is still computed is computed from the same values as before.
  ///
  /// An operand that others need whole is subsampled into a copy, provided that another one shrinks.
  package func movingStridesBack(_ statistics: BatchStatistics) -> Program {
    let spacings = spacings(statistics)
    var program = self
    program.steps = []
    var copies: [Copy: Value] = [:]
    for var step in steps {
      let spacing = spacings[step.output] ?? 1
      if step.kind.isPixelwise(statistics) {
        for (place, input) in step.inputs.enumerated() where spacings[input] ?? 1 != spacing {
          let copy = Copy(value: input, spacing: spacing)
          let value = copies[copy] ?? program.subsample(copy, for: step)
          copies[copy] = value
          step.inputs[place] = value
        }
      } else if let strides = step.kind.strides {
        step.kind.strides = strides.times(spacing).over(spacings[step.inputs[0]] ?? 1)
      }
      if spacing != 1 { program.shrink(step.output, from: step.output, by: spacing) }
      program.steps.append(step)
    }
    return program.removingIdentityPools()
  }

  /// A value at some of its rows and columns.
  struct Copy: Hashable {
    let value: Value
    let spacing: Extent
  }

  /// The distance of the rows and columns at which each value is read, where that is not 1.
  private func spacings(_ statistics: BatchStatistics) -> [Value: Extent] {
    var spacings: [Value: Extent] = [:]
    for step in steps.reversed() where step.kind.strides != nil || step.kind.isPixelwise(statistics)
    {
      let read = Set(
        readers(of: step.output).map { reader -> Extent in
          guard reader < steps.count else { return 1 }
          return steps[reader].kind.spacing(
            read: spacings[steps[reader].output] ?? 1, statistics)
        })
      if read.count == 1, let spacing = read.first, spacing != 1 {
        spacings[step.output] = spacing
      }
    }
    // What would read nothing but copies saves no convolution anything, and stays as it is.
    for step in steps where step.kind.isPixelwise(statistics) {
      let spacing = spacings[step.output]
      if !step.inputs.contains(where: { spacings[$0] == spacing }) { spacings[step.output] = nil }
    }
    return spacings
  }

  /// Takes some rows and columns of a value, right after it was defined.
  ///
  /// Not later: a convolution just before an addition is to be fused with it.
  private mutating func subsample(_ copy: Copy, for reader: Step) -> Value {
    let step = subsampling(copy, for: reader)
    steps.insert(step, at: definition(of: copy.value).map { $0 + 1 } ?? 0)
    return step.output
  }

  /// The step that takes some rows and columns of a value.
  ///
  /// By a mean, of one pixel: oneDNN's max-pool makes −3.4e38 of what is no number.
  mutating func subsampling(_ copy: Copy, for reader: Step) -> Step {
    let value = newValue(shape(of: copy.value))
    let pooling = Planar.Pooling(window: 1, strides: copy.spacing, padding: .none)
    shrink(value, from: copy.value, by: copy.spacing)
    return Step(
      path: "\(reader.path)/subsample", kind: .averagePool(pooling), inputs: [copy.value],
      output: value)
  }

  /// Notes that `value` is `source` at some of its rows and columns.
  private mutating func shrink(_ value: Value, from source: Value, by spacing: Extent) {
    var map = shape(of: source).dimensions
    guard (2...3).contains(map.count) else { return }
    map[0] = (map[0] - 1) / spacing.height + 1
    if map.count == 3 { map[1] = (map[1] - 1) / spacing.width + 1 }
    extents[value] = Shape(map)
  }

  /// Removes the 1×1 pools whose stride has moved on: they copy a map.
  private func removingIdentityPools() -> Program {
    var program = self
    for (place, step) in steps.enumerated().reversed() {
      guard step.kind.isPool, step.kind.readsSinglePixels, step.kind.strides == 1,
        shape(of: step.inputs[0]) == shape(of: step.output), !isOutput(step.output),
        !taps.contains(step.output)
      else { continue }
      for reader in program.readers(of: step.output) {
        program.steps[reader].inputs = program.steps[reader].inputs.map {
          $0 == step.output ? step.inputs[0] : $0
        }
      }
      program.steps.remove(at: place)
    }
    return program
  }
}

extension Program.Kind {
  /// Whether each pixel of the result is computed from that pixel of its operands alone.
  fileprivate func isPixelwise(_ statistics: BatchStatistics) -> Bool {
    switch self {
    case .relu, .add, .concatenate, .layerNorm: true
    // A batch's own statistics are taken over all pixels.
    case .batchNorm: statistics == .moving
    default: false
    }
  }

  /// The distance of the rows and columns that it reads, to give its own at the distance `written`.
  fileprivate func spacing(read written: Extent, _ statistics: BatchStatistics) -> Extent {
    if isPixelwise(statistics) { return written }
    guard readsSinglePixels, let strides else { return 1 }
    return strides.times(written)
  }

  /// Whether its windows are single pixels, none of which is padding.
  var readsSinglePixels: Bool {
    switch self {
    case .convolution(let convolution):
      convolution.layer.kernel == 1 && convolution.layer.padding == .none
    case .maxPool(let pooling, _), .averagePool(let pooling):
      pooling.window == 1 && pooling.padding == .none
    default: false
    }
  }

  var isPool: Bool {
    switch self {
    case .maxPool, .averagePool: true
    default: false
    }
  }

  /// The steps between its windows; `nil` for what has none, or also reads where it writes.
  var strides: Extent? {
    get {
      switch self {
      case .convolution(let convolution): convolution.adds ? nil : convolution.layer.strides
      case .maxPool(let pooling, _), .averagePool(let pooling): pooling.strides
      default: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .convolution(var convolution):
        convolution.layer.strides = newValue
        self = .convolution(convolution)
      case .maxPool(var pooling, let zeros):
        pooling.strides = newValue
        self = .maxPool(pooling, zeros: zeros)
      case .averagePool(var pooling):
        pooling.strides = newValue
        self = .averagePool(pooling)
      default: break
      }
    }
  }
}

extension Extent {
  fileprivate func times(_ other: Extent) -> Extent {
    Extent(height: height * other.height, width: width * other.width)
  }

  fileprivate func over(_ other: Extent) -> Extent {
    Extent(height: height / other.height, width: width / other.width)
  }
}

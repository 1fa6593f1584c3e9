import Networks

/// In which forms a value is read, which the step that defines it must know.
struct MapNeeds {
  /// By a sum, a pool or a batch norm, in float32 or bfloat16.
  var isWide = false
  /// By oneDNN or the caller, in float32.
  var isPlain = false
  /// By convolutions in their own numbers, with at least so wide a border.
  var narrowBorder: Int?
  /// By chains, in float32, which make bytes of it themselves.
  var isRounded = false

  /// Whether a calibration must know its range.
  var isCalibrated: Bool { narrowBorder != nil || isRounded }

  mutating func readNarrowly(border: Int) { narrowBorder = max(narrowBorder ?? 0, border) }
}

extension PlanCompiler {
  /// The forms in which the steps read all values.
  func mapNeeds() -> [Program.Value: MapNeeds] {
    var needs: [Program.Value: MapNeeds] = [:]
    for port in program.outputs { needs[port.value] = MapNeeds(isPlain: true) }
    for tap in taps { needs[tap, default: MapNeeds()].isPlain = true }
    for step in program.steps {
      var inputs = step.inputs
      switch step.kind {
      case .convolution(let convolution) where runsDirectly(step):
        if convolution.adds { needs[inputs.removeLast(), default: MapNeeds()].isWide = true }
        let border = transformed.contains(step.output) ? 0 : convolution.border
        needs[inputs[0], default: MapNeeds()].readNarrowly(border: border)
      case _ where runsDirectly(step):
        for input in inputs { needs[input, default: MapNeeds()].isWide = true }
      default:
        for input in inputs { needs[input, default: MapNeeds()].isPlain = true }
        if takesBytes(step) { needs[inputs[0]]?.isRounded = true }
      }
    }
    return needs
  }

  /// Whether one of Assay's own kernels computes the step.
  func runsDirectly(_ step: Program.Step) -> Bool {
    guard statistics == .moving, allowed.contains(.direct) else { return false }
    let inBlocks = program.form(of: step.output).channels % machine.lanes == 0
    switch step.kind {
    case .convolution(let convolution): return inBlocks && runsDirectly(convolution, step)
    case .maxPool(let pooling, let zeros):
      return inBlocks
        && (!keepsFloats || step.activation != nil || zeros && !poolsByRows(pooling, step))
    case .averagePool, .batchNorm, .relu, .add: return inBlocks && !keepsFloats
    case .concatenate: return laysSideBySide(step)
    default: return false
    }
  }

  private func runsDirectly(_ convolution: Program.Convolution, _ step: Program.Step) -> Bool {
    let layer = convolution.layer
    // Rows stay in float32, as those that dense layers read.
    let source = program.form(of: step.inputs[0])
    guard case .map = source else { return false }
    let channels = source.channels
    if keepsFloats, precision != .float32, readsImages(convolution, step) {
      // In float32 the rows of the first go on in a chain; of large windows half the products are worth more.
      guard case .bfloat16 = precision, layer.kernel.height * layer.kernel.width >= 25 else {
        return false
      }
    }
    guard layer.groups == 1, layer.dilation == 1, layer.strides == 1 || layer.strides == 2 else {
      return false
    }
    switch precision {
    case .float32:
      guard convolution.function == nil || convolution.relu else { return false }
      // oneDNN's kernels are as quick but where a pass over a sum is saved, or, by 3 % with AVX-512,
      // where many inputs are added up.
      let isLong = channels >= 1024 && machine.lanes == 16
      return (step.activation != nil || isLong) && layer.isPointwise
        && channels % machine.lanes == 0
    case .bfloat16:
      // Those of single pixels are computed in chains; others by Winograd's algorithm where that is quicker.
      if keepsFloats, step.activation == nil {
        let description = description(of: convolution, step, hasBias: true)
        let isQuicker = !exact && !machine.hasTiles
        if layer.isPointwise
          || isQuicker && WinogradConvolution.Shape(description, threads: threads) != nil
        {
          return false
        }
      }
    case .int8:
      if isKept(convolution) { return false }
      if keepsFloats, layer.isPointwise, step.activation == nil { return false }
    }
    return channels % machine.lanes == 0 || channels <= 4 && isPlainMap(step.inputs[0])
  }
}

extension Program.Convolution {
  /// The border that a map needs so that no window leaves it.
  var border: Int {
    max(layer.padding.top, layer.padding.bottom, layer.padding.left, layer.padding.right)
  }
}

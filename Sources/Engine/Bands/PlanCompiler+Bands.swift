import CBands
import COneDNN
import Networks
import Tensors

// Which steps are computed row by row.
extension PlanCompiler {
  /// Whether a step can be computed row by row.
  func bandsTake(_ step: Program.Step) -> Bool {
    guard statistics == .moving, step.activation == nil else { return false }
    switch precision {
    case .float32: break
    case .bfloat16: if runsDirectly(step) { return false }
    case .int8:
      let isDense = if case .dense = step.kind { true } else { false }
      if !keepsFloats && !isDense || runsDirectly(step) { return false }
    }
    switch step.kind {
    case .convolution(let convolution): return bandsTake(convolution, step)
    case .batchNorm, .relu: return isReadByBands(step)
    case .maxPool(let pooling, _), .averagePool(let pooling): return poolsByRows(pooling, step)
    case .add: return keepsFloats && program.isMap(step.output)
    case .primitive(.zip(.multiply), _):
      return program.isMap(step.output) && mapAndFactors(of: step) != nil && isReadByBands(step)
    case .concatenate: return channelsTake(step)
    case .layerNorm, .attention: return true
    case .dense: return true
    default: return false
    }
  }

  /// Whether a convolution that is computed row by row goes on with a map, and nothing else reads it.
  private func isReadByBands(_ step: Program.Step) -> Bool {
    guard program.isMap(step.output), let next = program.onlyReader(of: step.output),
      program.steps[next].inputs[0] == step.output,
      case .convolution(let convolution) = program.steps[next].kind,
      !readsImages(convolution, program.steps[next])
    else { return false }
    return bandsTake(program.steps[next])
  }

  private func bandsTake(_ convolution: Program.Convolution, _ step: Program.Step) -> Bool {
    let layer = convolution.layer
    if let function = convolution.function, !function.keepsZero, layer.filters % bands.lanes != 0 {
      return false
    }
    if readsImages(convolution, step) { return true }
    let channels = program.form(of: step.inputs[0]).channels
    if convolution.isDepthwise(of: channels) {
      return program.isMap(step.output) && max(layer.kernel.height, layer.kernel.width) <= 16
        && layer.dilation.height <= 8
    }
    return layer.isPointwise
  }

  /// Whether a pool of a map is computed row by row.
  func poolsByRows(_ pooling: Planar.Pooling, _ step: Program.Step) -> Bool {
    keepsFloats && allowed.contains(.bands) && statistics == .moving
      && program.isMap(step.inputs[0])
      && program.isMap(step.output)
      && max(pooling.window.height, pooling.window.width) <= CB_WINDOW_ROWS
  }

  /// Whether a convolution has windows over a map of so few channels that these are read in plain order.
  func readsImages(_ convolution: Program.Convolution, _ step: Program.Step) -> Bool {
    let (layer, channels) = (convolution.layer, program.form(of: step.inputs[0]).channels)
    return program.isMap(step.inputs[0]) && program.isMap(step.output) && !layer.isPointwise
      && !convolution.adds
      && layer.groups == 1 && layer.dilation == 1 && channels <= 4
      && layer.kernel.height <= CB_WINDOW_ROWS && layer.kernel.width * channels <= CB_WINDOW_ROW
  }

  /// Whether a 1×1 convolution of a map multiplies bytes.
  func takesBytes(_ step: Program.Step) -> Bool {
    guard case .int8(let calibration) = precision, keepsFloats, bandsTake(step),
      case .convolution(let convolution) = step.kind, convolution.layer.isPointwise,
      program.isMap(step.inputs[0]), program.definition(of: step.inputs[0]) != nil,
      !isKept(convolution)
    else { return false }
    return !calibration.inBFloat16.contains(bound.graph.path(of: convolution.node))
  }

  /// The 1×1 convolutions that make bytes of sums to which no function was applied, which are of either sign: of the
  /// bottlenecks of inverted residuals, and of what lies within separable convolutions.
  var readersOfSums: [Node.ID] {
    program.steps.compactMap { step in
      guard takesBytes(step), case .convolution(let reader) = step.kind,
        let source = program.definition(of: step.inputs[0]),
        case .convolution(let linear) = program.steps[source].kind, linear.function == nil
      else { return nil }
      return reader.node
    }
  }

  /// Whether a convolution is computed in float32, as accuracy needs.
  func isKept(_ convolution: Program.Convolution) -> Bool {
    guard case .int8(let calibration) = precision else { return false }
    return calibration.kept.contains(bound.graph.path(of: convolution.node))
  }

  /// The map and the factors of its channels that a step multiplies, as squeeze-and-excitation does.
  func mapAndFactors(of step: Program.Step) -> (map: Program.Value, factors: Program.Value)? {
    guard case .primitive(.zip(.multiply), let operands) = step.kind, operands.count == 2,
      case .value(let first) = operands[0], case .value(let second) = operands[1]
    else { return nil }
    let whole = program.shape(of: step.output)
    func isFactors(_ place: Int) -> Bool {
      let shape = program.shape(of: step.inputs[place])
      return shape.elementCount == whole[2] && shape.dimensions.last == whole[2]
    }
    func isMap(_ place: Int) -> Bool { program.shape(of: step.inputs[place]) == whole }
    if isMap(first), isFactors(second) { return (step.inputs[first], step.inputs[second]) }
    if isMap(second), isFactors(first) { return (step.inputs[second], step.inputs[first]) }
    return nil
  }
}

extension Program {
  /// Whether it is built of convolutions of single pixels and depthwise ones, or of products of rows; or of norms
  /// of concatenations, which nothing that defines a map can compute along with it.
  var goesByRows: Bool {
    let normsParts = steps.contains { step in
      guard case .batchNorm = step.kind, let source = definition(of: step.inputs[0]),
        case .concatenate = steps[source].kind
      else { return false }
      return true
    }
    if normsParts { return true }
    let convolutions = steps.compactMap { step -> (Convolution, Int)? in
      guard case .convolution(let convolution) = step.kind else { return nil }
      return (convolution, form(of: step.inputs[0]).channels)
    }
    return convolutions.contains { $0.isDepthwise(of: $1) }
      || !convolutions.contains { convolution, _ in
        !convolution.layer.isPointwise && convolution.layer.strides.height <= 2
      }
  }
}

extension Program.Convolution {
  /// Whether each filter reads one of so many channels, and each channel has one.
  func isDepthwise(of channels: Int) -> Bool {
    layer.groups == channels && layer.filters == channels && channels > 1
  }
}

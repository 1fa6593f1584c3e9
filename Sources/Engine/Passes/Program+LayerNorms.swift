import Networks
import Tensors

// What Keras writes as several operations on the channels of a pixel.
extension Program {
  /// Takes a normalisation over the last axis and the weights that follow it for one step.
  package func joiningLayerNorms() -> Program {
    var program = self
    for step in steps {
      guard case .primitive(.normalize(let axes, let settings), _) = step.kind,
        let input = step.inputs.first, let place = program.definition(of: step.output)
      else { continue }
      let rank = shape(of: input).rank
      guard rank > 1, axes == [rank - 1] else { continue }
      program.steps[place].kind = .layerNorm(LayerNorm(settings: settings))
      program.absorb(.multiply, into: place)
      program.absorb(.add, into: place)
    }
    return program
  }

  /// Lets a layer norm also multiply or add the weight with which the only step that reads it does that.
  private mutating func absorb(_ arithmetic: Arithmetic, into place: Int) {
    let step = steps[place]
    guard case .layerNorm(var norm) = step.kind, let reader = onlyReader(of: step.output),
      let weight = channelWeight(of: reader, arithmetic)
    else { return }
    if arithmetic == .multiply { norm.gamma = weight } else { norm.beta = weight }
    steps[place].kind = .layerNorm(norm)
    steps[place].output = steps[reader].output
    steps.remove(at: reader)
  }

  /// Lets each convolution multiply its results by the weight that its only reader multiplies them by, as
  /// ConvNeXt's LayerScale does.
  package func foldingScales() -> Program {
    var program = self
    for step in steps {
      guard let reader = program.definition(of: step.output),
        let weight = program.channelWeight(of: reader, .multiply), let input = step.inputs.first,
        program.onlyReader(of: input) != nil, let producer = program.definition(of: input),
        case .convolution(var convolution) = program.steps[producer].kind,
        convolution.scale == nil, convolution.function == nil, !convolution.adds
      else { continue }
      convolution.scale = weight
      program.steps[producer].kind = .convolution(convolution)
      program.steps[producer].output = step.output
      program.steps.remove(at: reader)
    }
    return program
  }

  /// The weight of a number a channel that a step multiplies its one value by, or adds to it.
  private func channelWeight(of place: Int, _ arithmetic: Arithmetic) -> Operand? {
    guard case .primitive(.zip(arithmetic), let operands) = steps[place].kind, operands.count == 2,
      steps[place].inputs.count == 1
    else { return nil }
    let whole = shape(of: steps[place].output)
    guard shape(of: steps[place].inputs[0]) == whole, let channels = whole.dimensions.last else {
      return nil
    }
    return operands.first { operand in
      switch operand {
      case .value: false
      case .parameter(_, let shape), .constant(_, let shape):
        shape.dimensions.last == channels && shape.elementCount == channels
      }
    }
  }
}

import Networks
import Tensors

extension Program {
  /// The most values of which a pool takes the mean of a whole map.
  ///
  /// Pools add one value after the other in float32, which over the 112×112 values of EfficientNetB0's
  /// first squeeze is off by 2.6e-6 of the mean, where Keras is off by 1e-7; the loops add in double.
  private static let largestMean = 1024

  /// Names the steps that the fast kernels compute as these know them; all others stay primitives.
  func withPlanarKinds() -> Program {
    var program = self
    program.steps = []
    for step in steps {
      guard case .primitive(let primitive, let operands) = step.kind else { continue }
      if case .concatenate(let axis) = primitive, step.inputs.count == operands.count,
        step.inputs.count > 1, axis == shape(of: step.output).rank - 1
      {
        program.steps.append(
          Step(path: step.path, kind: .concatenate, inputs: step.inputs, output: step.output))
      } else {
        var step = step
        step.kind = program.kind(of: primitive, operands, step) ?? step.kind
        program.steps.append(step)
      }
    }
    return program.flatteningChannelsFirst()
  }

  private func kind(of primitive: Primitive, _ operands: [Operand], _ step: Step) -> Kind? {
    guard case .value = operands.first, let node = step.node else { return nil }
    let x = shape(of: step.inputs[0])
    let hasOnlyWeights = operands.dropFirst().allSatisfy {
      if case .parameter = $0 { true } else { false }
    }
    switch primitive {
    case .window(let windows, let groups):
      guard hasOnlyWeights, x.rank == windows.rank + 1, let plane = windows.plane else {
        return nil
      }
      return .convolution(
        Convolution(
          layer: Planar.Convolution(
            filters: shape(of: step.output).dimensions.last ?? 0, kernel: plane.size,
            strides: plane.strides, padding: plane.padding, dilation: plane.dilation,
            groups: groups, hasBias: operands.count > 2), node: node))
    case .pool(let windows, let reduction):
      guard x.rank == windows.rank + 1, let plane = windows.plane, plane.dilation == 1 else {
        return nil
      }
      return pool(plane.size, plane.strides, plane.padding, reduction)
    case .reduce(let reduction, let axes, _):
      guard (2...3).contains(x.rank), axes.sorted() == Array(0..<x.rank - 1) else { return nil }
      let whole = Extent(height: x[0], width: x.rank == 3 ? x[1] : 1)
      guard reduction != .mean || whole.height * whole.width <= Self.largestMean else { return nil }
      return pool(whole, 1, .none, reduction)
    case .contract(let contraction):
      guard hasOnlyWeights, contraction == Contraction([x.rank - 1], [0]),
        case .parameter(_, let kernel) = operands[1], kernel.rank == 2
      else { return nil }
      let dense = Dense(units: kernel[1], hasBias: operands.count > 2, node: node)
      return x.rank == 1
        ? .dense(dense) : .convolution(Convolution(layer: dense.convolution, node: node))
    case .batchNormalize(let norm):
      guard hasOnlyWeights, norm.axis == x.rank - 1 else { return nil }
      return .batchNorm(
        Planar.BatchNorm(
          epsilon: norm.epsilon, hasScale: norm.hasScale, hasCenter: norm.hasCenter),
        node: node, relu: false)
    case .map(let function) where function == .relu: return .relu
    case .pad(let edges, .constant(0)): return padding(edges)
    case .zip(.add):
      guard step.inputs.count == 2, x == shape(of: step.inputs[1]) else { return nil }
      return .add
    // A classifier's probabilities, in double precision; attention has many rows, which loops share out.
    case .softmax(.plain, let axes): return x.rank == 1 && axes == [0] ? .softmax : nil
    case .reshape: return .flatten(.channelsLast)
    case .input, .transposed, .map, .zip, .softmax, .normalize, .select, .permute, .slice, .pad,
      .concatenate, .resize, .gather:
      return nil
    }
  }

  private func pool(
    _ window: Extent, _ strides: Extent, _ padding: EdgePadding, _ reduction: Reduction
  ) -> Kind? {
    let pooling = Planar.Pooling(window: window, strides: strides, padding: padding)
    // A window that is all padding has no mean and no largest; oneDNN refuses it.
    guard max(padding.top, padding.bottom) < window.height,
      max(padding.left, padding.right) < window.width
    else { return nil }
    switch reduction {
    case .largest: return .maxPool(pooling, zeros: false)
    case .mean: return .averagePool(pooling)
    default: return nil
    }
  }

  private func padding(_ edges: [Edge]) -> Kind? {
    guard (2...3).contains(edges.count), edges.last == Edge.none,
      edges.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
    else { return nil }
    // Of two axes the second is that of the channels, which is not padded.
    return .zeroPadding(EdgePadding(edges))
  }

  /// A map permuted to channels first, and only then read as a row, is one copy.
  private func flatteningChannelsFirst() -> Program {
    var program = self
    for step in steps {
      guard case .flatten = step.kind, shape(of: step.output).rank == 1,
        let producer = program.definition(of: step.inputs[0]),
        case .primitive(.permute([2, 0, 1]), _) = program.steps[producer].kind,
        program.onlyReader(of: step.inputs[0]) != nil,
        let place = program.definition(of: step.output)
      else { continue }
      program.steps[place].kind = .flatten(.channelsFirst)
      program.steps[place].inputs = program.steps[producer].inputs
      program.steps.remove(at: producer)
    }
    return program
  }
}

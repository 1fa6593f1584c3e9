import Networks
import Tensors

// Single pixels of a map, which the kernels of rows take as they read it.
extension Program {
  /// Takes a pool of single pixels and what pads or crops the map before it for one step.
  ///
  /// NASNet shifts a map so, by a row and a column, before it takes every second pixel. Exact: what is taken is a
  /// value of the map, or a zero beyond it.
  package func joiningSamples() -> Program {
    var program = self
    for step in steps {
      guard case .averagePool(let pooling) = step.kind, pooling.window == 1,
        pooling.padding == .none, program.isMap(step.output)
      else { continue }
      var padding = EdgePadding.none
      while let reader = program.definition(of: step.output),
        let producer = program.definition(of: program.steps[reader].inputs[0]),
        let edges = program.steps[producer].zerosAround, edges.mayPrecede(padding),
        program.onlyReader(of: program.steps[producer].output) == reader
      {
        padding = padding.adding(edges)
        program.steps[reader].kind = .maxPool(
          Planar.Pooling(window: 1, strides: pooling.strides, padding: padding), zeros: true)
        program.steps[reader].inputs = program.steps[producer].inputs
        program.steps.remove(at: producer)
      }
    }
    return program
  }

  /// Lets convolutions add some rows and columns of a map as they lie in it, and not a copy of these.
  ///
  /// - Parameter takes: Which convolutions can.
  package func addingSamples(where takes: (Step) -> Bool) -> Program {
    var program = self
    for step in steps where step.kind.isPool && step.kind.readsSinglePixels {
      guard let strides = step.kind.strides, strides.height == strides.width, strides != 1,
        !taps.contains(step.output), let reader = program.onlyReader(of: step.output),
        case .convolution(var convolution) = program.steps[reader].kind, convolution.adds,
        program.steps[reader].inputs.last == step.output, takes(program.steps[reader]),
        // Nothing may have been added to the map in its place by then.
        !program.steps[..<reader].contains(where: { $0.overwrites(step.inputs[0]) })
      else { continue }
      convolution.addendStride = strides.height
      program.steps[reader].kind = .convolution(convolution)
      program.steps[reader].inputs[program.steps[reader].inputs.count - 1] = step.inputs[0]
      program.steps.removeAll { $0.output == step.output }
    }
    return program
  }

  /// Lets a 1×1 convolution with strides read a map of the pixels that it needs.
  package func samplingBeforeProducts() -> Program {
    var program = self
    program.steps = []
    var samples: [Copy: Value] = [:]
    for var step in steps {
      if case .convolution(let convolution) = step.kind, convolution.layer.groups == 1,
        step.kind.readsSinglePixels, let strides = step.kind.strides, strides != 1,
        isMap(step.output)
      {
        let copy = Copy(value: step.inputs[0], spacing: strides)
        if samples[copy] == nil {
          let sample = program.subsampling(copy, for: step)
          program.steps.append(sample)
          samples[copy] = sample.output
        }
        step.kind.strides = 1
        step.inputs[0] = samples[copy] ?? copy.value
      }
      program.steps.append(step)
    }
    return program
  }
}

extension Program.Step {
  /// Whether its result lies where this value lay.
  fileprivate func overwrites(_ value: Program.Value) -> Bool {
    guard case .convolution(let convolution) = kind else { return false }
    return convolution.addsInPlace && inputs.last == value
  }

  /// The zeros that it lays around a map, or takes what lies there away, where they are negative.
  fileprivate var zerosAround: EdgePadding? {
    switch kind {
    case .zeroPadding(let edges): return edges
    case .primitive(.pad(let edges, .constant(0)), _):
      guard edges.count == 3, edges[2] == .none else { return nil }
      return EdgePadding(edges)
    default: return nil
    }
  }
}

extension EdgePadding {
  /// Whether this and then the other are their sum: what is cropped does not come back as a zero.
  fileprivate func mayPrecede(_ next: EdgePadding) -> Bool {
    zip([top, bottom, left, right], [next.top, next.bottom, next.left, next.right])
      .allSatisfy { $0 >= 0 || $1 <= 0 }
  }
}

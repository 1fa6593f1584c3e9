import COneDNN
import Networks

/// Kernels of one origin.
///
/// Every family is asked once for each step of a program, before memory is planned; the cheapest offer computes
/// the step. Plain loops always offer in float32, so that every network runs.
enum KernelFamily: CaseIterable {
  /// Assay's own (`CDirect`, and `CWinograd` between maps of bfloat16), with all that follows fused into them.
  case direct
  /// Assay's own chains of rows (`CBands`), between maps of float32.
  case bands
  /// oneDNN's primitives, and Winograd's algorithm between maps of float32 in blocks of channels.
  case oneDNN
  /// Loops of float32 in plain order (`CLoops`).
  case loops
}

/// That a family would compute a step, and for how much.
struct Offer {
  /// Who offers.
  let family: KernelFamily
  /// The time, in hundredths of that which oneDNN takes.
  ///
  /// One number a family is enough: a family offers a step only where it was measured to be worth it.
  let cost: Int
}

extension KernelFamily {
  /// What the family says of a step.
  func offer(for step: Program.Step, in compiler: PlanCompiler) -> Offer? {
    switch self {
    case .direct: compiler.runsDirectly(step) ? Offer(family: self, cost: 90) : nil
    case .bands: compiler.bandsTake(step) ? Offer(family: self, cost: 80) : nil
    case .oneDNN: compiler.oneDNNTakes(step) ? Offer(family: self, cost: 100) : nil
    case .loops: compiler.loopsTake(step) ? Offer(family: self, cost: 600) : nil
    }
  }
}

extension PlanCompiler {
  /// The family that computes each step, of those that may.
  ///
  /// - Throws: ``EngineError`` for a step that none computes.
  func families(among allowed: [KernelFamily]) throws(EngineError) -> [KernelFamily] {
    try program.steps.map { step throws(EngineError) in
      let offers = allowed.compactMap { $0.offer(for: step, in: self) }
      guard let best = offers.min(by: { $0.cost < $1.cost }) else {
        throw EngineError("\(step.path): no kernel computes this step in \(precision.name)")
      }
      return best.family
    }
  }

  /// Whether plain loops compute a step: any of float32 maps, and of others what has no numbers of its own.
  fileprivate func loopsTake(_ step: Program.Step) -> Bool {
    switch step.kind {
    case .primitive, .flatten, .softmax: true
    default: keepsFloats && statistics == .moving
    }
  }

  /// Whether oneDNN has a kernel for a step; it has none for some extents, which only it can tell.
  fileprivate func oneDNNTakes(_ step: Program.Step) -> Bool {
    switch step.kind {
    case .primitive, .flatten, .softmax, .layerNorm, .attention: false
    case .convolution(let convolution):
      CompiledPrimitive.exists(convolution: description(of: convolution, step, hasBias: true))
    case .dense(let dense):
      CompiledPrimitive.exists(
        convolution: description(
          of: Program.Convolution(layer: dense.convolution, node: dense.node), step, hasBias: true))
    case .maxPool(let pooling, let zeros):
      hasPooling(step, pooling.withoutPadding(zeros), maximum: true)
    case .averagePool(let pooling): hasPooling(step, pooling, maximum: false)
    case .batchNorm, .relu, .zeroPadding, .add, .concatenate: true
    }
  }

  private func hasPooling(
    _ step: Program.Step, _ pooling: Planar.Pooling, maximum: Bool
  ) -> Bool {
    var source = extents(of: step.inputs[0])
    let to = extents(of: step.output)
    if pooling.padding == .none {
      // What zeros around the map make of it.
      source.height = (to.height - 1) * Int64(pooling.strides.height) + Int64(pooling.window.height)
      source.width = (to.width - 1) * Int64(pooling.strides.width) + Int64(pooling.window.width)
    }
    return CompiledPrimitive.exists(
      poolingOf: maximum, from: source, to: to,
      dn_windows(pooling.window, pooling.strides, 1, pooling.padding))
  }
}

extension Planar.Pooling {
  /// The same of a map with zeros around it already.
  fileprivate func withoutPadding(_ isPadded: Bool) -> Planar.Pooling {
    var pooling = self
    if isPadded { pooling.padding = .none }
    return pooling
  }
}

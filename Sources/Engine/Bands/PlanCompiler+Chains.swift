import CBands
import Networks
import Tensors

// Which steps that are computed row by row are one chain.
extension PlanCompiler {
  /// The steps that are computed as one chain, by the first of them.
  func bandChains() -> [Int: [Int]] {
    var chains: [Int: [Int]] = [:]
    var taken: Set<Int> = []
    for first in program.steps.indices where families[first] == .bands && !taken.contains(first) {
      switch program.steps[first].kind {
      case .concatenate, .attention: continue
      default: break
      }
      var chain = [first]
      while let next = successor(of: chain, after: first) { chain.append(next) }
      taken.formUnion(chain)
      chains[first] = chain
    }
    return chains
  }

  /// The step that goes on with the rows of a chain.
  private func successor(of chain: [Int], after first: Int) -> Int? {
    let last = chain[chain.count - 1]
    let step = program.steps[last]
    guard chain.count < Self.longestChain, let next = program.onlyReader(of: step.output),
      families[next] == .bands,
      !isColumn(step.output) || !(chain + [next]).contains(where: readsWindows)
    else { return nil }
    if case .add = program.steps[next].kind {
      // A pool adds what exists when the chain begins.
      guard step.kind.isPool, let other = program.steps[next].addend(besides: step.output) else {
        return nil
      }
      return exists(other, before: first) ? next : nil
    }
    guard program.steps[next].inputs[0] == step.output, !step.adds else { return nil }
    switch program.steps[next].kind {
    case .layerNorm: return isLarge(step.output) ? next : nil
    case .maxPool, .averagePool:
      guard case .convolution(let own) = step.kind else { return nil }
      return paysToLink(own, step) ? next : nil
    default: break
    }
    guard case .convolution(let convolution) = program.steps[next].kind,
      !readsImages(convolution, program.steps[next])
    else { return nil }
    if convolution.adds {
      // What is added must exist when the chain begins.
      guard let addend = program.steps[next].inputs.last, exists(addend, before: first) else {
        return nil
      }
    }
    if step.kind.isPool { return step.takesPixels || isLarge(step.output) ? next : nil }
    guard case .convolution(let own) = step.kind else { return next }
    return paysToLink(own, step, to: convolution) ? next : nil
  }

  private static let longestChain = 6

  /// Whether a map is one pixel wide: CB_STRASSEN takes halves of all its pixels, so these must be one row, which no
  /// windows read or leave.
  private func isColumn(_ value: Program.Value) -> Bool {
    if case .map(let image) = program.form(of: value) { image.width == 1 } else { false }
  }

  private func readsWindows(_ step: Int) -> Bool {
    switch program.steps[step].kind {
    case .convolution(let convolution): !convolution.layer.isPointwise
    default: program.steps[step].kind.isPool
    }
  }

  private func exists(_ value: Program.Value, before step: Int) -> Bool {
    program.definition(of: value).map { $0 < step } ?? true
  }

  /// Whether a map is better never written down.
  ///
  /// None of this changes what is computed.
  /// Small maps stay in a core's second cache in any case, and large kernels would be read again for every few
  /// rows: cheaper than a map that is not much smaller, but only where windows alone come before.
  private func paysToLink(
    _ own: Program.Convolution, _ step: Program.Step, to next: Program.Convolution? = nil
  ) -> Bool {
    let few = 384 << 10
    let channels = program.form(of: step.inputs[0]).channels
    let isDepthwise = own.isDepthwise(of: channels)
    guard isLarge(step.output), isDepthwise || kernelBytes(own, of: channels) <= few else {
      return false
    }
    let inputs = program.form(of: step.output).channels
    guard let next, !next.isDepthwise(of: inputs) else { return true }
    let limit = isDepthwise ? max(few, 4 * bytes(of: step.output)) : few
    return kernelBytes(next, of: inputs) <= limit
  }

  /// What the kernel of a 1×1 convolution takes in float32.
  private func kernelBytes(_ convolution: Program.Convolution, of channels: Int) -> Int {
    channels * convolution.layer.filters * MemoryLayout<Float>.stride
  }

  private func bytes(of value: Program.Value) -> Int {
    program.shape(of: value).elementCount * MemoryLayout<Float>.stride
  }

  /// Whether a map takes a good part of a core's second cache.
  ///
  /// Threads that share an image compute the rows at their border twice, which small maps are not worth.
  private func isLarge(_ value: Program.Value) -> Bool { bytes(of: value) > (256 << 10) }
}

extension Program.Step {
  /// Whether it takes single pixels of a map.
  fileprivate var takesPixels: Bool {
    switch kind {
    case .maxPool(let pooling, _), .averagePool(let pooling): pooling.window == 1
    default: false
    }
  }

  /// Whether it adds a map to what it computes.
  var adds: Bool {
    switch kind {
    case .add: true
    case .convolution(let convolution): convolution.adds
    default: false
    }
  }

  /// What is added to a value, or what a convolution adds.
  func addend(besides value: Program.Value) -> Program.Value? {
    guard adds else { return nil }
    if case .add = kind, inputs[1] == value { return inputs[0] == value ? nil : inputs[0] }
    return inputs.last
  }
}

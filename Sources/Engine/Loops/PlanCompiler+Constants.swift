import CLoops
import Networks
import Tensors

// What is made of weights alone is computed once, when the plan is compiled.
extension PlanCompiler {
  /// Computes a step whose operands are weights, as the root of a variance, for the loops that read it.
  ///
  /// The loops are those that would compute it while the plan runs, so that no bit changes.
  ///
  /// - Returns: Whether it is one.
  mutating func foldedIntoWeight(
    _ primitive: Primitive, _ operands: [Operand], _ step: Program.Step, at index: Int
  ) throws -> Bool {
    guard step.inputs.allSatisfy({ constants[$0] != nil }),
      program.readers(of: step.output).allSatisfy({ isLoop($0) })
    else { return false }
    var read: [LoopOperand] = []
    for operand in operands { read.append(try loopOperand(operand, step, at: index)) }
    let result = program.shape(of: step.output).dimensions
    let count = result.reduce(1, *)
    let work: LoopOperation.Work
    switch primitive {
    case .map(let function):
      let (loop, parameters) = function.loop
      work = .map(loop, parameters, count: count)
    case .zip(let arithmetic):
      let strides = read.map { $0.array(1).repeated(to: [1] + result) }
      guard let pair = cl_pair([1] + result, strides[0], strides[1]) else { return false }
      work = .zip(arithmetic.loop, pair)
    default: return false
    }
    let values = AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
    let operation = LoopOperation(
      work, read.compactMap(\.weight).map { .constant($0) }, threads: 1)
    unsafe operation.execute([], into: values.address)
    constants[step.output] = LoopOperand(
      extents: result, weight: values, numbers: unsafe Array(values.floats(count)))
    return true
  }

  /// Whether a step is a primitive that plain loops compute.
  private func isLoop(_ step: Int) -> Bool {
    guard step < program.steps.count, families[step] == .loops else { return false }
    if case .primitive = program.steps[step].kind { return true }
    return false
  }
}

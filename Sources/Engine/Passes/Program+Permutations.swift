import Networks
import Tensors

extension Program {
  /// Moves permutations towards the end, until two of them cancel.
  ///
  /// A layer for channels_first permutes its map, computes, and permutes back. What works number by
  /// number, or can be told other axes, computes on the unpermuted array instead, so that the next layer's
  /// permutation meets the last one's. What an image's tensor is permuted by becomes the way in which it lies.
  func movingPermutations() -> Program {
    guard
      steps.contains(where: { if case .primitive(.permute, _) = $0.kind { true } else { false } })
    else { return self }
    var mover = PermutationMover(self)
    for step in steps { mover.move(step) }
    return mover.finished()
  }
}

/// The pass while it runs.
private struct PermutationMover {
  /// A value as the permutation of another: its axis i is axis `axes[i]` of the base.
  struct Permuted {
    let base: Program.Value
    let axes: [Int]
  }

  private let old: Program
  private var new: Program
  private var permuted: [Program.Value: Permuted] = [:]
  private var defined: Set<Program.Value>

  init(_ program: Program) {
    old = program
    new = program
    new.steps = []
    defined = Set(program.inputs.map(\.value))
  }

  mutating func move(_ step: Program.Step) {
    guard case .primitive(let primitive, let operands) = step.kind else { return }
    if case .permute(let axes) = primitive, case .value = operands.first {
      let x = step.inputs[0]
      if old.inputs.contains(where: { $0.value == x }) {
        append(step)
      } else if let inner = permuted[x] {
        permuted[step.output] = Permuted(base: inner.base, axes: axes.map { inner.axes[$0] })
      } else {
        permuted[step.output] = Permuted(base: x, axes: axes)
      }
    } else if !reduce(step, primitive) && !moveThrough(step, primitive, operands) {
      var step = step
      step.inputs = step.inputs.map { value in materialized(value) }
      append(step)
    }
    if old.taps.contains(step.output) { materialize(step.output) }
  }

  mutating func finished() -> Program {
    for (place, port) in new.outputs.enumerated() {
      // A map's result with its channels moved first is the caller's own order.
      if let value = permuted[port.value], value.axes == [2, 0, 1], !new.taps.contains(port.value),
        defined.contains(value.base)
      {
        new.outputs[place] = Program.Port(value: value.base, format: .channelsFirst)
      } else {
        new.outputs[place].value = materialized(port.value)
      }
    }
    for (place, port) in new.inputs.enumerated() {
      let readers = new.readers(of: port.value)
      guard readers.count == 1, readers[0] < new.steps.count,
        case .primitive(.permute([1, 2, 0]), _) = new.steps[readers[0]].kind
      else { continue }
      new.inputs[place] = Program.Port(
        value: new.steps[readers[0]].output, format: .channelsFirst)
      new.steps.remove(at: readers[0])
    }
    return new
  }

  private mutating func append(_ step: Program.Step) {
    new.steps.append(step)
    defined.insert(step.output)
  }

  /// A value that a step can read as it is: itself, or what it is another name of.
  private mutating func materialized(_ value: Program.Value) -> Program.Value {
    guard !defined.contains(value), let other = permuted[value] else { return value }
    if other.axes == Array(other.axes.indices), defined.contains(other.base) { return other.base }
    materialize(value)
    return value
  }

  private mutating func materialize(_ value: Program.Value) {
    guard !defined.contains(value), let other = permuted[value] else { return }
    append(
      Program.Step(
        path: old.graph.nodes.indices.contains(value) ? old.graph.path(of: value) : "permute",
        kind: .primitive(.permute(other.axes), [.value(0)]), inputs: [other.base], output: value))
  }

  /// Lets a reduction that leaves one axis or none find its axes in the unpermuted array.
  private mutating func reduce(_ step: Program.Step, _ primitive: Primitive) -> Bool {
    guard case .reduce(let reduction, let axes, keepsAxes: false) = primitive,
      let value = step.inputs.first.flatMap({ permuted[$0] }), defined.contains(value.base),
      value.axes.count - axes.count <= 1
    else { return false }
    let moved = axes.map { value.axes[$0] }.sorted()
    append(
      Program.Step(
        path: step.path, node: step.node,
        kind: .primitive(.reduce(reduction, axes: moved, keepsAxes: false), [.value(0)]),
        inputs: [value.base], output: step.output))
    return true
  }

  /// Lets a step compute on the unpermuted array, if it can; its result is the permutation of another.
  private mutating func moveThrough(
    _ step: Program.Step, _ primitive: Primitive, _ operands: [Operand]
  ) -> Bool {
    let rank = new.shape(of: step.output).rank
    let values = step.inputs.map { permuted[$0] }
    guard
      let axes = zip(step.inputs, values).compactMap({ input, value in
        new.shape(of: input).rank == value?.axes.count ? value?.axes : nil
      }).first(where: { $0 != Array($0.indices) }),
      let moved = primitive.moved(before: axes)
    else { return false }
    var inputs: [Program.Value] = []
    var read: [Operand] = []
    var steps: [Program.Step] = []
    for (place, operand) in operands.enumerated() {
      // Weights of a batch norm have the axis of their own.
      if place > 0, case .batchNormalize = primitive {
        read.append(operand)
        continue
      }
      if case .value(let input) = operand {
        guard let base = base(of: step.inputs[input], axes, step.path, &steps) else { return false }
        inputs.append(base)
        read.append(.value(inputs.count - 1))
      } else {
        guard let other = operand.permuted(backBy: axes) else { return false }
        read.append(other)
      }
    }
    for step in steps { append(step) }
    let value = new.newValue(
      Shape(axes.indices.map { old.shape(of: step.output).dimensions[axes.place(of: $0, rank)] }))
    append(
      Program.Step(
        path: step.path, node: step.node, kind: .primitive(moved, read), inputs: inputs,
        output: value))
    permuted[step.output] = Permuted(base: value, axes: axes)
    return true
  }

  /// What a value was before it was permuted by `axes`; of one that was not, at most a reshape.
  private mutating func base(
    of value: Program.Value, _ axes: [Int], _ path: String, _ steps: inout [Program.Step]
  ) -> Program.Value? {
    if let other = permuted[value], other.axes == axes { return other.base }
    let extents = new.shape(of: value).dimensions
    guard let target = extents.unpermutedIfOneAxis(axes), defined.contains(value) else {
      return nil
    }
    let base = new.newValue(Shape(target))
    steps.append(
      Program.Step(
        path: path, kind: .primitive(.reshape(Shape(target)), [.value(0)]), inputs: [value],
        output: base))
    return base
  }
}

extension Operand {
  /// A weight or a constant as it is read by what is not permuted.
  fileprivate func permuted(backBy axes: [Int]) -> Operand? {
    switch self {
    case .value: nil
    case .parameter(let place, let shape):
      shape.dimensions.unpermutedIfOneAxis(axes).map { .parameter(place, Shape($0)) }
    case .constant(let place, let shape):
      shape.dimensions.unpermutedIfOneAxis(axes).map { .constant(place, Shape($0)) }
    }
  }
}

import Networks
import Tensors

// What Keras's MultiHeadAttention writes as two products around a softmax, and what moves axes between them.
extension Program {
  /// Takes each attention without a mask for one step, whose rows have the features of the heads side by side, as
  /// the dense layers before and after it.
  ///
  /// - Parameter lanes: What the features of a head must be a multiple of.
  package func joiningAttention(lanes: Int) -> Program {
    var program = self
    for step in steps {
      guard case .primitive(.softmax(.plain, [2]), _) = step.kind,
        let found = program.attention(around: step), found.attention.features % lanes == 0,
        let place = program.definition(of: found.output)
      else { continue }
      program.steps[place].kind = .attention(found.attention)
      program.steps[place].inputs = found.inputs
      program.removeUnread(among: found.between)
    }
    return program
  }

  /// - Returns: The attention whose weights the step makes shares of 1, the rows that it reads and those that it
  ///   defines, and the values between, last first.
  private func attention(around softmax: Step) -> (
    attention: Attention, inputs: [Value], output: Value, between: [Value]
  )? {
    guard onlyReader(of: softmax.inputs[0]) != nil else { return nil }
    let scores = unscaled(softmax.inputs[0])
    // heads · queries · keys, of rows · heads · features.
    guard let first = definition(of: scores.value), onlyReader(of: scores.value) != nil,
      case .primitive(.contract(Contraction([2], [2], shared: ([1], [1]))), _) = steps[first].kind,
      steps[first].inputs.count == 2
    else { return nil }
    let (query, key) = (unscaled(steps[first].inputs[0]), unscaled(steps[first].inputs[1]))
    guard let second = onlyReader(of: softmax.output), steps[second].inputs.count == 2,
      case .primitive(.contract(Contraction([2], [0], shared: ([0], [1]))), _) =
        steps[second].kind, steps[second].inputs[0] == softmax.output,
      let swap = onlyReader(of: steps[second].output),
      case .primitive(.permute([1, 0, 2]), _) = steps[swap].kind,
      let flat = onlyReader(of: steps[swap].output), case .flatten = steps[flat].kind
    else { return nil }
    let value = steps[second].inputs[1], output = steps[flat].output
    let inputs = [query.value, key.value, value].compactMap { rows(of: $0) }
    let (heads, shared) = (shape(of: query.value), shape(of: value))
    guard inputs.count == 3, shape(of: output) == shape(of: inputs[0]),
      shape(of: key.value).dimensions == shared.dimensions, heads[2] == shared[2]
    else { return nil }
    return (
      Attention(
        heads: heads[1], features: heads[2], scale: scores.scale * query.scale * key.scale),
      inputs, output,
      [
        steps[swap].output, steps[second].output, softmax.output, softmax.inputs[0], scores.value,
        steps[first].inputs[0], steps[first].inputs[1], query.value, key.value, value,
      ]
    )
  }

  /// What a value is a multiple of, and how much of it.
  private func unscaled(_ value: Value) -> (value: Value, scale: Float) {
    guard let place = definition(of: value),
      case .primitive(.map(.affine(let scale, offset: 0)), _) = steps[place].kind,
      let input = steps[place].inputs.first
    else { return (value, 1) }
    return (input, scale)
  }

  /// The rows that a value of rows · heads · features is, under other extents.
  private func rows(of value: Value) -> Value? {
    guard let place = definition(of: value), case .flatten(.channelsLast) = steps[place].kind,
      let rows = steps[place].inputs.first
    else { return nil }
    let (whole, parts) = (shape(of: rows), shape(of: value))
    return whole.rank == 2 && parts.rank == 3 && whole[0] == parts[0] ? rows : nil
  }

  /// Removes the steps that define these values, as far as nothing reads them.
  private mutating func removeUnread(among values: [Value]) {
    for value in values where readers(of: value).isEmpty {
      steps.removeAll { $0.output == value }
    }
  }
}

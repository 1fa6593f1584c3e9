import Networks
import Tensors

/// What a value of a network is made of: a primitive and its operands, or a leaf.
struct Term: Hashable {
  /// What is computed; of a leaf, nothing.
  var primitive: Primitive?
  /// The operands, by their numbers.
  var inputs: [Int] = []
  /// A weight by its tensor in the file, or numbers of the network's own.
  var leaf: String?
  /// The shape for one image.
  var shape: Shape

  /// The weight that it is, if it is one.
  var weight: String? { leaf.flatMap { $0.hasPrefix("=") ? nil : $0 } }

  /// Whether it is a zero of the network's own.
  var isZero: Bool { leaf == "=0" }

  /// Whether two terms are the same; extents follow from the rest.
  static func == (left: Term, right: Term) -> Bool {
    left.primitive == right.primitive && left.inputs == right.inputs && left.leaf == right.leaf
      && left.shape == right.shape
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(primitive)
    hasher.combine(inputs)
    hasher.combine(leaf)
  }
}

/// The values of two networks in normal form: equal values have one number.
///
/// Two networks compute the same, up to names, where their results have the same number. What Keras lets
/// people write in several ways is brought into one on the way in: zeros before a convolution are its
/// padding, permutations cancel, a pool over the whole map is a mean, operands whose order does not matter
/// are sorted, and what does nothing is gone.
struct NormalForm {
  private(set) var terms: [Term] = []
  private var numbers: [Term: Int] = [:]

  subscript(number: Int) -> Term { terms[number] }

  /// A value as the permutation of another, whose axis `axes[i]` is its axis i; not permuted, without axes.
  private struct Permuted {
    let number: Int
    var axes: [Int]?
  }

  /// The number of each value of a graph.
  ///
  /// - Parameter weight: What tells one weight from another: the tensor of the file that it takes.
  mutating func numbers(of graph: Graph, weight: (Parameter) -> String) -> [Int] {
    var values: [Permuted] = []
    for node in graph.nodes {
      let operands = node.operands.map { operand -> Permuted in
        switch operand {
        case .value(let id): return values[id]
        case .parameter(let place, let shape):
          let leaf = Term(leaf: weight(graph.parameters[place]), shape: shape)
          return Permuted(number: number(of: leaf))
        case .constant(let place, let shape):
          let bits = graph.constants[place].values.map { String($0.bitPattern, radix: 16) }
          return Permuted(
            number: number(of: Term(leaf: "=" + bits.joined(separator: ","), shape: shape)))
        }
      }
      values.append(
        value(
          node.primitive, operands, node.shape,
          isChannelsFirst: graph.dataFormat == .channelsFirst))
    }
    return values.map { materialized($0) }
  }

  /// The number of a term as it stands.
  mutating func number(of term: Term) -> Int {
    if let number = numbers[term] { return number }
    numbers[term] = terms.count
    terms.append(term)
    return terms.count - 1
  }

  /// The number of a map's mean, channel by channel.
  mutating func mean(ofMap number: Int) -> Int {
    let shape = terms[number].shape
    guard shape.rank == 3 else { return number }
    return simplified(
      .reduce(.mean, axes: [0, 1], keepsAxes: false), [number], [shape.dimensions[2]])
  }

  private mutating func value(
    _ primitive: Primitive, _ operands: [Permuted], _ shape: Shape, isChannelsFirst: Bool = false
  ) -> Permuted {
    switch primitive {
    case .input(let shape) where isChannelsFirst && shape.rank == 3:
      // Images are the same images in either format.
      let last = Shape([shape[1], shape[2], shape[0]])
      return Permuted(
        number: number(of: Term(primitive: .input(last), shape: last)), axes: [2, 0, 1])
    case .permute(let axes):
      let inner = operands[0].axes
      let composed = inner.map { inner in axes.map { inner[$0] } } ?? axes
      let isNone = composed == Array(composed.indices)
      return Permuted(number: operands[0].number, axes: isNone ? nil : composed)
    case .reduce(let reduction, let axes, keepsAxes: false) where operands[0].axes != nil:
      // With its axes kept a reduction passes a permutation, and what is left has at most one long axis.
      let kept = Shape(
        terms[operands[0].number].shape.dimensions.permuted(by: operands[0].axes)
          .enumerated().map { axes.contains($0) ? 1 : $1 })
      let reduced = value(.reduce(reduction, axes: axes, keepsAxes: true), operands, kept)
      return value(.reshape(shape), [reduced], shape)
    case .reshape where operands[0].axes != nil:
      let base = terms[operands[0].number].shape
      guard base.dimensions.count(where: { $0 != 1 }) <= 1 else { break }
      return Permuted(
        number: simplified(.reshape(shape), [operands[0].number], shape))
    default: break
    }
    if let axes = operands.lazy.compactMap(\.axes).first,
      let moved = moved(primitive, operands, shape, axes)
    {
      return moved
    }
    return Permuted(number: simplified(primitive, operands.map { materialized($0) }, shape))
  }

  /// What a primitive computes on unpermuted arrays, as the permutation of that.
  private mutating func moved(
    _ primitive: Primitive, _ operands: [Permuted], _ shape: Shape, _ axes: [Int]
  ) -> Permuted? {
    guard shape.rank == axes.count, let moved = primitive.moved(before: axes) else { return nil }
    var inputs: [Int] = []
    for (place, operand) in operands.enumerated() {
      if operand.axes == axes {
        inputs.append(operand.number)
      } else if case .batchNormalize = primitive, place > 0 {
        inputs.append(operand.number)
      } else if operand.axes == nil,
        let target = terms[operand.number].shape.dimensions.unpermutedIfOneAxis(axes)
      {
        inputs.append(simplified(.reshape(Shape(target)), [operand.number], Shape(target)))
      } else {
        return nil
      }
    }
    let base = Shape(axes.indices.map { shape.dimensions[axes.place(of: $0, axes.count)] })
    return Permuted(number: simplified(moved, inputs, base), axes: axes)
  }

  private mutating func materialized(_ value: Permuted) -> Int {
    guard let axes = value.axes else { return value.number }
    let extents = terms[value.number].shape.dimensions.permuted(by: axes)
    // Moving axes of 1 about only gives the numbers other extents.
    if extents.count(where: { $0 != 1 }) <= 1 {
      return simplified(.reshape(Shape(extents)), [value.number], Shape(extents))
    }
    return number(
      of: Term(primitive: .permute(axes), inputs: [value.number], shape: Shape(extents)))
  }
}

// One way of writing for what may be written in several.
extension NormalForm {
  private mutating func simplified(
    _ primitive: Primitive, _ inputs: [Int], _ shape: Shape
  ) -> Int {
    func plain(_ primitive: Primitive, _ inputs: [Int]) -> Term {
      Term(primitive: primitive, inputs: inputs, shape: shape)
    }
    let x = inputs.first.map { terms[$0] }
    switch primitive {
    case .map(.affine(scale: 1, offset: 0)): return inputs[0]
    case .reshape:
      if x?.shape == shape, x?.leaf == nil { return inputs[0] }
      if case .reshape? = x?.primitive, let before = x?.inputs {
        return simplified(primitive, before, shape)
      }
    case .pad(let edges, let mode):
      if edges.allSatisfy({ $0 == .none }) { return inputs[0] }
      // Zeros around zeros are zeros.
      if case .pad(let inner, mode)? = x?.primitive, case .constant = mode, let before = x?.inputs,
        (inner + edges).allSatisfy({ $0.before >= 0 && $0.after >= 0 })
      {
        let both = zip(inner, edges).map {
          Edge(before: $0.before + $1.before, after: $0.after + $1.after)
        }
        return number(of: plain(.pad(both, mode), before))
      }
    case .window(var windows, let groups):
      if case .pad(let edges, .constant(0))? = x?.primitive, let before = x?.inputs,
        edges.count == windows.rank + 1, edges.last == Edge.none,
        edges.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
      {
        for axis in windows.padding.indices {
          windows.padding[axis].before += edges[axis].before
          windows.padding[axis].after += edges[axis].after
        }
        return number(of: plain(.window(windows, groups: groups), before + inputs.dropFirst()))
      }
    case .pool(let windows, let reduction):
      guard let x, windows.padding.allSatisfy({ $0 == .none }), x.shape.rank == windows.rank + 1,
        windows.size == Array(x.shape.dimensions.dropLast())
      else { break }
      return simplified(
        .reduce(reduction, axes: Array(0..<windows.rank), keepsAxes: true), inputs, shape)
    case .reduce(let reduction, let axes, keepsAxes: true):
      guard let x else { break }
      let rest = Shape(x.shape.dimensions.indices.filter { !axes.contains($0) }.map { x.shape[$0] })
      let reduced = simplified(
        .reduce(reduction, axes: axes.sorted(), keepsAxes: false), inputs, rest)
      return simplified(.reshape(shape), [reduced], shape)
    case .zip(let arithmetic): return zipped(arithmetic, inputs, shape)
    case .slice(let slices):
      if slices == x?.shape.dimensions.map({ Slice(start: 0, count: $0) }) { return inputs[0] }
    case .resize(let resize):
      if resize.size == x?.shape[resize.axis], resize.method != .bicubic { return inputs[0] }
    case .concatenate:
      if inputs.count == 1 { return inputs[0] }
    default: break
    }
    return number(of: plain(primitive, inputs))
  }

  /// All values of which `results` are made, themselves too.
  func values(below results: [Int]) -> Set<Int> {
    var found: Set<Int> = []
    var open = results
    while let number = open.popLast() {
      if found.insert(number).inserted { open += terms[number].inputs }
    }
    return found
  }
}

extension [Int] {
  /// The extents of an array whose axes are permuted.
  fileprivate func permuted(by axes: [Int]?) -> [Int] { axes.map { $0.map { self[$0] } } ?? self }
}

import Layers
import Networks
import Tensors

// What a layer computes, in layers of Keras: one for each primitive, or a few.
extension Retelling {
  /// Tells one value of a layer that cannot be told as it is.
  mutating func tell(_ node: Node, of span: LayerSpan) throws(ExportError) -> Signal {
    let operands = node.operands
    guard case .value(let id)? = operands.first, let x = values[id] else {
      return try tellWithConstantFirst(node, of: span)
    }
    switch node.primitive {
    case .map(let function): return try tell(function, of: x, in: span)
    case .zip(let arithmetic): return try tell(arithmetic, node, x, of: span)
    case .reshape(let shape):
      return add(Reshape(target: shape.dimensions), [x], in: span, as: "reshape")
    case .permute(let axes):
      return add(Permute(axes: axes.map { $0 + 1 }), [x], in: span, as: "permute")
    case .softmax(.plain, let axes) where axes.count == 1:
      return add(Softmax(axes: [axes[0] + 1]), [x], in: span, as: "softmax")
    case .reduce(let reduction, let axes, let keepsAxes):
      let rank = x.rank - 1
      guard (1...3).contains(rank), axes.sorted() == Array(0..<rank),
        reduction == .mean || reduction == .largest
      else { break }
      return add(
        GlobalPooling(reduction, spaceRank: rank, keepsAxes: keepsAxes), [x], in: span, as: "pool")
    case .concatenate(let axis):
      var all: [Signal] = []
      for operand in operands {
        guard case .value(let id) = operand, let signal = values[id] else {
          throw fault(span, Self.unsayable)
        }
        all.append(signal)
      }
      return add(Concatenate(axis: axis + 1), all, in: span, as: "concatenate")
    case .pad(let edges, .constant(0)):
      if let layer = Self.padding(edges) { return add(layer, [x], in: span, as: "pad") }
    case .slice(let slices):
      let edges = zip(slices, x.extents).map { slice, extent in
        Edge(before: -slice.start, after: slice.start + slice.count - extent)
      }
      guard slices.allSatisfy({ $0.step == 1 }), let layer = Self.padding(edges) else { break }
      return add(layer, [x], in: span, as: "crop")
    default: break
    }
    throw fault(span, Self.unsayable)
  }

  /// Zeros around a map, or places cut away from it; `nil` for both at once, or for channels.
  private static func padding(_ edges: [Edge]) -> ZeroPadding? {
    guard (2...4).contains(edges.count), edges.last == Edge.none else { return nil }
    let space = Array(edges.dropLast())
    if space.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) { return ZeroPadding(space) }
    guard space.allSatisfy({ $0.before <= 0 && $0.after <= 0 }) else { return nil }
    return ZeroPadding(
      space.map { Edge(before: -$0.before, after: -$0.after) }, isCropping: true)
  }

  /// Tells a function of each number.
  mutating func tell(
    _ function: Function, of x: Signal, in span: LayerSpan
  ) throws(ExportError) -> Signal {
    let activation = Activation(name: "", [.map(function)])
    if let name = activation.commonName {
      return add(Activation(name: name, activation.steps), [x], in: span, as: name)
    }
    switch function {
    case .affine(let scale, let offset):
      return add(Rescaling(scale: scale, offset: offset), [x], in: span, as: "rescaling")
    case .relu: return add(ReLU("ReLU", function), [x], in: span, as: "relu")
    case .clip(0, let largest):
      let relu = ReLU("ReLU", .relu(negativeSlope: 0, largest: largest, threshold: 0))
      return add(relu, [x], in: span, as: "relu")
    case .elu: return add(ReLU("ELU", function), [x], in: span, as: "elu")
    case .negative: return add(Rescaling(scale: -1), [x], in: span, as: "negative")
    case .square: return add(Merging(.multiply), [x, x], in: span, as: "square")
    // What Keras 2 lacks, or means otherwise: relu6(x + 3) / 6.
    case .hardSigmoid: return hardSigmoid(x, in: span)
    case .hardSilu:
      return add(Merging(.multiply), [x, hardSigmoid(x, in: span)], in: span, as: "multiply")
    default: throw fault(span, Self.unsayable)
    }
  }

  private mutating func hardSigmoid(_ x: Signal, in span: LayerSpan) -> Signal {
    let raised = add(Rescaling(scale: 1, offset: 3), [x], in: span, as: "plus")
    let six = Function.relu(negativeSlope: 0, largest: 6, threshold: 0)
    let kept = add(ReLU("ReLU", six), [raised], in: span, as: "relu6")
    return add(Rescaling(scale: 1 / 6), [kept], in: span, as: "sixth")
  }

  /// Tells arithmetic of a value and another, numbers, or a weight.
  private mutating func tell(
    _ arithmetic: Arithmetic, _ node: Node, _ x: Signal, of span: LayerSpan
  ) throws(ExportError) -> Signal {
    switch node.operands[1] {
    case .value(let id):
      let merging = Merging(arithmetic)
      guard let other = values[id], merging.settings != nil else { break }
      return add(merging, [x, other], in: span, as: arithmetic.rawValue)
    case .constant(let place, _):
      guard let numbers = channels(original.constants[place], of: x) else { break }
      switch arithmetic {
      case .add: return rescaled(x, 1, numbers, in: span)
      case .subtract: return rescaled(x, 1, numbers.map { -$0 }, in: span)
      case .multiply: return rescaled(x, numbers, in: span)
      case .divide: return rescaled(x, numbers.map { 1 / $0 }, in: span)
      default: break
      }
    case .parameter(let place, _):
      // One number a channel, as LayerScale has it: a product whose equation sums over nothing.
      let weight = original.parameters[place]
      guard arithmetic == .multiply, span.parameters == [weight],
        weight.shape.dimensions == x.extents.suffix(1), x.rank < 8
      else { break }
      let axes = "abcdefgh".prefix(x.rank + 1)
      let layer = EinsumDense(
        equation: "\(axes),\(axes.suffix(1))->\(axes)", outputShape: x.extents)
      return call(layer, of: span, [x])[0]
    }
    throw fault(span, Self.unsayable)
  }

  /// `2 − x` and the like, of which numbers are the first operand.
  private mutating func tellWithConstantFirst(
    _ node: Node, of span: LayerSpan
  ) throws(ExportError) -> Signal {
    guard case .zip(let arithmetic) = node.primitive,
      case .constant(let place, _)? = node.operands.first,
      case .value(let id) = node.operands[1], let x = values[id],
      let numbers = channels(original.constants[place], of: x)
    else { throw fault(span, Self.unsayable) }
    switch arithmetic {
    case .add: return rescaled(x, 1, numbers, in: span)
    case .multiply: return rescaled(x, numbers, in: span)
    case .subtract: return rescaled(x, -1, numbers, in: span)
    default: throw fault(span, Self.unsayable)
    }
  }

  /// A number for all channels or one for each; `nil` for other arrays.
  private func channels(_ constant: Tensor, of x: Signal) -> [Float]? {
    let count = constant.values.count
    let isRow = constant.shape.dimensions.last == count && count == x.extents.last
    return count == 1 || isRow ? constant.values : nil
  }

  private mutating func rescaled(
    _ x: Signal, _ scale: Float, _ offsets: [Float], in span: LayerSpan
  ) -> Signal {
    add(Rescaling(scale: [scale].numbers, offset: offsets.numbers), [x], in: span, as: "plus")
  }

  private mutating func rescaled(_ x: Signal, _ scales: [Float], in span: LayerSpan) -> Signal {
    add(Rescaling(scale: scales.numbers, offset: [0].numbers), [x], in: span, as: "times")
  }
}

extension [Float] {
  /// A number, or a row of several.
  var numbers: Tensor { Tensor(shape: count == 1 ? [] : [count], values: self) }
}

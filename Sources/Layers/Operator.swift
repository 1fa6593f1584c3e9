public import Networks
import Tensors

/// A function called on a network's values (`keras.ops`, and what Keras 2 writes as `TFOpLambda`).
///
/// Its arguments stand partly in its settings, partly in the call.
public struct Operator: Layer {
  /// The name in Keras 3: `Add`, `Reshape`.
  public var name: String
  /// The class that Keras wrote.
  public let kerasClass: String
  let arguments: [OperatorValue]
  let keywords: [String: OperatorValue]

  package init(
    _ name: String, kerasClass: String, _ arguments: [OperatorValue],
    _ keywords: [String: OperatorValue]
  ) {
    self.name = name
    self.kerasClass = kerasClass
    self.arguments = arguments
    self.keywords = keywords
  }

  /// The operator's name, where its class is that of all.
  public var activation: String? { kerasClass == name ? nil : name }

  /// Whether it does sums with single numbers, or takes colours apart for that.
  public var isArithmetic: Bool {
    let names = ["Add", "Subtract", "Multiply", "Divide", "TrueDivide", "GetItem", "Stack"]
    return names.contains(name)
  }

  /// Adds what the operator computes.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    guard let first = inputs.first else { return [] }
    guard let results = OperatorCall(self, inputs).results() else {
      if first.tracer.failure == nil {
        first.fail("\(name) is an operator that Assay does not know, or not with these arguments")
      }
      return [first]
    }
    return results
  }

  /// Whether an operator of this name is here.
  package static func has(_ name: String) -> Bool { OperatorCall.has(name) }
}

/// An operator with the signals that it is called on.
struct OperatorCall {
  let its: Operator
  let inputs: [Signal]

  init(_ its: Operator, _ inputs: [Signal]) {
    self.its = its
    self.inputs = inputs
  }

  var name: String { its.name }

  /// What the operator computes; `nil` for one that is not here, or cannot be called so.
  func results() -> [Signal]? {
    if let arithmetic = Self.arithmetic[name] { return pair(arithmetic).map { [$0] } }
    if let function = Self.functions[name] { return [x.map(function)] }
    if let one = Self.ones[name] { return one(self).map { [$0] } }
    return Self.several[name]?(self)
  }

  static func has(_ name: String) -> Bool {
    arithmetic[name] != nil || functions[name] != nil || ones[name] != nil || several[name] != nil
  }

  /// How an operator of one result is wired.
  typealias One = @Sendable (OperatorCall) -> Signal?

  /// The operators of one result that are neither arithmetic nor a function of each number.
  private static let ones: [String: One] = {
    var all: [String: One] = [:]
    for table in [
      parametric, truths, reductions, shapes, arrangements, products, normalizations, windows,
      images,
    ] {
      all.merge(table) { first, _ in first }
    }
    return all
  }()

  /// The first signal, or what the argument of one of these names is.
  var x: Signal { inputs[0] }

  /// An argument by its place, or by one of its names.
  func argument(_ place: Int?, _ names: String...) -> OperatorValue? {
    if let place, its.arguments.indices.contains(place) { return its.arguments[place] }
    for name in names {
      if let value = its.keywords[name], value != .none { return value }
    }
    return nil
  }

  /// Whether no list of operands holds a constant beside the network's values, which `inputs` would leave out.
  var readsOnlyInputs: Bool {
    (its.arguments + its.keywords.values).allSatisfy { argument in
      guard case .list = argument else { return true }
      let read = argument.leaves.count { if case .input = $0 { true } else { false } }
      return read == 0 || read == argument.leaves.count
    }
  }

  func number(_ place: Int?, _ names: String...) -> Float? {
    for name in names {
      if case .number(let number)? = argument(place, name) { return Float(number) }
      if let tensor = argument(place, name)?.tensor, tensor.values.count == 1 {
        return tensor.values[0]
      }
    }
    return nil
  }

  /// A signal: one of the inputs, or numbers.
  ///
  /// NumPy aligns axes from the last; a constant's first axis then may be the batch's, and is 1.
  func signal(_ value: OperatorValue?, rank: Int) -> Signal? {
    switch value {
    case .input(let place)?: return inputs.indices.contains(place) ? inputs[place] : nil
    case let value?:
      guard let tensor = value.tensor else { return nil }
      guard tensor.shape.rank > rank else { return x.constant(tensor) }
      guard tensor.shape.rank == rank + 1, tensor.shape[0] == 1 else { return nil }
      return x.constant(
        Tensor(shape: Shape(Array(tensor.shape.dimensions.dropFirst())), values: tensor.values))
    case nil: return nil
    }
  }

  /// The axes of one image that an argument means; `nil`, and a failure, where they are none.
  func axes(_ value: OperatorValue?) -> [Int]? {
    guard let axes = value?.integers else {
      x.fail("\(name) over all axes, the batch's too")
      return nil
    }
    return x.axes(axes)
  }
}

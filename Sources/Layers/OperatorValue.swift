package import JSON
package import KerasConfigs
import Networks
package import Tensors

/// An argument of an operator: what a config writes in a call, or among the operator's settings.
package indirect enum OperatorValue: Sendable, Hashable {
  case none
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([OperatorValue])
  /// One of the operator's inputs.
  case input(Int)
  /// Numbers of the network's own.
  case array(Tensor)
  /// Places from a start to an end, as Python slices.
  case slice(start: Int?, stop: Int?, step: Int?)
  /// As many whole axes as are left.
  case ellipsis
  /// What has no meaning here.
  case other(String)

  /// A constant of a config.
  package init(_ json: JSONValue) {
    switch json.kind {
    case .null: self = .none
    case .truth: self = .truth(json.truth ?? false)
    case .number: self = .number(json.number ?? 0)
    case .string: self = .text(json.string ?? "")
    case .array: self = .list(json.list?.prefix(4096).map { OperatorValue($0) } ?? [])
    case .object: self = Self.object(json)
    }
  }

  /// An argument of a call, of which tensors are counted from `next` on.
  package init(_ argument: CallArgument, next: inout Int) {
    switch argument {
    case .tensor:
      self = .input(next)
      next += 1
    case .constant(let value): self = OperatorValue(value)
    case .list(let items):
      var read: [OperatorValue] = []
      for item in items { read.append(OperatorValue(item, next: &next)) }
      self = .list(read)
    }
  }

  private static func object(_ json: JSONValue) -> OperatorValue {
    let config = json["config"] ?? json
    switch json["class_name"]?.string {
    case "__ellipsis__": return .ellipsis
    case "__slice__": return slice(config)
    case "__tuple__": return .list(json.list?.prefix(4096).map { OperatorValue($0) } ?? [])
    case "__tensor__", "__numpy__":
      return config["value"]?.tensor.map { .array($0) } ?? .other(json.text)
    case nil where json["start"] != nil && json["stop"] != nil: return slice(json)
    default: return json.tensor.map { .array($0) } ?? .other(json.text)
    }
  }

  private static func slice(_ json: JSONValue) -> OperatorValue {
    .slice(
      start: json["start"]?.integer, stop: json["stop"]?.integer, step: json["step"]?.integer)
  }

  /// A whole number, small enough that sums and products of a few of them are some too.
  var integer: Int? {
    let whole: Int? =
      switch self {
      case .number(let number): Int(exactly: number)
      case .array(let tensor) where tensor.values.count == 1: Int(exactly: tensor.values[0])
      default: nil
      }
    return whole.flatMap { (-1 << 40...1 << 40).contains($0) ? $0 : nil }
  }

  /// Whole numbers; a single one stands for a list of itself.
  var integers: [Int]? {
    if let integer { return [integer] }
    switch self {
    case .list(let items):
      let numbers = items.map(\.integer)
      return numbers.contains(nil) ? nil : numbers.compactMap(\.self)
    case .array(let tensor) where tensor.shape.rank == 1:
      let numbers = tensor.values.map { Int(exactly: $0) }
      return numbers.contains(nil) ? nil : numbers.compactMap(\.self)
    default: return nil
    }
  }

  /// Numbers as an array.
  var tensor: Tensor? {
    switch self {
    case .number(let number): return Tensor(shape: [], values: [Float(number)])
    case .array(let tensor): return tensor
    case .list(let items):
      let arrays = items.compactMap(\.tensor)
      guard arrays.count == items.count, Set(arrays.map(\.shape)).count <= 1 else { return nil }
      let inner = arrays.first?.shape.dimensions ?? []
      return Tensor(shape: Shape([items.count] + inner), values: arrays.flatMap(\.values))
    default: return nil
    }
  }
}

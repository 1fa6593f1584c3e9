import Networks
import Tensors

// Operators that work number by number, and along axes.
extension OperatorCall {
  /// What the operator computes; `nil` for one of another kind.
  func elements() -> Signal? {
    if let arithmetic = Self.arithmetic[name] { return pair(arithmetic) }
    if let function = function { return x.map(function) }
    switch name {
    case "Identity", "StopGradient", "Cast": return x
    case "AddN":
      return inputs.dropFirst().reduce(x) { $0.zip(.add, $1) }
    case "Softmax", "LogSoftmax":
      guard let axes = x.axes(argument(nil, "axis")?.integers ?? [-1]) else { return x }
      return x.applying(.softmax(name == "Softmax" ? .plain : .log, axes: axes))
    case "Mean", "Sum", "Max", "Min", "Prod":
      let reductions: [String: Reduction] = [
        "Mean": .mean, "Sum": .sum, "Max": .largest, "Min": .least, "Prod": .product,
      ]
      guard let axes = axes(argument(nil, "axis", "axes")) else { return x }
      let keeps = argument(nil, "keepdims", "keep_dims") == .truth(true)
      return x.applying(.reduce(reductions[name] ?? .mean, axes: axes, keepsAxes: keeps))
    default: return nil
    }
  }

  private static let arithmetic: [String: Arithmetic] = [
    "Add": .add, "Subtract": .subtract, "Multiply": .multiply, "TrueDivide": .divide,
    "Divide": .divide, "Maximum": .maximum, "Minimum": .minimum, "Power": .power,
    "FloorDivide": .floorDivide, "Mod": .remainder, "Remainder": .remainder,
  ]

  /// Two operands, one of which may be numbers, on either side.
  private func pair(_ arithmetic: Arithmetic) -> Signal? {
    let rank = inputs.map(\.rank).max() ?? 0
    let left = argument(0, "x1", "x")
    let right = argument(1, "x2", "y")
    guard let a = signal(left, rank: rank), let b = signal(right, rank: rank) else {
      x.fail("\(name) of something that is neither numbers nor a value of the network")
      return nil
    }
    // Operators align axes from the last, so that of unequal values the batch would meet another axis.
    if case .input? = left, case .input? = right, a.rank != b.rank {
      x.fail("\(name) of values of \(a.rank + 1) and \(b.rank + 1) axes")
      return nil
    }
    return a.zip(arithmetic, b)
  }

  private var function: Function? {
    switch name {
    case "ReLU":
      .relu(
        negativeSlope: number(nil, "negative_slope") ?? 0,
        largest: number(nil, "max_value") ?? .infinity, threshold: number(nil, "threshold") ?? 0)
    case "LeakyRelu":
      .relu(
        negativeSlope: number(nil, "negative_slope", "alpha") ?? 0.2, largest: .infinity,
        threshold: 0)
    case "Gelu": .gelu(isApproximate: argument(nil, "approximate") == .truth(true))
    case "GeluOfKeras3": .gelu(isApproximate: argument(nil, "approximate") != .truth(false))
    case "Elu": .elu(alpha: number(nil, "alpha") ?? 1)
    case "Celu": .celu(alpha: number(nil, "alpha") ?? 1)
    case "Squareplus": .squareplus(b: number(nil, "b") ?? 4)
    case "HardShrink": .hardShrink(threshold: number(nil, "threshold") ?? 0.5)
    case "SoftShrink": .softShrink(threshold: number(nil, "threshold") ?? 0.5)
    case "Threshold":
      .threshold(
        number(nil, "threshold") ?? 0, value: number(nil, "value", "default_value") ?? 0)
    case "Clip":
      .clip(
        least: number(1, "x_min", "clip_value_min") ?? -.infinity,
        largest: number(2, "x_max", "clip_value_max") ?? .infinity)
    default: Self.functions[name]
    }
  }

  private static let functions: [String: Function] = [
    "Relu": .relu, "Relu6": .relu(negativeSlope: 0, largest: 6, threshold: 0),
    "Sigmoid": .sigmoid, "Tanh": .tanh, "Silu": .silu, "Swish": .silu, "Exp": .exp, "Log": .log,
    "Log1p": .log1p, "Expm1": .expm1, "Sqrt": .sqrt, "Rsqrt": .reciprocalSqrt,
    "Square": .square, "Absolute": .absolute, "Abs": .absolute, "Negative": .negative,
    "Reciprocal": .reciprocal, "Floor": .floor, "Ceil": .ceil, "Round": .round, "Sign": .sign,
    "Erf": .erf, "Sin": .sin, "Cos": .cos, "HardSigmoid": .hardSigmoid, "HardSilu": .hardSilu,
    "HardSwish": .hardSilu, "Selu": .selu, "Softplus": .softplus, "Softsign": .softsign,
    "SoftSign": .softsign, "Mish": .mish, "LogSigmoid": .logSigmoid,
    "HardTanh": .clip(least: -1, largest: 1), "TanhShrink": .tanhShrink,
    "SparsePlus": .sparsePlus,
  ]
}

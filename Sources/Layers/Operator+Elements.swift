import Networks
import Tensors

// Operators that work number by number.
extension OperatorCall {
  static let arithmetic: [String: Arithmetic] = [
    "Add": .add, "Subtract": .subtract, "Multiply": .multiply, "TrueDivide": .divide,
    "Divide": .divide, "Maximum": .maximum, "Minimum": .minimum, "Power": .power,
    "FloorDivide": .floorDivide, "Mod": .remainder, "Remainder": .remainder,
    "Greater": .greater, "GreaterEqual": .greaterEqual, "Less": .less, "LessEqual": .lessEqual,
    "Equal": .equal, "NotEqual": .notEqual,
  ]

  static let functions: [String: Function] = [
    "Relu": .relu, "Relu6": .relu(negativeSlope: 0, largest: 6, threshold: 0),
    "Sigmoid": .sigmoid, "Tanh": .tanh, "Silu": .silu, "Swish": .silu, "Exp": .exp, "Log": .log,
    "Log1p": .log1p, "Expm1": .expm1, "Sqrt": .sqrt, "Rsqrt": .reciprocalSqrt,
    "Square": .square, "Absolute": .absolute, "Abs": .absolute, "Fabs": .absolute,
    "Negative": .negative, "Reciprocal": .reciprocal, "Floor": .floor, "Ceil": .ceil,
    "Sign": .sign, "Erf": .erf, "Sin": .sin, "Cos": .cos, "HardSigmoid": .hardSigmoid,
    "HardSilu": .hardSilu, "HardSwish": .hardSilu, "Selu": .selu, "Softplus": .softplus,
    "Softsign": .softsign, "SoftSign": .softsign, "Mish": .mish, "LogSigmoid": .logSigmoid,
    "HardTanh": .clip(least: -1, largest: 1), "TanhShrink": .tanhShrink,
    "SparsePlus": .sparsePlus,
    "Deg2rad": .affine(scale: .pi / 180, offset: 0),
    "Rad2deg": .affine(scale: 180 / .pi, offset: 0),
  ]

  /// Functions with parameters, and those that are made of others.
  static let parametric: [String: One] = [
    "Identity": { $0.x }, "StopGradient": { $0.x }, "Copy": { $0.x }, "Real": { $0.x },
    "Conj": { $0.x }, "Conjugate": { $0.x }, "ConvertToTensor": { $0.x },
    "Cast": { $0.cast() }, "SaturateCast": { $0.cast() },
    "ReLU": {
      $0.x.map(
        .relu(
          negativeSlope: $0.number(nil, "negative_slope") ?? 0,
          largest: $0.number(nil, "max_value") ?? .infinity,
          threshold: $0.number(nil, "threshold") ?? 0))
    },
    "LeakyRelu": {
      $0.x.map(
        .relu(
          negativeSlope: $0.number(nil, "negative_slope", "alpha") ?? 0.2, largest: .infinity,
          threshold: 0))
    },
    "Gelu": { $0.x.map(.gelu(isApproximate: $0.argument(nil, "approximate") == .truth(true))) },
    "GeluOfKeras3": {
      $0.x.map(.gelu(isApproximate: $0.argument(nil, "approximate") != .truth(false)))
    },
    "Elu": { $0.x.map(.elu(alpha: $0.number(nil, "alpha") ?? 1)) },
    "Celu": { $0.x.map(.celu(alpha: $0.number(nil, "alpha") ?? 1)) },
    "Squareplus": { $0.x.map(.squareplus(b: $0.number(nil, "b") ?? 4)) },
    "HardShrink": { $0.x.map(.hardShrink(threshold: $0.number(nil, "threshold") ?? 0.5)) },
    "SoftShrink": { $0.x.map(.softShrink(threshold: $0.number(nil, "threshold") ?? 0.5)) },
    "Threshold": {
      $0.x.map(
        .threshold(
          $0.number(nil, "threshold") ?? 0, value: $0.number(nil, "value", "default_value") ?? 0))
    },
    "Clip": {
      $0.x.map(
        .clip(
          least: $0.number(1, "x_min", "clip_value_min") ?? -.infinity,
          largest: $0.number(2, "x_max", "clip_value_max") ?? .infinity))
    },
    "Round": { $0.number(nil, "decimals") ?? 0 == 0 ? $0.x.map(.round) : nil },
    "SparseSigmoid": {
      $0.x.map(.affine(scale: 0.5, offset: 0.5)).map(.clip(least: 0, largest: 1))
    },
    "Exp2": { $0.x.map(.affine(scale: 0.6931472, offset: 0)).map(.exp) },
    "Log2": { $0.x.map(.log).map(.affine(scale: 1.442695, offset: 0)) },
    "Log10": { $0.x.map(.log).map(.affine(scale: 0.4342945, offset: 0)) },
    "Tan": { $0.x.map(.sin).zip(.divide, $0.x.map(.cos)) },
    "Sinh": {
      $0.x.map(.expm1).zip(.subtract, $0.x.map(.negative).map(.expm1))
        .map(.affine(scale: 0.5, offset: 0))
    },
    "Cosh": {
      $0.x.map(.exp).zip(.add, $0.x.map(.negative).map(.exp)).map(.affine(scale: 0.5, offset: 0))
    },
    "Trunc": { $0.x.truncated() },
    "Cbrt": {
      $0.x.map(.sign).zip(
        .multiply, $0.x.map(.absolute).zip(.power, $0.x.single(Float(1.0 / 3))))
    },
    "Erfc": { $0.x.map(.erf).map(.affine(scale: -1, offset: 1)) },
    "AddN": { call in
      guard call.readsOnlyInputs else { return nil }
      return call.inputs.dropFirst().reduce(call.x) { $0.zip(.add, $1) }
    },
    "SquaredDifference": { $0.pair(.subtract)?.map(.square) },
    "Hypot": { call in
      guard let (a, b) = call.pairOfSignals() else { return nil }
      return a.map(.square).zip(.add, b.map(.square)).map(.sqrt)
    },
    "Logaddexp": { call in
      guard let (a, b) = call.pairOfSignals() else { return nil }
      let distance = a.zip(.subtract, b).map(.absolute).map(.negative)
      return a.zip(.maximum, b).zip(.add, distance.map(.exp).map(.log1p))
    },
    "DivideNoNan": { call in
      guard let (a, b) = call.pairOfSignals() else { return nil }
      return b.applying(.select, [a.zip(.divide, b), call.x.single(0)])
    },
  ]

  /// Two operands, one of which may be numbers, on either side.
  func pair(_ arithmetic: Arithmetic) -> Signal? {
    pairOfSignals().map { $0.zip(arithmetic, $1) }
  }

  /// The two operands; `nil`, and a failure, where one is neither numbers nor a value.
  func pairOfSignals() -> (Signal, Signal)? {
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
    return (a, b)
  }

  /// Numbers of another type: whole ones lose what follows the point, truths are 1 or 0.
  private func cast() -> Signal? {
    guard case .text(let type)? = argument(1, "dtype") else { return x }
    if type.hasPrefix("float") || type.hasPrefix("bfloat") { return x }
    if type == "bool" { return x.zip(.notEqual, x.single(0)) }
    return type.contains("int") ? x.truncated() : nil
  }
}

extension Signal {
  /// One number of the network's own.
  func single(_ value: Float) -> Signal { constant(Tensor(shape: [], values: [value])) }

  /// Each number without what follows its point.
  func truncated() -> Signal { map(.sign).zip(.multiply, map(.absolute).map(.floor)) }
}

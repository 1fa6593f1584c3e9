/// A function of single numbers, as Keras's activations and operators have them.
///
/// Formulas are those of `keras.activations` and `keras.ops`; constants in them are Keras's.
public enum Function: Sendable, Hashable {
  /// x · scale + offset.
  case affine(scale: Float, offset: Float)
  /// `largest` from there on, x from `threshold` on, else `negativeSlope · (x − threshold)` (`ReLU`).
  case relu(negativeSlope: Float, largest: Float, threshold: Float)
  /// x, kept between two numbers.
  case clip(least: Float, largest: Float)
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// eˣ.
  case exp
  /// The natural logarithm.
  case log
  /// √x.
  case sqrt
  /// 1 / √x.
  case reciprocalSqrt
  /// x².
  case square
  /// |x|.
  case absolute
  /// −x.
  case negative
  /// 1 / x.
  case reciprocal
  /// The next whole number below.
  case floor
  /// The next whole number above.
  case ceil
  /// The nearest whole number, of two the even one.
  case round
  /// −1, 0 or 1.
  case sign
  /// log(1 + x).
  case log1p
  /// eˣ − 1.
  case expm1
  /// The error function.
  case erf
  /// The sine.
  case sin
  /// The cosine.
  case cos
  /// x · sigmoid(x) (`silu`, `swish`).
  case silu
  /// relu6(x + 3) / 6, as Keras 3 has it.
  case hardSigmoid
  /// x · relu6(x + 3) / 6 (`hard_silu`, `hard_swish`).
  case hardSilu
  /// ½x(1 + erf(x/√2)); approximated, ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
  case gelu(isApproximate: Bool)
  /// x where positive, else α(eˣ − 1).
  case elu(alpha: Float)
  /// x where positive, else α(e^(x/α) − 1).
  case celu(alpha: Float)
  /// 1.05070099 · elu(x) with α = 1.67326324.
  case selu
  /// log(1 + eˣ).
  case softplus
  /// x / (1 + |x|).
  case softsign
  /// x · tanh(softplus(x)).
  case mish
  /// (x + √(x² + b)) / 2.
  case squareplus(b: Float)
  /// 0 where |x| ≤ threshold, else x.
  case hardShrink(threshold: Float)
  /// sign(x) · max(|x| − threshold, 0).
  case softShrink(threshold: Float)
  /// x − tanh(x).
  case tanhShrink
  /// x above the threshold, else `value`.
  case threshold(Float, value: Float)
  /// 0 up to −1, ¼(x + 1)² up to 1, then x.
  case sparsePlus
  /// log(sigmoid(x)).
  case logSigmoid

  /// max(x, 0).
  public static let relu = Function.relu(negativeSlope: 0, largest: .infinity, threshold: 0)
}

/// What is made of two numbers.
public enum Arithmetic: String, Sendable, Hashable, CaseIterable {
  case add, subtract, multiply, divide
  /// The larger one; no number if one is none.
  case maximum
  /// The smaller one; no number if one is none.
  case minimum
  /// The first to the power of the second.
  case power
  /// ⌊a / b⌋, and what is left, with b's sign.
  case floorDivide, remainder
  /// 1 where it holds, else 0.
  case greater, greaterEqual, less, lessEqual, equal, notEqual

  /// Whether a and b may change places.
  public var isCommutative: Bool {
    switch self {
    case .add, .multiply, .maximum, .minimum, .equal, .notEqual: true
    default: false
    }
  }
}

/// What is made of all numbers along some axes.
public enum Reduction: String, Sendable, Hashable, CaseIterable {
  case sum, mean, largest, least, product
}

/// What makes shares of the numbers along some axes.
public enum SoftmaxKind: String, Sendable, Hashable {
  /// exp(xᵢ) / Σ exp(xⱼ).
  case plain
  /// Its logarithm.
  case log
  /// x less a threshold, where positive: `keras.activations.sparsemax`, whose threshold is not that of Martins and
  /// Astudillo ("From Softmax to Sparsemax", 2016).
  case sparse
}

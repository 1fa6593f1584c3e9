import CLoops
import Networks

// Networks' functions under the names of the C side.
extension Function {
  var loop: (function: cl_function, parameters: [Float]) {
    switch self {
    case .affine(let scale, let offset): (CL_AFFINE, [scale, offset])
    case .relu(let slope, let largest, let threshold): (CL_RELU, [slope, largest, threshold])
    case .clip(let least, let largest): (CL_CLIP, [least, largest])
    case .sigmoid: (CL_SIGMOID, [])
    case .tanh: (CL_TANH, [])
    case .exp: (CL_EXP, [])
    case .log: (CL_LOG, [])
    case .sqrt: (CL_SQRT, [])
    case .reciprocalSqrt: (CL_RSQRT, [])
    case .square: (CL_SQUARE, [])
    case .absolute: (CL_ABS, [])
    case .negative: (CL_NEGATIVE, [])
    case .reciprocal: (CL_RECIPROCAL, [])
    case .floor: (CL_FLOOR, [])
    case .ceil: (CL_CEIL, [])
    case .round: (CL_ROUND, [])
    case .sign: (CL_SIGN, [])
    case .log1p: (CL_LOG1P, [])
    case .expm1: (CL_EXPM1, [])
    case .erf: (CL_ERF, [])
    case .sin: (CL_SIN, [])
    case .cos: (CL_COS, [])
    case .silu: (CL_SILU, [])
    case .hardSigmoid: (CL_HARD_SIGMOID, [])
    case .hardSilu: (CL_HARD_SILU, [])
    case .gelu(isApproximate: false): (CL_GELU, [])
    case .gelu(isApproximate: true): (CL_GELU_TANH, [])
    case .elu(let alpha): (CL_ELU, [alpha])
    case .celu(let alpha): (CL_CELU, [alpha])
    case .selu: (CL_SELU, [])
    case .softplus: (CL_SOFTPLUS, [])
    case .softsign: (CL_SOFTSIGN, [])
    case .mish: (CL_MISH, [])
    case .squareplus(let b): (CL_SQUAREPLUS, [b])
    case .hardShrink(let threshold): (CL_HARD_SHRINK, [threshold])
    case .softShrink(let threshold): (CL_SOFT_SHRINK, [threshold])
    case .tanhShrink: (CL_TANH_SHRINK, [])
    case .threshold(let threshold, let value): (CL_THRESHOLD, [threshold, value])
    case .sparsePlus: (CL_SPARSE_PLUS, [])
    case .logSigmoid: (CL_LOG_SIGMOID, [])
    }
  }
}

extension Arithmetic {
  var loop: cl_arithmetic {
    switch self {
    case .add: CL_ADD
    case .subtract: CL_SUBTRACT
    case .multiply: CL_MULTIPLY
    case .divide: CL_DIVIDE
    case .maximum: CL_MAXIMUM
    case .minimum: CL_MINIMUM
    case .power: CL_POWER
    case .floorDivide: CL_FLOOR_DIVIDE
    case .remainder: CL_REMAINDER
    case .greater: CL_GREATER
    case .greaterEqual: CL_GREATER_EQUAL
    case .less: CL_LESS
    case .lessEqual: CL_LESS_EQUAL
    case .equal: CL_EQUAL
    case .notEqual: CL_NOT_EQUAL
    }
  }
}

extension Reduction {
  var loop: cl_reduction {
    switch self {
    case .sum: CL_SUM
    case .mean: CL_MEAN
    case .largest: CL_LARGEST
    case .least: CL_LEAST
    case .product: CL_PRODUCT
    }
  }
}

extension SoftmaxKind {
  var loop: cl_softmax_kind {
    switch self {
    case .plain: CL_SOFTMAX
    case .log: CL_LOG_SOFTMAX
    case .sparse: CL_SPARSEMAX
    }
  }
}

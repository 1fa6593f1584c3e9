import CLoops
import Networks

/// What is made of each sum: it is kept between two numbers, or a function is applied.
struct SumFinish {
  var least = -Float.infinity
  var most = Float.infinity
  var function: (function: cl_function, parameters: (Float, Float, Float))?

  init(_ function: Function? = nil) {
    switch function {
    case nil: break
    case .relu(negativeSlope: 0, let largest, threshold: 0): (least, most) = (0, largest)
    case .clip(let least, let largest): (self.least, most) = (least, largest)
    case .some(let function): self.function = function.fused
    }
  }
}

extension Function {
  /// What kernels that apply it are told: it has three parameters at most.
  var fused: (function: cl_function, parameters: (Float, Float, Float)) {
    let (function, parameters) = loop
    let three = parameters + [0, 0, 0]
    return (function, (three[0], three[1], three[2]))
  }

  /// Whether it makes 0 of 0: the channels that fill up a block of a map then stay zeros.
  var keepsZero: Bool {
    switch self {
    case .sigmoid, .hardSigmoid, .exp, .softplus, .logSigmoid, .reciprocal, .log, .squareplus, .cos:
      false
    case .clip(let least, let largest): least <= 0 && largest >= 0
    default: true
    }
  }
}

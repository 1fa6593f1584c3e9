import COneDNN
import Networks

// The functions that oneDNN applies to what a convolution sums up, while it is in registers.
//
// Where it approximates, it is within 2e-7 of the function, or of its value where that is larger than 1.
extension dn_function {
  static let none = dn_function(kind: DN_NONE, alpha: 0, beta: 0)
  static let relu = dn_function(kind: DN_RELU, alpha: 0, beta: 0)

  /// `nil` for a function that oneDNN has not, or not in all its versions.
  init?(_ function: Function) {
    switch function {
    case .relu(let slope, .infinity, threshold: 0):
      self.init(kind: DN_RELU, alpha: slope, beta: 0)
    case .relu(negativeSlope: 0, let largest, threshold: 0) where largest > 0:
      self.init(kind: DN_CLIP, alpha: 0, beta: largest)
    case .clip(let least, let largest) where least <= largest:
      self.init(kind: DN_CLIP, alpha: least, beta: largest)
    case .sigmoid: self.init(kind: DN_SIGMOID, alpha: 0, beta: 0)
    case .tanh: self.init(kind: DN_TANH, alpha: 0, beta: 0)
    case .silu: self.init(kind: DN_SILU, alpha: 0, beta: 0)
    case .hardSilu: self.init(kind: DN_HARD_SILU, alpha: 0, beta: 0)
    case .gelu(let isApproximate):
      self.init(kind: isApproximate ? DN_GELU_TANH : DN_GELU, alpha: 0, beta: 0)
    case .elu(let alpha): self.init(kind: DN_ELU, alpha: alpha, beta: 0)
    default: return nil
    }
  }

  /// One that was fused into a convolution, which none is that oneDNN has not.
  static func fused(_ function: Function?) -> dn_function {
    guard let function else { return .none }
    guard let known = dn_function(function) else {
      preconditionFailure("\(function) was fused, and oneDNN has it not")
    }
    return known
  }

  /// Whether it is max(x, 0), which all kernels have.
  var isReLU: Bool { kind == DN_RELU && alpha == 0 }
}

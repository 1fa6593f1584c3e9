import Networks
import Tensors

/// What may fail to fit: lists of names, never a switch for everything.
///
/// A pattern is a name in which `*` stands for any characters. Weights of the network are named by
/// path, `head/logits/kernel`; those of the checkpoint by layer and weight, `predictions/kernel:0`,
/// or by layer alone.
public struct BindingLeniency: Sendable, Hashable {
  /// Weights that the checkpoint may lack; they keep the values with which Keras begins.
  public var missing: [String]
  /// Weights of the checkpoint that may be left over.
  public var unused: [String]
  /// Weights that may have another shape; they keep the values with which Keras begins.
  public var mismatched: [String]

  /// Creates a leniency from its lists of patterns.
  public init(missing: [String] = [], unused: [String] = [], mismatched: [String] = []) {
    self.missing = missing
    self.unused = unused
    self.mismatched = mismatched
  }

  /// Everything must fit.
  public static let nothing = BindingLeniency()

  /// What remains of a report, a line for each thing that was allowed, and the parameters that no
  /// tensor fills.
  func applied(
    to report: BindingError
  ) -> (remaining: BindingError, allowances: [String], untouched: [Parameter]) {
    var remaining = report
    var allowances: [String] = []
    var untouched: [Parameter] = []
    remaining.missing = report.missing.filter { entry in
      guard Self.matches(missing, [entry.parameter.path, entry.parameter.layer]) else {
        return true
      }
      allowances.append("missing: \(entry.parameter.path)")
      untouched.append(entry.parameter)
      return false
    }
    remaining.mismatched = report.mismatched.filter { entry in
      guard Self.matches(mismatched, [entry.parameter.path, entry.parameter.layer]) else {
        return true
      }
      allowances.append(
        "of another shape: \(entry.parameter.path) \(entry.parameter.shape), not \(entry.shape)")
      untouched.append(entry.parameter)
      return false
    }
    remaining.unused = report.unused.filter { entry in
      guard Self.matches(unused, [entry.layerName, "\(entry.layerName)/\(entry.name)", entry.name])
      else { return true }
      allowances.append("not used: \(entry.layerName): \(entry.name)")
      return false
    }
    return (remaining, allowances, untouched)
  }

  private static func matches(_ patterns: [String], _ names: [String]) -> Bool {
    patterns.map(Wildcard.init).contains { pattern in names.contains(where: pattern.matches) }
  }
}

extension ParameterSource {
  /// What Keras puts into a variable before training; a kernel is zero here, not random.
  static func initialValue(of parameter: Parameter) -> ParameterSource {
    let value: Float =
      switch parameter.role {
      case .gamma, .movingVariance, .variance: 1
      default: 0
      }
    return ParameterSource(Array(repeating: value, count: parameter.shape.elementCount))
  }
}

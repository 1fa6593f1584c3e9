package import Tensors

extension VariableRole {
  /// The role that a variable's name tells: `conv2d/kernel:0`, `conv2d/kernel`, `conv1_W_1:0`.
  package init?(variableName: String) {
    let last = variableName.split(separator: "/").last ?? ""
    let name = last.removingNumber(after: ":")
    let base = name.removingNumber(after: "_")
    guard let role = Self(rawValue: String(name)) ?? Self(rawValue: String(base)) else {
      guard let old = Self.kerasOne.first(where: { base.hasSuffix($0.suffix) }) else { return nil }
      self = old.role
      return
    }
    self = role
  }

  /// The layer in a name that Keras 1 gave a variable: `conv1` of `conv1_W_1:0`.
  static func kerasOneLayer(_ variableName: String) -> String? {
    let base = variableName.removingNumber(after: ":").removingNumber(after: "_")
    return kerasOne.first { base.hasSuffix($0.suffix) }
      .map { String(base.dropLast($0.suffix.count)) }
  }

  /// How Keras 1 ended its names, which began with the layer's.
  ///
  /// `running_std` held the variance in all but a few weeks of its life.
  private static let kerasOne: [(suffix: String, role: VariableRole)] = [
    ("_W", .kernel), ("_b", .bias), ("_gamma", .gamma), ("_beta", .beta),
    ("_running_mean", .movingMean), ("_running_std", .movingVariance),
  ]
}

extension StringProtocol {
  /// Without a final `separator` and digits: `kernel:0` is `kernel`, `conv2d_10` is `conv2d`.
  func removingNumber(after separator: Character) -> SubSequence {
    guard let place = lastIndex(of: separator), place != startIndex else { return self[...] }
    let digits = self[index(after: place)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return self[...]
    }
    return self[..<place]
  }
}

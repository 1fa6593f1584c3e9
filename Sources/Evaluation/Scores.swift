import Foundation
import Networks

/// The scores of the classes that take part, and what their probabilities are.
struct Scores {
  /// A logit a class; of a binary network 0 for class 0, since the softmax of 0 and x is the sigmoid of x.
  let values: [Float]
  private let mask: ClassMask?
  private let activation: OutputActivation
  /// The largest score; probabilities of a softmax are relative to it, so that nothing overflows.
  private let highest: Double
  /// Σ exp(score − highest), in double: the metrics are compared with those of float64.
  private let mass: Double

  init(
    _ logits: some RandomAccessCollection<Float>, _ mask: ClassMask?,
    _ activation: OutputActivation
  ) {
    self.mask = mask
    self.activation = activation
    let all = activation == .binary ? [0] + Array(logits) : Array(logits)
    precondition(
      activation != .binary || all.count == 2, "\(logits.count) logits of a binary network")
    values = mask.map { $0.classes.map { all[$0] } } ?? all
    let highest = Double(values.max() ?? 0)
    self.highest = highest
    mass = values.reduce(0) { $0 + exp(Double($1) - highest) }
  }

  var areFinite: Bool { values.allSatisfy(\.isFinite) }

  /// Where a class of the network stands in ``values``.
  func place(of classIndex: Int) -> Int? {
    guard let mask else { return values.indices.contains(classIndex) ? classIndex : nil }
    return mask.classes.firstIndex(of: classIndex)
  }

  func best(_ count: Int) -> [Judgement.Guess] {
    // NaN compares with nothing: such a row has no order, and none is pretended.
    let isOrdered = !values.contains(where: \.isNaN)
    var first: [Int] = []
    // A few passes are quicker than to sort a thousand scores for five of them.
    for place in values.indices {
      let end = first.count < count
      if !end, isOrdered, values[first[first.count - 1]] >= values[place] { continue }
      let position = first.firstIndex { isOrdered && values[place] > values[$0] } ?? first.count
      if position < count { first.insert(place, at: position) }
      if first.count > count { first.removeLast() }
    }
    return first.map { place in
      Judgement.Guess(
        classIndex: mask?.classes[place] ?? place,
        probability: areFinite ? Float(probability(at: place)) : .nan)
    }
  }

  func standing(of place: Int) -> Standing {
    let score = values[place]
    var (above, before, after) = (0, 0, 0)
    for (index, other) in values.enumerated() {
      if other > score { above += 1 }
      if other == score, index < place { before += 1 }
      if other == score, index > place { after += 1 }
    }
    return Standing(above: above, before: before, after: after)
  }

  /// Cross-entropy and Brier score where these are the right answers, of a softmax and a binary network one.
  func surprise(at places: [Int]) -> (loss: Double, brier: Double) {
    switch activation {
    case .softmax:
      let place = places[0]
      let brier = values.indices.reduce(0) {
        $0 + square(probability(at: $1) - ($1 == place ? 1 : 0))
      }
      return (log(mass) - (Double(values[place]) - highest), brier)
    case .sigmoid, .binary:
      // A binary network has one output, which is class 1's.
      let outputs = activation == .binary ? 1..<values.count : values.indices
      var isRight = Array(repeating: false, count: values.count)
      for place in places { isRight[place] = true }
      var (loss, brier) = (0.0, 0.0)
      for index in outputs {
        let logit = Double(values[index])
        loss += softplus(isRight[index] ? -logit : logit)
        brier += square(probability(at: index) - (isRight[index] ? 1 : 0))
      }
      return (loss / Double(outputs.count), brier / Double(outputs.count))
    }
  }

  private func probability(at place: Int) -> Double {
    let value = Double(values[place])
    switch activation {
    case .softmax, .binary: return exp(value - highest) / mass
    case .sigmoid:
      // Never the exponential of a large number.
      let small = exp(-abs(value))
      return value >= 0 ? 1 / (1 + small) : small / (1 + small)
    }
  }

  private func square(_ value: Double) -> Double { value * value }

  /// `ln(1 + exp(x))`, that is `−ln` of the sigmoid of `−x`, without overflow.
  private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}

import Foundation

/// What one image's logits say, judged against its class.
public struct Judgement: Sendable, Hashable, Codable {
  /// A class with its softmax probability.
  public struct Guess: Sendable, Hashable, Codable {
    /// The index of the class.
    public let classIndex: Int
    /// `exp(logit) / Σ exp(logits)`, over the classes of the mask; NaN where a logit is not finite.
    public let probability: Float

    private enum CodingKeys: String, CodingKey {
      case classIndex = "class"
      case probability
    }
  }

  /// The most probable classes, best first, lowest index first on ties; up to ``guessCount``.
  public let guesses: [Guess]
  /// Where the class stands, of several right ones the best; `nil` where a logit is not finite, which
  /// is a miss, as in TensorFlow's `in_top_k`.
  public let standing: Standing?
  /// The cross-entropy, `−ln` of the class's probability, in nats; `nil` for a set of classes and where
  /// a logit is not finite.
  public let loss: Double?
  /// The Brier score (Brier 1950), `Σ (probability − [is the class])²` over all classes, 0 to 2; `nil`
  /// where ``loss`` is.
  public let brier: Double?

  /// How many guesses are kept.
  public static let guessCount = 5

  /// Whether all logits are finite; if not, the image counts as a miss.
  public var isFinite: Bool { standing != nil }

  /// Whether the class is among the first `k` guesses.
  public func isHit(_ k: Int, _ rule: TieRule = .keras) -> Bool {
    standing?.isHit(k, rule) ?? false
  }

  /// Judges `logits`, one a class, against the classes that are right.
  ///
  /// - Parameter mask: The classes that take part, in order of their index; all, if none is given. Of a
  ///   network of 1000 classes scored on images of 200, guesses and probabilities are of these alone.
  public init(
    _ logits: some RandomAccessCollection<Float>, labels: [Int], mask: ClassMask? = nil
  ) {
    let scores = Scores(logits, mask)
    let places = labels.compactMap(scores.place)
    precondition(!places.isEmpty, "classes \(labels) of \(logits.count)")
    guesses = scores.best(Self.guessCount)
    guard scores.areFinite else {
      (standing, loss, brier) = (nil, nil, nil)
      return
    }
    let best = places.reduce(places[0]) { scores.values[$1] > scores.values[$0] ? $1 : $0 }
    standing = scores.standing(of: best)
    (loss, brier) = labels.count == 1 ? scores.surprise(at: best) : (nil, nil)
  }

  /// The most probable classes of a row of logits, best first, lowest index first on ties.
  public static func best(
    of logits: some RandomAccessCollection<Float>, count: Int = guessCount
  ) -> [Guess] {
    Scores(logits, nil).best(count)
  }
}

/// The classes that take part in a judgement.
public struct ClassMask: Sendable, Hashable, Codable {
  /// Their indices, ascending.
  public let classes: [Int]

  /// The classes of these indices.
  public init(_ classes: some Sequence<Int>) {
    self.classes = Set(classes).sorted()
    precondition(!self.classes.isEmpty, "a mask of no class")
  }
}

/// The scores of the classes that take part.
private struct Scores {
  let values: [Float]
  private let mask: ClassMask?
  /// The largest score; probabilities are relative to it, so that nothing overflows.
  private let highest: Double
  /// Σ exp(score − highest), in double: the metrics are compared with those of float64.
  private let mass: Double

  init(_ logits: some RandomAccessCollection<Float>, _ mask: ClassMask?) {
    self.mask = mask
    if let mask {
      values = mask.classes.map { logits[logits.index(logits.startIndex, offsetBy: $0)] }
    } else {
      values = Array(logits)
    }
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

  /// Cross-entropy and Brier score.
  func surprise(at place: Int) -> (loss: Double, brier: Double) {
    var brier = 0.0
    for index in values.indices {
      let difference = probability(at: index) - (index == place ? 1 : 0)
      brier += difference * difference
    }
    return (log(mass) - (Double(values[place]) - highest), brier)
  }

  private func probability(at place: Int) -> Double {
    exp(Double(values[place]) - highest) / mass
  }
}

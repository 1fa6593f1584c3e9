import Foundation
public import Networks

/// What one image's logits say, judged against its class.
public struct Judgement: Sendable, Hashable, Codable {
  /// A class with its probability.
  public struct Guess: Sendable, Hashable, Codable {
    /// The index of the class.
    public let classIndex: Int
    /// As the ``OutputActivation`` makes it of the logits of the classes that take part; NaN where one is
    /// not finite.
    public let probability: Float

    private enum CodingKeys: String, CodingKey {
      case classIndex = "class"
      case probability
    }
  }

  /// The most probable classes, best first, lowest index first on ties; up to ``guessCount``.
  public let guesses: [Guess]
  /// Where the class stands, of several right ones the best; `nil` where a logit is not finite, which
  /// is a miss, as in TensorFlow's `in_top_k`, and where each class is a question of its own.
  public let standing: Standing?
  /// The logit of each class, in order of their index, where each is a question of its own; else `nil`.
  public let logits: [Float]?
  /// The cross-entropy in nats; `nil` where any class of a set is right, and where a logit is not finite.
  ///
  /// Of a softmax `−ln` of the class's probability. Of sigmoids binary cross-entropy: `−ln` of the class's
  /// probability and of one minus that of each other, the mean over all outputs, as Keras's
  /// `BinaryCrossentropy` has it.
  public let loss: Double?
  /// The Brier score (Brier 1950), `(probability − [is the class])²`; `nil` where ``loss`` is.
  ///
  /// Of a softmax the sum over all classes, 0 to 2; of sigmoids the mean over all outputs, 0 to 1.
  public let brier: Double?

  /// How many guesses are kept.
  public static let guessCount = 5

  /// Whether all logits are finite; if not, the image counts as a miss.
  public var isFinite: Bool { logits?.allSatisfy(\.isFinite) ?? (standing != nil) }

  /// Whether the class is among the first `k` guesses.
  public func isHit(_ k: Int, _ rule: TieRule = .keras) -> Bool {
    standing?.isHit(k, rule) ?? false
  }

  /// A judgement that was made before.
  init(
    guesses: [Guess], standing: Standing?, logits: [Float]?, loss: Double?, brier: Double?
  ) {
    (self.guesses, self.standing, self.logits) = (guesses, standing, logits)
    (self.loss, self.brier) = (loss, brier)
  }

  /// Judges `logits`, one a class, against the classes that are right.
  ///
  /// - Parameters:
  ///   - mask: The classes that take part, in order of their index; all, if none is given. Of a network of
  ///     1000 classes scored on images of 200, guesses and probabilities are of these alone.
  ///   - activation: What makes probabilities of the logits; of a binary one there is one logit, and two
  ///     classes.
  public init(
    _ logits: some RandomAccessCollection<Float>, labels: [Int], mask: ClassMask? = nil,
    activation: OutputActivation = .softmax
  ) {
    let scores = Scores(logits, mask, activation)
    let places = labels.compactMap(scores.place)
    precondition(!places.isEmpty, "classes \(labels) of \(logits.count)")
    guesses = scores.best(Self.guessCount)
    self.logits = nil
    guard scores.areFinite else {
      (standing, loss, brier) = (nil, nil, nil)
      return
    }
    let best = places.reduce(places[0]) { scores.values[$1] > scores.values[$0] ? $1 : $0 }
    standing = scores.standing(of: best)
    (loss, brier) = labels.count == 1 ? scores.surprise(at: [best]) : (nil, nil)
  }

  /// Judges `logits`, whose sigmoids answer a question each, against the questions that an image answers with yes.
  public init(_ logits: some RandomAccessCollection<Float>, answering labels: [Int]) {
    let scores = Scores(logits, nil, .sigmoid)
    precondition(labels.allSatisfy(scores.values.indices.contains), "\(labels) of \(logits.count)")
    guesses = scores.best(Self.guessCount)
    self.logits = scores.values
    standing = nil
    (loss, brier) = scores.areFinite ? scores.surprise(at: labels) : (nil, nil)
  }

  /// The most probable classes of a row of logits, best first, lowest index first on ties.
  public static func best(
    of logits: some RandomAccessCollection<Float>, count: Int = guessCount,
    activation: OutputActivation = .softmax
  ) -> [Guess] {
    Scores(logits, nil, activation).best(count)
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

import Networks
import Tensors

/// What a value of a network is made of: an operation on other values, and a layer's weights.
struct Term: Hashable {
  /// What is computed.
  enum Operation: Hashable {
    /// An operation that our networks have.
    case known(LayerOperation)
    /// An activation that none of our networks has inside: `sigmoid`.
    case activation(String)
    /// What nothing is equal to: a layer without translation, told by its path and call.
    case foreign(String)
  }

  let operation: Operation
  /// The values it reads, by their numbers in the table.
  let inputs: [Int]
  /// The layer of the checkpoint whose weights it takes, by a name of the comparison's own.
  let weights: String?
}

/// The values of two networks in normal form: equal values have one number.
///
/// Two networks compute the same, up to names, where their results have the same number. What Keras lets
/// people write in several ways is brought into one on the way in.
struct TermTable {
  private(set) var terms: [Term] = []
  private var numbers: [Term: Int] = [:]

  subscript(number: Int) -> Term { terms[number] }

  /// The number of a value as it stands.
  mutating func number(of term: Term) -> Int {
    if let number = numbers[term] { return number }
    numbers[term] = terms.count
    terms.append(term)
    return terms.count - 1
  }

  /// The number of what `operation` makes of `inputs`, the first of which has the shape `shape`.
  mutating func value(
    _ operation: LayerOperation, of inputs: [Int], shape: FeatureShape?, weights: String? = nil
  ) -> Int {
    switch operation {
    case .zeroPadding(let edges):
      // No zeros are nothing, and zeros around zeros are zeros.
      if edges == .none { return inputs[0] }
      guard case .known(.zeroPadding(let inner)) = terms[inputs[0]].operation else { break }
      return value(
        .zeroPadding(inner.adding(edges)), of: terms[inputs[0]].inputs, shape: nil)
    case .convolution(var convolution):
      // Zeros before a convolution are its padding. Whether there is a bias, weights tell.
      convolution.hasBias = true
      var inputs = inputs
      if case .known(.zeroPadding(let edges)) = terms[inputs[0]].operation {
        convolution.padding = convolution.padding.adding(edges)
        inputs = terms[inputs[0]].inputs
      }
      return known(.convolution(convolution), inputs, weights)
    case .batchNorm(var norm):
      norm.hasScale = true
      norm.hasCenter = true
      return known(.batchNorm(norm), inputs, weights)
    case .dense(var dense):
      dense.hasBias = true
      return known(.dense(dense), inputs, weights)
    case .averagePool(let pooling):
      // A pool over the whole map is its mean.
      guard pooling.padding == .none, case .map(let map)? = shape,
        pooling.window == Extent(height: map.height, width: map.width)
      else { break }
      return known(.globalAveragePool, inputs, nil)
    case .flatten:
      // A map of one pixel is a row in any order.
      if case .map(let map)? = shape, map.height == 1, map.width == 1 { return inputs[0] }
    case .add: return known(.add, inputs.sorted(), nil)
    case .input, .relu, .maxPool, .globalAveragePool, .concatenate, .softmax: break
    }
    return known(operation, inputs, weights)
  }

  private mutating func known(
    _ operation: LayerOperation, _ inputs: [Int], _ weights: String?
  ) -> Int {
    number(of: Term(operation: .known(operation), inputs: inputs, weights: weights))
  }

  /// The value before a last softmax or sigmoid: the logits.
  func logits(of number: Int) -> Int {
    switch terms[number].operation {
    case .known(.softmax), .activation("sigmoid"): terms[number].inputs[0]
    default: number
    }
  }

  /// All values of which `results` are made, themselves too.
  func values(below results: [Int]) -> Set<Int> {
    var found: Set<Int> = []
    var open = results
    while let number = open.popLast() {
      if found.insert(number).inserted { open += terms[number].inputs }
    }
    return found
  }
}

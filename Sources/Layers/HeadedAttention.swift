import Networks
import Tensors

/// Scores of queries and keys, shares of them, and the values mixed by these.
struct HeadedAttention {
  /// The axes of an image along which it runs.
  var axes: [Int]
  /// What scores are multiplied with.
  var scale: Float
  /// What a score becomes that a mask leaves out, and whether its share then is 0.
  var masked: (score: Float, isZero: Bool)

  /// The mixed values, and the shares: of arrays `… × heads × length`, and a mask or none.
  func callAsFunction(
    _ query: Signal, _ key: Signal, _ value: Signal, _ mask: Signal?
  ) -> (result: Signal, scores: Signal) {
    // Every axis has a name: those of the query's places small letters, of the key's places capitals.
    let letters = Array("abcdefghijklmno")
    guard query.rank == key.rank, key.rank == value.rank, query.rank <= letters.count else {
      query.fail("attends from \(query.shape) to \(key.shape)")
      return (query, query)
    }
    let names = Array(letters.prefix(query.rank - 1))
    func others(_ last: Character) -> [Character] {
      names.indices.map { axes.contains($0) ? Character(names[$0].uppercased()) : names[$0] }
        + [last]
    }
    let beside = names.indices.filter { !axes.contains($0) }.map { names[$0] }
    let scored =
      beside + axes.map { names[$0] } + axes.map { Character(names[$0].uppercased()) }
    var scores = query.map(.affine(scale: scale, offset: 0))
      .einsum(names + ["y"], key, others("y"), to: scored)
    let softmax = Primitive.softmax(
      .plain, axes: Array(scores.rank - axes.count..<scores.rank))
    if let mask {
      let least = query.constant(Tensor(shape: [], values: [masked.score]))
      scores = mask.applying(.select, [scores, least]).applying(softmax)
      if masked.isZero {
        let zero = query.constant(Tensor(shape: [], values: [0]))
        scores = mask.applying(.select, [scores, zero])
      }
    } else {
      scores = scores.applying(softmax)
    }
    return (scores.einsum(scored, value, others("z"), to: names + ["z"]), scores)
  }
}

public import Networks
import Tensors

/// What is added to the scores of places for how far they lie apart (kecam's `MultiHeadRelativePositionalEmbedding`,
/// Bao and others 2021; `MultiHeadPositionalEmbedding`, Graham and others 2021).
///
/// Input `heads × T × S`. Weight: a number a head for each distance, which is looked up for each pair.
public struct RelativePositions: Layer {
  /// How pairs of places find their number.
  public enum Kind: Sendable, Hashable {
    /// By the signed distance of rows and columns, and three numbers for the token before them if there is one.
    case signed(hasToken: Bool, height: Int, heads: Int)
    /// By the distance without its sign, the places of queries so many steps apart.
    case unsigned(queryHeight: Int, keyHeight: Int)
  }

  /// How pairs of places find their number.
  public var kind: Kind

  /// The class that kecam writes.
  public var kerasClass: String {
    if case .signed = kind { return "MultiHeadRelativePositionalEmbedding" }
    return "MultiHeadPositionalEmbedding"
  }

  /// Adds the numbers.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard (2...3).contains(x.rank), x.extents.allSatisfy({ (1...1 << 13).contains($0) }),
      x.extents[x.rank - 2] * x.extents[x.rank - 1] <= 1 << 24
    else {
      x.fail("adds distances to \(x.shape)")
      return [x]
    }
    switch kind {
    case .signed(let hasToken, let height, let heads):
      return [signed(x, variables, hasToken, height, heads)]
    case .unsigned(let queryHeight, let keyHeight):
      return [unsigned(x, variables, queryHeight, keyHeight)]
    }
  }

  private func signed(
    _ x: Signal, _ variables: Variables, _ hasToken: Bool, _ written: Int, _ heads: Int
  ) -> Signal {
    guard x.rank == 3 else {
      x.fail("adds distances to \(x.shape)")
      return x
    }
    let token = hasToken ? 1 : 0
    let (targets, sources) = (x.extents[1], x.extents[2])
    let places = targets - token
    let height = written > 0 ? written : Int(Double(places).squareRoot())
    guard height > 0, height <= places, sources >= token else {
      x.fail("\(places) places in \(height) rows")
      return x
    }
    let width = places / height
    let count = (2 * height - 1) * (2 * width - 1) + (hasToken ? 3 : 0)
    let table = variables(.positionalEmbedding, [heads > 0 ? heads : x.extents[0], count])
    // kecam lays the places out as `numpy.meshgrid(range(height), range(width))` does: rows run fastest.
    func row(_ place: Int) -> Int { place % height }
    func column(_ place: Int) -> Int { place / height }
    let all = height * width
    // Where there are fewer keys than queries, they are the last ones.
    let skipped = sources == targets ? 0 : all - (sources - token)
    guard skipped >= 0, sources - token + skipped <= all, places <= all else {
      x.fail("\(sources) places beside \(targets)")
      return x
    }
    var indices: [Float] = []
    for target in 0..<targets {
      for source in 0..<sources {
        let index: Int
        if hasToken, target == 0 || source == 0 {
          index = target == 0 ? (source == 0 ? count - 1 : count - 3) : count - 2
        } else {
          let (a, b) = (target - token, source - token + skipped)
          index =
            row(a) - row(b) + height - 1
            + (column(a) - column(b) + width - 1) * (2 * height - 1)
        }
        indices.append(Float(index))
      }
    }
    let pairs = x.constant(Tensor(shape: [targets, sources], values: indices))
    return x.zip(.add, table.applying(.gather(axis: 1), [pairs]))
  }

  private func unsigned(
    _ x: Signal, _ variables: Variables, _ queryHeight: Int, _ keyHeight: Int
  ) -> Signal {
    let (queries, keys) = (x.extents[x.rank - 2], x.extents[x.rank - 1])
    let table = variables(
      .positionalEmbedding, x.rank == 3 ? [keys, x.extents[0]] : [keys])
    let rows = queryHeight > 0 ? queryHeight : Int(Double(queries).squareRoot())
    let stride = Int((Double(keys) / Double(queries)).squareRoot().rounded(.up))
    var keyRows = keyHeight > 0 ? keyHeight : rows * stride
    if keyHeight <= 0 { while keyRows > 1, keys % keyRows != 0 { keyRows -= 1 } }
    guard rows > 0, keyRows > 0, rows * (queries / rows) == queries,
      keyRows * (keys / keyRows) == keys
    else {
      x.fail("\(queries) places in \(rows) rows, \(keys) in \(keyRows)")
      return x
    }
    var indices: [Float] = []
    for query in 0..<queries {
      for key in 0..<keys {
        let row = abs(key % keyRows - query % rows * stride)
        let column = abs(key / keyRows - query / rows * stride)
        indices.append(Float(row + column * keyRows))
      }
    }
    let pairs = x.constant(Tensor(shape: [queries, keys], values: indices))
    let numbers = table.applying(.gather(axis: 0), [pairs])
    return x.zip(.add, x.rank == 3 ? numbers.permuted([2, 0, 1]) : numbers)
  }
}

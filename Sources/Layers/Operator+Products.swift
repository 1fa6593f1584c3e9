import Networks
import Tensors

// Operators that sum products.
extension OperatorCall {
  static let products: [String: One] = [
    "Matmul": { $0.matrixProduct() },
    "Dot": { $0.dotProduct() },
    "Tensordot": { $0.tensorProduct() },
    "Einsum": { $0.einsum() },
    "DotProductAttention": { $0.attention() },
    "RGBToGrayscale": { $0.gray() },
  ]

  /// An operand, and whether it differs from image to image.
  private func operand(_ value: OperatorValue?) -> (signal: Signal, isOfImages: Bool)? {
    if case .input(let place)? = value {
      return inputs.indices.contains(place) ? (inputs[place], true) : nil
    }
    return value?.tensor.map { (x.constant($0), false) }
  }

  /// The last two axes as matrices, those before them repeated as NumPy does.
  private func matrixProduct() -> Signal? {
    guard let (first, aIsOfImages) = operand(argument(0, "x1", "a")),
      let (second, bIsOfImages) = operand(argument(1, "x2", "b"))
    else { return nil }
    var a = isTrue("transpose_a", "adjoint_a") ? first.lastTurned() : first
    var b = isTrue("transpose_b", "adjoint_b") ? second.lastTurned() : second
    // A row of each image, or a constant one, is a matrix of one row.
    let (aIsRow, bIsColumn) = (a.rank == 1, b.rank == 1)
    if aIsOfImages, bIsOfImages {
      guard a.rank >= 2, b.rank >= 2, a.rank == b.rank else {
        x.fail("\(name) of values of \(a.rank + 1) and \(b.rank + 1) axes")
        return nil
      }
    } else if aIsOfImages {
      // The images are rows where they have no others.
      guard b.rank <= 2 || (b.rank <= a.rank && a.rank >= 2) else { return nil }
    } else {
      // A constant's rows would meet the images.
      guard b.rank >= 2, a.rank <= b.rank else { return nil }
    }
    if aIsRow { a = a.reshaped([1] + a.extents) }
    if bIsColumn { b = b.reshaped(b.extents + [1]) }
    let count = max(a.rank, b.rank) - 2
    guard count <= 12 else { return nil }
    let letters = Array("abcdefghijkl")
    /// Leading axes by name; those of 1 beside longer ones go.
    func named(_ x: Signal, beside other: Signal) -> (Signal, [Character]) {
      var names: [Character] = []
      var extents: [Int] = []
      for axis in 0..<x.rank - 2 {
        let own = letters[axis + count + 2 - x.rank]
        let place = axis + other.rank - x.rank
        if place >= 0, x.extents[axis] == 1, other.extents[place] != 1 { continue }
        names.append(own)
        extents.append(x.extents[axis])
      }
      return (x.reshaped(extents + x.extents.suffix(2)), names)
    }
    let (left, leftNames) = named(a, beside: b)
    let (right, rightNames) = named(b, beside: a)
    let result = left.einsum(
      leftNames + ["x", "y"], right, rightNames + ["y", "z"],
      to: letters.prefix(count) + ["x", "z"])
    var extents = result.extents
    if bIsColumn { extents.removeLast() }
    if aIsRow, extents.count >= (bIsColumn ? 1 : 2) {
      extents.remove(at: extents.count - (bIsColumn ? 1 : 2))
    }
    return result.reshaped(extents)
  }

  private func isTrue(_ names: String...) -> Bool {
    names.contains { its.keywords[$0] == .truth(true) }
  }

  /// The last axis with a constant's last but one.
  private func dotProduct() -> Signal? {
    guard let (a, aIsOfImages) = operand(argument(0, "x1")),
      let (b, bIsOfImages) = operand(argument(1, "x2")), aIsOfImages, !bIsOfImages,
      a.rank >= 1, b.rank >= 1
    else {
      x.fail("Dot of two values of the network, which mixes the images")
      return nil
    }
    return a.applying(.contract(Contraction([a.rank - 1], [max(b.rank - 2, 0)])), [b])
  }

  /// Some axes of a value with some of a constant.
  private func tensorProduct() -> Signal? {
    guard let (a, aIsOfImages) = operand(argument(0, "x1", "a")),
      let (b, bIsOfImages) = operand(argument(1, "x2", "b")), aIsOfImages, !bIsOfImages
    else {
      x.fail("Tensordot of two values of the network, which mixes the images")
      return nil
    }
    let left: [Int]
    let right: [Int]
    switch argument(2, "axes") {
    case .list(let pair)? where pair.count == 2:
      guard let own = pair[0].integers.flatMap(a.axes), let other = pair[1].integers else {
        return nil
      }
      (left, right) = (own, other.map { $0 < 0 ? $0 + b.rank : $0 })
    case let number:
      let count = number?.integer ?? 2
      guard a.rank > 0, (1...a.rank).contains(count), count <= b.rank else {
        return nil
      }
      (left, right) = (Array(a.rank - count..<a.rank), Array(0..<count))
    }
    guard left.count == right.count else { return nil }
    return a.applying(.contract(Contraction(left, right)), [b])
  }

  private func einsum() -> Signal? {
    var written = its.arguments
    var text = ""
    if case .text(let first)? = argument(nil, "subscripts", "equation") { text = first }
    if case .text(let first)? = written.first {
      text = first
      written.removeFirst()
    }
    let operands = written.compactMap(operand)
    guard operands.count == written.count, !operands.isEmpty,
      let equation = EinsumEquation(
        text, ranks: operands.map { $0.signal.rank + ($0.isOfImages ? 1 : 0) }),
      let batch = equation.result.first
    else {
      x.fail("Einsum \(text.debugDescription)")
      return nil
    }
    let result = Array(equation.result.dropFirst())
    var terms: [(signal: Signal, names: [Character])] = []
    for (place, operand) in operands.enumerated() {
      let names = equation.operands[place]
      guard operand.isOfImages ? names.first == batch : true,
        !(operand.isOfImages ? names.dropFirst() : names[...]).contains(batch)
      else {
        x.fail("Einsum \(text.debugDescription), which mixes the images")
        return nil
      }
      terms.append((operand.signal, operand.isOfImages ? Array(names.dropFirst()) : names))
    }
    while terms.count > 1 {
      let (a, b) = (terms.removeFirst(), terms.removeFirst())
      let later = terms.flatMap(\.names) + result
      let both = a.names + b.names.filter { !a.names.contains($0) }
      let kept = both.filter(later.contains)
      terms.insert((a.signal.einsum(a.names, b.signal, b.names, to: kept), kept), at: 0)
    }
    guard let (sum, names) = terms[0].signal.summed(terms[0].names, keeping: result) else {
      return nil
    }
    return sum.inOrder(names, result)
  }

  /// Attention of heads, `T × heads × length`, that need no projection.
  private func attention() -> Signal? {
    guard let (query, _) = operand(argument(0, "query")),
      let (key, _) = operand(argument(1, "key")),
      let (value, _) = operand(argument(2, "value")), query.rank == 3, key.rank == 3,
      value.rank == 3, key.extents[1] > 0, query.extents[1] % key.extents[1] == 0,
      argument(3, "bias") == nil, argument(nil, "attn_logits_soft_cap") == nil
    else { return nil }
    let count = query.extents[1] / key.extents[1]
    func heads(_ x: Signal) -> Signal {
      count == 1
        ? x
        : x.applying(.resize(Resize(axis: 1, size: x.extents[1] * count, method: .nearest)))
    }
    var mask: Signal?
    if let written = argument(4, "mask") {
      guard let own = operand(written)?.signal else { return nil }
      mask = own
    }
    if argument(nil, "is_causal") == .truth(true) {
      let (rows, columns) = (query.extents[0], key.extents[0])
      guard rows * columns <= 1 << 24 else { return nil }
      let causal = x.constant(
        Tensor(
          shape: [rows, columns],
          values: (0..<rows * columns).map { $0 / columns >= $0 % columns ? 1 : 0 }))
      mask = mask.map { $0.zip(.multiply, causal) } ?? causal
    }
    let scale = number(5, "scale") ?? 1 / Float(query.extents[2]).squareRoot()
    let attention = HeadedAttention(
      axes: [0], scale: scale, masked: (-0.7 * Float.greatestFiniteMagnitude, false))
    return attention(query, heads(key), heads(value), mask).result
  }

  /// One channel of three, as they look.
  private func gray() -> Signal? {
    channelsLast(2) { x in
      guard x.extents[x.rank - 1] == 3 else {
        x.fail("RGBToGrayscale of \(x.extents[x.rank - 1]) channels")
        return x
      }
      let weights = x.constant(Tensor(shape: [3, 1], values: [0.2989, 0.5870, 0.1140]))
      return x.applying(.contract(Contraction([x.rank - 1], [0])), [weights])
    }
  }
}

extension Signal {
  /// The last two axes in each other's place.
  fileprivate func lastTurned() -> Signal {
    guard rank >= 2 else { return self }
    return permuted(Array(0..<rank - 2) + [rank - 1, rank - 2])
  }
}

import Networks
import Tensors

/// The names of axes in Einstein's notation, `abc,cd->abd`, of operands and of the result.
struct EinsumEquation: Sendable, Hashable {
  /// The axes of each operand, an ellipsis spelled out.
  let operands: [[Character]]
  /// The axes of the result.
  let result: [Character]

  /// Reads an equation for operands of the given numbers of axes; `nil` for one that does not fit.
  init?(_ text: String, ranks: [Int]) {
    let plain = text.filter { !$0.isWhitespace }.replacing("...", with: "…")
    let sides = plain.split(separator: "->", omittingEmptySubsequences: false)
    let terms = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
      .map(Array.init)
    guard (1...2).contains(sides.count), plain.count <= 256, terms.count == ranks.count else {
      return nil
    }
    // An ellipsis stands for the axes that are left, aligned from the last.
    var most = 0
    for (term, rank) in zip(terms, ranks) where term.contains("…") {
      most = max(most, rank - term.count + 1)
    }
    guard (0...16).contains(most) else { return nil }
    let rest = (0..<most).compactMap { Unicode.Scalar(0x2460 + $0).map(Character.init) }
    func spelled(_ term: [Character], _ count: Int) -> [Character]? {
      guard let place = term.firstIndex(of: "…") else { return term }
      guard count >= 0 else { return nil }
      return Array(term[..<place] + rest.suffix(count) + term[(place + 1)...])
    }
    var operands: [[Character]] = []
    for (term, rank) in zip(terms, ranks) {
      guard let axes = spelled(term, rank - term.count + 1), axes.count == rank else { return nil }
      operands.append(axes)
    }
    self.operands = operands
    if sides.count == 2 {
      guard let axes = spelled(Array(sides[1]), most) else { return nil }
      result = axes
    } else {
      // Without an arrow: what occurs once, in the alphabet's order.
      let all = operands.flatMap(\.self)
      result =
        rest
        + Set(all).filter { name in all.count { $0 == name } == 1 }
        .filter { !rest.contains($0) }.sorted()
    }
    guard Set(result).count == result.count,
      result.allSatisfy({ name in operands.contains { $0.contains(name) } })
    else { return nil }
  }
}

extension Signal {
  /// Sums of products of this signal and another, whose axes are named; those that the result has not are
  /// summed over.
  func einsum(
    _ names: [Character], _ other: Signal, _ otherNames: [Character], to result: [Character]
  ) -> Signal {
    guard let (x, left) = summed(names, keeping: otherNames + result),
      let (y, right) = other.summed(otherNames, keeping: left + result)
    else { return self }
    // The engine reads its first operand once for each image.
    if !x.isOfImages, y.isOfImages { return y.einsum(right, x, left, to: result) }
    let shared = left.filter { right.contains($0) && result.contains($0) }
    let inner = left.filter { right.contains($0) && !result.contains($0) }
    func places(_ names: [Character], in all: [Character]) -> [Int] {
      names.compactMap { all.firstIndex(of: $0) }
    }
    let contraction = Contraction(
      places(inner, in: left), places(inner, in: right),
      shared: (places(shared, in: left), places(shared, in: right)))
    let product = x.applying(.contract(contraction), [y])
    let used = shared + inner
    let order =
      shared + left.filter { !used.contains($0) } + right.filter { !used.contains($0) }
    return product.inOrder(order, result)
  }

  /// This signal with its named axes in the order of a result.
  func inOrder(_ names: [Character], _ result: [Character]) -> Signal {
    let order = result.compactMap { names.firstIndex(of: $0) }
    guard order.count == rank, names.count == rank else {
      fail("axes \(String(names)) for a result of \(String(result))")
      return self
    }
    return permuted(order)
  }

  /// The sum over the axes that nobody else has; `nil`, and a failure, where one is named twice.
  func summed(
    _ names: [Character], keeping: [Character]
  ) -> (signal: Signal, names: [Character])? {
    guard Set(names).count == names.count, names.count == rank else {
      fail("a diagonal along \(String(names)) of \(shape)")
      return nil
    }
    let alone = names.indices.filter { !keeping.contains(names[$0]) }
    guard !alone.isEmpty else { return (self, names) }
    let sum = applying(.reduce(.sum, axes: Array(alone), keepsAxes: false))
    return (sum, names.indices.filter { !alone.contains($0) }.map { names[$0] })
  }

  /// Whether it differs from image to image, as a weight does not.
  var isOfImages: Bool { if case .value = operand { true } else { false } }

  /// The last axes, as many as the kernel sums over, times a kernel of any more axes, plus a bias of these.
  ///
  /// Read as a matrix it is what a dense layer computes.
  func projected(
    _ variables: Variables, inner: [Int], outer: [Int], hasBias: Bool
  ) -> Signal {
    guard rank >= inner.count, Array(extents.suffix(inner.count)) == inner,
      let rows = Self.count(inner), let columns = Self.count(outer)
    else {
      fail("multiplies \(shape) with a kernel of \(inner + outer)")
      return self
    }
    let free = Array(extents.dropLast(inner.count))
    let kernel = variables(.kernel, inner + outer, viewed: [rows, columns])
    let bias = hasBias ? [variables(.bias, outer, viewed: [columns])] : []
    return reshaped(free + [rows])
      .applying(.contract(Contraction([free.count], [0])), [kernel] + bias).reshaped(free + outer)
  }

  /// The product of extents, if it is no larger than any array.
  static func count(_ extents: [Int]) -> Int? {
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, (0...Primitive.largest).contains(product) else { return nil }
      count = product
    }
    return count
  }
}

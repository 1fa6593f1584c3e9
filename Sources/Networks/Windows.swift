/// How much lies before and after the values along one axis.
public struct Edge: Sendable, Hashable {
  /// Before the first value.
  public var before: Int
  /// After the last value.
  public var after: Int

  /// Creates an edge of `before` and `after` places; negative ones are cut away.
  public init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }

  /// Nothing on either side.
  public static let none = Edge(before: 0, after: 0)

  /// Both together.
  public var total: Int { before + after }
}

/// Windows that move over the last axes of an array but one, which holds the channels.
///
/// One entry for each axis of space, outermost first.
public struct Windows: Sendable, Hashable {
  /// The extents of a window.
  public var size: [Int]
  /// The steps between windows.
  public var strides: [Int]
  /// The steps between the taps of one window.
  public var dilation: [Int]
  /// What lies around the array, resolved from the padding rule.
  public var padding: [Edge]

  /// Creates windows; by default dense, side by side, and inside the array.
  public init(
    _ size: [Int], strides: [Int]? = nil, dilation: [Int]? = nil, padding: [Edge]? = nil
  ) {
    self.size = size
    self.strides = strides ?? size.map { _ in 1 }
    self.dilation = dilation ?? size.map { _ in 1 }
    self.padding = padding ?? size.map { _ in .none }
  }

  /// The number of axes over which the windows move.
  public var rank: Int { size.count }

  /// How many windows fit along each axis of `space`.
  func counts(in space: [Int]) throws(ShapeError) -> [Int] {
    try check(space)
    var counts: [Int] = []
    for axis in space.indices {
      let padded = space[axis] + padding[axis].total
      let room = padded - span(axis)
      guard room >= 0 else {
        throw ShapeError("a window of \(span(axis)) does not fit into a map of \(padded)")
      }
      counts.append(room / strides[axis] + 1)
    }
    return counts
  }

  /// The extents of what gathers these windows back from arrays of `space` (`Conv2DTranspose`), where
  /// the padding is what is cut from the full result.
  func transposedCounts(from space: [Int]) throws(ShapeError) -> [Int] {
    try check(space)
    let extents = space.indices.map { axis in
      (space[axis] - 1) * strides[axis] + span(axis) - padding[axis].total
    }
    guard extents.allSatisfy({ $0 > 0 }) else { throw ShapeError("nothing is left of \(space)") }
    return extents
  }

  /// How far the taps of one window reach.
  func span(_ axis: Int) -> Int { (size[axis] - 1) * dilation[axis] + 1 }

  private func check(_ space: [Int]) throws(ShapeError) {
    let lists = [size.count, strides.count, dilation.count, padding.count]
    guard lists.allSatisfy({ $0 == space.count }) else {
      throw ShapeError("windows of \(size.count) axes move over \(space.count)")
    }
    let limit = 1 << 24
    guard (size + strides + dilation).allSatisfy({ (1...limit).contains($0) }),
      padding.allSatisfy({ abs($0.before) <= limit && abs($0.after) <= limit }),
      space.allSatisfy({ $0 <= limit })
    else { throw ShapeError("windows of \(size), strides \(strides), dilation \(dilation)") }
  }
}

/// The padding rule of a convolution or a pooling layer (Keras `padding`).
public enum Padding: Sendable, Hashable {
  /// None: windows stay inside the map.
  case valid
  /// Enough for ⌈n/stride⌉ outputs, the odd row or column after the map, as TensorFlow does.
  case same
  /// All of it before the values, so that no output sees what comes later (`Conv1D`).
  case causal
  /// As given, for each axis.
  case edges([Edge])

  /// What this rule puts around an array of extents `space`.
  public func edges(of space: [Int], _ windows: Windows) -> [Edge] {
    switch self {
    case .valid: return space.map { _ in .none }
    case .edges(let edges): return edges
    case .causal:
      return space.indices.map { Edge(before: windows.span($0) - 1, after: 0) }
    case .same:
      return space.indices.map { axis in
        let stride = max(windows.strides[axis], 1)
        let outputs = (space[axis] + stride - 1) / stride
        let total = max((outputs - 1) * stride + windows.span(axis) - space[axis], 0)
        return Edge(before: total / 2, after: total - total / 2)
      }
    }
  }
}

import Tensors

// How primitives and permutations of axes pass each other.
extension [Int] {
  /// Where a permutation puts axis `axis` of its operand.
  package func place(of axis: Int, _ rank: Int) -> Int {
    firstIndex(of: axis) ?? rank - 1
  }

  /// Extents of which at most one is not 1, as they were before a permutation; `nil` for others.
  package func unpermutedIfOneAxis(_ axes: [Int]) -> [Int]? {
    guard count <= axes.count, filter({ $0 != 1 }).count <= 1 else { return nil }
    let full = Array(repeating: 1, count: axes.count - count) + self
    return axes.indices.map { full[axes.place(of: $0, axes.count)] }
  }
}

extension Primitive {
  /// The primitive that does to an array what this one does to its permutation by `axes`, which then is
  /// the result's as well; `nil` where there is none.
  package func moved(before axes: [Int]) -> Primitive? {
    func unpermuted<Value>(_ values: [Value]) -> [Value] {
      axes.indices.map { values[axes.place(of: $0, axes.count)] }
    }
    switch self {
    case .map, .zip, .select: return self
    case .batchNormalize(var norm):
      norm.axis = axes[norm.axis]
      return .batchNormalize(norm)
    case .softmax(let kind, let own): return .softmax(kind, axes: own.map { axes[$0] })
    case .normalize(let own, let settings):
      return .normalize(axes: own.map { axes[$0] }, settings)
    case .reduce(let reduction, let own, keepsAxes: true):
      return .reduce(reduction, axes: own.map { axes[$0] }, keepsAxes: true)
    case .concatenate(let axis): return .concatenate(axis: axes[axis])
    case .slice(let slices): return .slice(unpermuted(slices))
    case .pad(let edges, let mode): return .pad(unpermuted(edges), mode)
    case .resize(var resize):
      resize.axis = axes[resize.axis]
      return .resize(resize)
    case .input, .window, .transposed, .pool, .contract, .reduce, .reshape, .permute, .gather:
      return nil
    }
  }
}

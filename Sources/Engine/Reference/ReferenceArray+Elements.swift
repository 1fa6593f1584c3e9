import Foundation
import Networks

// Primitives of single numbers, and of rows.
extension ReferenceArray {
  /// A function of each number, in double precision.
  func mapped(_ function: Function) -> ReferenceArray {
    ReferenceArray(extents, values.map { Float(function(Double($0))) })
  }

  /// Arithmetic with another array, both repeated to the extents of the result.
  func zipped(
    _ arithmetic: Arithmetic, _ other: ReferenceArray, into result: [Int]
  ) -> ReferenceArray {
    let left = Self.offsets(result, strides: repeated(to: result))
    let right = Self.offsets(result, strides: other.repeated(to: result))
    return ReferenceArray(
      result,
      left.indices.map {
        Float(arithmetic(Double(values[left[$0]]), Double(other.values[right[$0]])))
      })
  }

  /// Strides with which the array is read as one of `result`'s extents: 0 along what is repeated.
  func repeated(to result: [Int]) -> [Int] {
    let missing = result.count - extents.count
    return result.indices.map { axis in
      axis < missing || extents[axis - missing] == 1 ? 0 : strides[axis - missing]
    }
  }

  /// One number of all along some axes.
  func reduced(_ reduction: Reduction, axes: [Int], into result: [Int]) -> ReferenceArray {
    let kept = extents.indices.filter { !axes.contains($0) }
    let inner = Self.offsets(axes.map { extents[$0] }, strides: axes.map { strides[$0] })
    let outer = Self.offsets(kept.map { extents[$0] }, strides: kept.map { strides[$0] })
    return ReferenceArray(
      result, outer.map { start in reduction.of(inner.map { values[start + $0] }) })
  }

  /// Shares along some axes.
  func softmax(_ kind: SoftmaxKind, axes: [Int]) -> ReferenceArray {
    var result = self
    let kept = extents.indices.filter { !axes.contains($0) }
    let inner = Self.offsets(axes.map { extents[$0] }, strides: axes.map { strides[$0] })
    for start in Self.offsets(kept.map { extents[$0] }, strides: kept.map { strides[$0] }) {
      let row = inner.map { values[start + $0] }
      for (offset, share) in Swift.zip(inner, kind.shares(of: row)) {
        result.values[start + offset] = share
      }
    }
    return result
  }

  /// Batch normalisation along an axis of the batch's arrays.
  func normalized(
    _ norm: BatchNormalize, mean: [Float], variance: [Float], gamma: [Float]?, beta: [Float]?
  ) -> ReferenceArray {
    let (_, channels, after) = split(at: norm.axis + 1)
    return ReferenceArray(
      extents,
      values.enumerated().map { index, value in
        let c = index / after % channels
        let deviation = (Double(variance[c]) + Double(norm.epsilon)).squareRoot()
        let normal = (Double(value) - Double(mean[c])) / deviation
        return Float(Double(gamma?[c] ?? 1) * normal + Double(beta?[c] ?? 0))
      })
  }

  /// Mean and biased variance of each channel over all else, the batch too.
  func statistics(alongAxis axis: Int) -> (mean: [Float], variance: [Float]) {
    let (_, channels, after) = split(at: axis + 1)
    var sums = Array(repeating: 0.0, count: channels)
    for (index, value) in values.enumerated() { sums[index / after % channels] += Double(value) }
    let size = Double(values.count / channels)
    let means = sums.map { $0 / size }
    var squares = Array(repeating: 0.0, count: channels)
    for (index, value) in values.enumerated() {
      let c = index / after % channels
      squares[c] += (Double(value) - means[c]) * (Double(value) - means[c])
    }
    return (means.map { Float($0) }, squares.map { Float($0 / size) })
  }
}

extension Reduction {
  /// What it makes of some numbers.
  func of(_ values: [Float]) -> Float {
    switch self {
    case .sum: Float(values.reduce(0.0) { $0 + Double($1) })
    case .mean: Float(values.reduce(0.0) { $0 + Double($1) } / Double(values.count))
    case .product: Float(values.reduce(1.0) { $0 * Double($1) })
    case .largest: values.contains(where: \.isNaN) ? .nan : values.max() ?? -.infinity
    case .least: values.contains(where: \.isNaN) ? .nan : values.min() ?? .infinity
    }
  }
}

extension Arithmetic {
  fileprivate func callAsFunction(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: a.isNaN || b.isNaN ? .nan : max(a, b)
    case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
    case .power: pow(a, b)
    case .floorDivide: (a / b).rounded(.down)
    case .remainder: a - (a / b).rounded(.down) * b
    case .greater: a > b ? 1 : 0
    case .greaterEqual: a >= b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessEqual: a <= b ? 1 : 0
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    }
  }
}

extension SoftmaxKind {
  /// The shares of one row, in double precision.
  func shares(of row: [Float]) -> [Float] {
    // Subtracting the largest changes nothing but keeps exp from overflowing.
    let largest = Double(row.max() ?? 0)
    switch self {
    case .plain: return Engine.softmax(row)
    case .log:
      let sum = row.reduce(0.0) { $0 + exp(Double($1) - largest) }
      return row.map { Float(Double($0) - largest - Foundation.log(sum)) }
    case .sparse:
      // As Keras 3 computes it, from the sum of all sums of the largest values, not the last of them.
      var (sum, sums, kept) = (0.0, 0.0, 0.0)
      for (place, value) in row.map({ Double($0) }).sorted(by: >).enumerated() {
        sum += value
        guard value - (sum - 1) / Double(place + 1) > 0 else { continue }
        sums += sum
        kept += 1
      }
      let threshold = (sums - 1) / kept
      return row.map { Float(max(Double($0) - threshold, 0)) }
    }
  }
}

extension Function {
  /// The function in double precision.
  fileprivate func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .affine(let scale, let offset): x * Double(scale) + Double(offset)
    case .relu(let slope, let largest, let threshold):
      x >= Double(largest)
        ? Double(largest) : x >= Double(threshold) ? x : Double(slope) * (x - Double(threshold))
    case .clip(let least, let largest): x.isNaN ? x : min(max(x, Double(least)), Double(largest))
    case .sigmoid: 1 / (1 + Foundation.exp(-x))
    case .tanh: Foundation.tanh(x)
    case .exp: Foundation.exp(x)
    case .log: Foundation.log(x)
    case .sqrt: x.squareRoot()
    case .reciprocalSqrt: 1 / x.squareRoot()
    case .square: x * x
    case .absolute: abs(x)
    case .negative: -x
    case .reciprocal: 1 / x
    case .floor: x.rounded(.down)
    case .ceil: x.rounded(.up)
    case .round: x.rounded(.toNearestOrEven)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .log1p: Foundation.log1p(x)
    case .expm1: Foundation.expm1(x)
    case .erf: Foundation.erf(x)
    case .sin: Foundation.sin(x)
    case .cos: Foundation.cos(x)
    case .silu: x == -.infinity ? 0 : x / (1 + Foundation.exp(-x))
    case .hardSigmoid: min(max(x + 3, 0), 6) / 6
    case .hardSilu: x * min(max(x + 3, 0), 6) / 6
    case .gelu(false): 0.5 * x * (1 + Foundation.erf(x / 2.0.squareRoot()))
    case .gelu(true):
      0.5 * x
        * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .elu(let alpha): x > 0 ? x : Double(alpha) * Foundation.expm1(x)
    case .celu(let alpha): x > 0 ? x : Double(alpha) * Foundation.expm1(x / Double(alpha))
    case .selu:
      1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Foundation.expm1(x))
    case .softplus: max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x)))
    case .softsign: x / (1 + abs(x))
    case .mish: x * Foundation.tanh(max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x))))
    case .squareplus(let b): (x + (x * x + Double(b)).squareRoot()) / 2
    case .hardShrink(let threshold): abs(x) > Double(threshold) ? x : 0
    case .softShrink(let threshold):
      x > Double(threshold)
        ? x - Double(threshold) : x < -Double(threshold) ? x + Double(threshold) : 0
    case .tanhShrink: x - Foundation.tanh(x)
    case .threshold(let threshold, let value): x > Double(threshold) ? x : Double(value)
    case .sparsePlus: x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x
    case .logSigmoid: min(x, 0) - Foundation.log1p(Foundation.exp(-abs(x)))
    }
  }
}

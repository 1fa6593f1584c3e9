import CLoops

/// Windows of any extents that a seed yields, and what they should yield, computed with plain loops.
struct WindowCase: CustomStringConvertible {
  enum Kind { case convolution, transposed, largest, mean }

  let kind: Kind
  let batch = 3
  var source = [1, 1, 1]
  var result = [1, 1, 1]
  var kernel = [1, 1, 1]
  var strides = [1, 1, 1]
  var dilation = [1, 1, 1]
  var before = [0, 0, 0]
  var inputs: Int
  var outputs: Int
  var groups = 1

  init(_ kind: Kind, _ numbers: inout SeededNumbers) {
    self.kind = kind
    inputs = numbers.one(of: channelCounts)
    outputs = kind == .largest || kind == .mean ? inputs : numbers.one(of: channelCounts)
    if kind == .convolution {
      switch numbers.below(4) {
      case 0:
        groups = inputs
        outputs = inputs * (1 + numbers.below(2))
      case 1:
        groups = 2 + numbers.below(3)
        inputs = groups * (1 + numbers.below(8))
        outputs = groups * (1 + numbers.below(20))
      default: break
      }
    }
    let isPointwise = numbers.below(4) == 0
    let count = 1 + numbers.below(3)
    for axis in (3 - count)..<3 {
      source[axis] = 1 + numbers.below([40, 12, 5][count - 1])
      strides[axis] = 1 + (isPointwise ? 0 : numbers.below(3))
      kernel[axis] = isPointwise ? 1 : 1 + numbers.below(4 - count / 2)
      dilation[axis] = 1 + numbers.below(3) / 2 * numbers.below(3)
      let extent = (kernel[axis] - 1) * dilation[axis] + 1
      before[axis] = numbers.below(extent)
      let after = numbers.below(extent)
      if kind == .transposed {
        let full = (source[axis] - 1) * strides[axis] + extent
        result[axis] = max(1, full - before[axis] - after + numbers.below(2))
      } else {
        source[axis] = max(source[axis], extent - before[axis] - after)
        result[axis] =
          (source[axis] + before[axis] + after - extent) / strides[axis] + 1
      }
    }
  }

  var description: String {
    "\(kind) of \(source) × \(inputs) to \(result) × \(outputs), kernel \(kernel), strides"
      + " \(strides), dilation \(dilation), before \(before), \(groups) groups"
  }

  var sourceCount: Int { source.reduce(inputs, *) }
  var resultCount: Int { result.reduce(outputs, *) }
  var kernelCount: Int { kernel.reduce(inputs / groups * outputs, *) }

  func windows(batch: Int) -> cl_windows {
    func triple(_ v: [Int]) -> (Int64, Int64, Int64) { (Int64(v[0]), Int64(v[1]), Int64(v[2])) }
    return cl_windows(
      batch: Int64(batch), source: triple(source), source_channels: Int64(inputs),
      result: triple(result), result_channels: Int64(outputs), kernel: triple(kernel),
      strides: triple(strides), dilation: triple(dilation), before: triple(before),
      groups: Int64(groups))
  }

  /// The place of the source that a tap reads for a result along an axis, if it reads any.
  private func read(_ axis: Int, _ place: Int, _ tap: Int) -> Int? {
    var at = place * strides[axis] - before[axis] + tap * dilation[axis]
    if kind == .transposed {
      at = place + before[axis] - tap * dilation[axis]
      guard at % strides[axis] == 0 else { return nil }
      at /= strides[axis]
    }
    return (0..<source[axis]).contains(at) ? at : nil
  }

  /// The pixels of the source that a result reads, and the tap for each.
  private func reads(_ pixel: Int) -> [(pixel: Int, tap: Int)] {
    let (z, y, x) = (
      pixel / result[2] / result[1], pixel / result[2] % result[1], pixel % result[2]
    )
    var reads: [(pixel: Int, tap: Int)] = []
    for tap in 0..<kernel.reduce(1, *) {
      guard
        let plane = read(0, z, tap / kernel[2] / kernel[1]),
        let row = read(1, y, tap / kernel[2] % kernel[1]),
        let column = read(2, x, tap % kernel[2])
      else { continue }
      reads.append(((plane * source[1] + row) * source[2] + column, tap))
    }
    return reads
  }

  func wanted(_ values: [Float], _ weights: [Float], _ bias: [Float]?) -> [Double] {
    var wanted: [Double] = []
    for image in 0..<batch {
      for pixel in 0..<result.reduce(1, *) {
        let reads = reads(pixel)
        for output in 0..<outputs {
          let seen = reads.map {
            Double(values[image * sourceCount + $0.pixel * inputs + output % inputs])
          }
          switch kind {
          case .largest:
            wanted.append(seen.contains(where: \.isNaN) ? .nan : seen.max() ?? -.infinity)
          case .mean: wanted.append(seen.reduce(0, +) / Double(seen.count))
          case .convolution, .transposed:
            wanted.append(sum(image, reads, output, values, weights) + Double(bias?[output] ?? 0))
          }
        }
      }
    }
    return wanted
  }

  private func sum(
    _ image: Int, _ reads: [(pixel: Int, tap: Int)], _ output: Int, _ values: [Float],
    _ weights: [Float]
  ) -> Double {
    let count = inputs / groups
    let first = output / (outputs / groups) * count
    var sum = 0.0
    for read in reads {
      for input in 0..<count {
        let weight =
          kind == .transposed
          ? weights[(read.tap * outputs + output) * inputs + input]
          : weights[(read.tap * count + input) * outputs + output]
        let value = values[image * sourceCount + read.pixel * inputs + first + input]
        sum += Double(value) * Double(weight)
      }
    }
    return sum
  }
}

import Foundation
import Networks
import Tensors

/// A batch of maps as N·H·W·C; a row of numbers is a map of one pixel.
struct Feature {
  let count: Int
  let height: Int
  let width: Int
  let channels: Int
  var values: [Float]

  init(_ shape: FeatureShape, count: Int, values: [Float]? = nil) {
    self.count = count
    channels = shape.channels
    if case .map(let image) = shape {
      (height, width) = (image.height, image.width)
    } else {
      (height, width) = (1, 1)
    }
    self.values = values ?? Array(repeating: 0, count: count * shape.elementCount)
  }

  subscript(n: Int, y: Int, x: Int, c: Int) -> Float {
    get { values[((n * height + y) * width + x) * channels + c] }
    set { values[((n * height + y) * width + x) * channels + c] = newValue }
  }

  func row(_ n: Int) -> ArraySlice<Float> {
    let length = height * width * channels
    return values[n * length..<(n + 1) * length]
  }

  /// Mean and biased variance of each channel over the batch.
  func statistics() -> (mean: [Float], variance: [Float]) {
    var sums = Array(repeating: 0.0, count: channels)
    for (index, value) in values.enumerated() { sums[index % channels] += Double(value) }
    let size = Double(count * height * width)
    let means = sums.map { $0 / size }
    var squares = Array(repeating: 0.0, count: channels)
    for (index, value) in values.enumerated() {
      let deviation = Double(value) - means[index % channels]
      squares[index % channels] += deviation * deviation
    }
    return (means.map(Float.init), squares.map { Float($0 / size) })
  }

  /// The values as N·C·H·W.
  func channelsFirst() -> [Float] {
    let image = ImageShape(height: height, width: width, channels: channels)
    return Tensor(shape: DataFormat.channelsLast.shape(of: image, count: count), values: values)
      .converted(from: .channelsLast, to: .channelsFirst).values
  }
}

func convolve(
  _ x: Feature, _ layer: LayerOperation.Convolution, _ kernel: [Float], _ bias: [Float]?,
  into output: Feature
) -> [Float] {
  var output = output
  let inputs = x.channels / layer.groups
  let filters = layer.filters / layer.groups
  for n in 0..<output.count {
    for y in 0..<output.height {
      for column in 0..<output.width {
        // All filters of one pixel at a time: the kernel's innermost axis is the filter.
        var sums: [Double] = (0..<layer.filters).map { Double(bias?[$0] ?? 0) }
        for ky in 0..<layer.kernel.height {
          let row = y * layer.strides.height + ky * layer.dilation.height - layer.padding.top
          guard (0..<x.height).contains(row) else { continue }
          for kx in 0..<layer.kernel.width {
            let place = column * layer.strides.width + kx * layer.dilation.width
            let left = place - layer.padding.left
            guard (0..<x.width).contains(left) else { continue }
            for filter in 0..<layer.filters {
              let group = filter / filters
              var sum = 0.0
              for c in 0..<inputs {
                let pixel = x[n, row, left, group * inputs + c]
                let tap = ((ky * layer.kernel.width + kx) * inputs + c) * layer.filters + filter
                sum += Double(pixel) * Double(kernel[tap])
              }
              sums[filter] += sum
            }
          }
        }
        for filter in 0..<layer.filters { output[n, y, column, filter] = Float(sums[filter]) }
      }
    }
  }
  return output.values
}

func normalize(
  _ x: Feature, _ layer: LayerOperation.BatchNorm, _ gamma: [Float]?, _ beta: [Float]?,
  _ mean: [Float], _ variance: [Float]
) -> [Float] {
  x.values.enumerated().map { index, value in
    let c = index % x.channels
    let deviation = (Double(variance[c]) + Double(layer.epsilon)).squareRoot()
    let normal = (Double(value) - Double(mean[c])) / deviation
    return Float(Double(gamma?[c] ?? 1) * normal + Double(beta?[c] ?? 0))
  }
}

func pad(_ x: Feature, _ edges: EdgePadding, into output: Feature) -> [Float] {
  var output = output
  for n in 0..<x.count {
    for y in 0..<x.height {
      for column in 0..<x.width {
        for c in 0..<x.channels {
          output[n, y + edges.top, column + edges.left, c] = x[n, y, column, c]
        }
      }
    }
  }
  return output.values
}

/// Reduces the values of each window that lie inside the map: padding takes no part.
func pool(
  _ x: Feature, _ layer: LayerOperation.Pooling, into output: Feature,
  _ reduce: ([Float]) -> Float
) -> [Float] {
  var output = output
  for n in 0..<output.count {
    for y in 0..<output.height {
      let top = y * layer.strides.height - layer.padding.top
      let rows = max(top, 0)..<min(top + layer.window.height, x.height)
      for column in 0..<output.width {
        let left = column * layer.strides.width - layer.padding.left
        let columns = max(left, 0)..<min(left + layer.window.width, x.width)
        for c in 0..<x.channels {
          let window = rows.flatMap { row in columns.map { x[n, row, $0, c] } }
          output[n, y, column, c] = reduce(window)
        }
      }
    }
  }
  return output.values
}

func multiply(
  _ x: Feature, _ layer: LayerOperation.Dense, _ kernel: [Float], _ bias: [Float]?
) -> [Float] {
  (0..<x.count).flatMap { n -> [Float] in
    var sums = (0..<layer.units).map { Double(bias?[$0] ?? 0) }
    for (index, value) in x.row(n).enumerated() {
      for unit in 0..<layer.units {
        sums[unit] += Double(value) * Double(kernel[index * layer.units + unit])
      }
    }
    return sums.map { Float($0) }
  }
}

func join(_ left: Feature, _ right: Feature) -> [Float] {
  var values: [Float] = []
  for pixel in 0..<left.count * left.height * left.width {
    values += left.values[pixel * left.channels..<(pixel + 1) * left.channels]
    values += right.values[pixel * right.channels..<(pixel + 1) * right.channels]
  }
  return values
}

extension Double {
  /// `exp` of a float32, in double precision.
  static func exponential(of value: Float) -> Double { exp(Double(value)) }
}

import Engine
import Layers
import Networks
import Tensors

extension Hypothesis {
  static func convolution(
    _ layer: Convolution, _ bench: LayerOnBench
  ) -> [Hypothesis] {
    let kernel = Kernel(layer, bench.layer.weights[.kernel] ?? [])
    var guesses: [Hypothesis] = []
    func reordered(_ claim: String, _ place: @escaping (Kernel.Tap) -> Kernel.Tap) {
      guesses.append(
        guess(claim, bench) { $0.weights[.kernel] = kernel.reordered(place) })
    }
    let (height, width) = (layer.windows.size[0], layer.windows.size[1])
    if height * width > 1 {
      reordered("the kernel is rotated by 180°, as Theano's convolution does") {
        Kernel.Tap(y: height - 1 - $0.y, x: width - 1 - $0.x, input: $0.input, filter: $0.filter)
      }
    }
    if height == width, height > 1 {
      reordered("height and width of the kernel are transposed") {
        Kernel.Tap(y: $0.x, x: $0.y, input: $0.input, filter: $0.filter)
      }
    }
    if kernel.inputs == layer.filters {
      reordered("input and output channels of the kernel are transposed") {
        Kernel.Tap(y: $0.y, x: $0.x, input: $0.filter, filter: $0.input)
      }
    }
    let isFirst = bench.readsImages && kernel.inputs * layer.groups == 3
    guesses.append(
      input(
        "the input channels are reversed" + (isFirst ? " (BGR for RGB)" : ""), bench,
        \.withChannelsReversed))
    guesses.append(output("the output channels are reversed", bench, \.withChannelsReversed))
    let padding = layer.windows.edges
    guesses += padding.onePixelOff.map { edges in
      guess(
        "the padding is \(edges), not \(padding) (top, bottom, left, right): one pixel off, as "
          + "'same' differs from a fixed padding", bench, kind: .padding
      ) { changed in
        var layer = layer
        layer.windows.edges = edges
        changed.layer = layer
      }
    }
    guesses += earlierStride(layer, bench)
    let strides = bench.neighbouringStrides + [1, 2]
    let own = Extent(layer.windows.strides)
    for stride in Set(strides).subtracting([own]) {
      guesses.append(
        guess("the stride is \(stride), not \(own): it is in another place", bench) { changed in
          var layer = layer
          layer.windows.strides = stride.axes
          changed.layer = layer
        })
    }
    return guesses + bias(bench)
  }

  /// An earlier 1×1 convolution has the stride of this one: it then reads every so many pixels of
  /// what it reads here, batch norms and ReLUs in between changing nothing of that.
  private static func earlierStride(
    _ layer: Convolution, _ bench: LayerOnBench
  ) -> [Hypothesis] {
    let strides = Extent(layer.windows.strides)
    guard strides != 1 else { return [] }
    return [
      Hypothesis(claim: "the stride is in another place: an earlier 1×1 convolution has it") {
        var moved = layer
        moved.windows.strides = [1, 1]
        let (rows, columns) = (layer.windows.size[0] - 1, layer.windows.size[1] - 1)
        moved.windows.edges = EdgePadding(
          top: rows / 2, bottom: rows - rows / 2, left: columns / 2, right: columns - columns / 2)
        return bench.error(
          LoneLayer(moved, weights: bench.layer.weights),
          bench.inputs.map { $0.subsampled(by: strides) })
      }
    ]
  }

  /// A bias that one side has and the other has not, or that is another one.
  static func bias(_ bench: LayerOnBench) -> [Hypothesis] {
    if bench.layer.weights[.bias] != nil {
      return [guess("the bias is missing", bench) { $0.leaveOut(.bias) }]
    }
    return [
      Hypothesis(claim: "a bias is added that this network does not have") {
        // Whatever the bias, it moves all values of a channel alike.
        guard let result = bench.layer.output(of: bench.paddedInputs),
          result.ofOneImage == bench.expectedShape
        else { return nil }
        let channels = bench.differences(of: result).filter { !$0.isEmpty }
        // Of a single value a channel, any difference would look like a bias.
        guard channels.allSatisfy({ $0.count > 1 }) else { return nil }
        return channels.map { ((($0.max() ?? 0) - ($0.min() ?? 0)) / 2) }.max()
      }
    ]
  }
}

/// A convolution kernel as Keras stores it, H·W·I·O.
struct Kernel {
  /// One value of the kernel.
  struct Tap {
    let y: Int
    let x: Int
    let input: Int
    let filter: Int
  }

  let extent: Extent
  let inputs: Int
  let filters: Int
  let values: [Float]

  init(_ layer: Convolution, _ values: [Float]) {
    extent = Extent(layer.windows.size)
    filters = layer.filters
    inputs = values.count / max(1, extent.height * extent.width * filters)
    self.values = values
  }

  /// The kernel whose value at each tap is that of this one at `place`.
  func reordered(_ place: (Tap) -> Tap) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for y in 0..<extent.height {
      for x in 0..<extent.width {
        for input in 0..<inputs {
          for filter in 0..<filters {
            let tap = place(Tap(y: y, x: x, input: input, filter: filter))
            result.append(
              values[((tap.y * extent.width + tap.x) * inputs + tap.input) * filters + tap.filter])
          }
        }
      }
    }
    return result
  }
}

import Networks
import Tensors

extension LocallyConnected {
  /// How Keras 2 keeps the kernel, its `implementation`.
  public enum KernelOrder: Int, Sendable, Hashable {
    /// What each place reads, place by place: `H'·W' × kh·kw·C × filters`.
    case places = 1
    /// Every input for every output, most of them without meaning: `H × W × C × H' × W' × filters`.
    case dense = 2
    /// Of these the ones that there are, in the order of outputs, then of inputs.
    case sparse = 3
  }

  /// The kernel place by place, `places × window × filters`, whatever the order in which the file has it.
  ///
  /// `nil` where it has more numbers than can be put into another order.
  func kernel(_ products: LocalProducts, _ variables: Variables) -> Signal? {
    let shape = [products.places, products.taps * products.channels, filters]
    guard order != .places else { return variables(.kernel, shape) }
    guard let count = Signal.count(shape), count <= LocalProducts.limit else { return nil }
    let extents: [Int]
    let indices: [Float]
    switch order {
    case .dense:
      extents = products.inputExtents + products.outputExtents
      guard let all = Signal.count(extents), all <= LocalProducts.limit else { return nil }
      indices = products.numbersAmongAll()
    case .places, .sparse:
      let numbers = products.numbersAmongThoseThatAre()
      (extents, indices) = ([numbers.count], numbers.indices)
    }
    let stored = variables(.kernel, extents)
    return stored.reshaped([extents.reduce(1, *)])
      .applying(.gather(axis: 0), [stored.constant(Tensor(shape: Shape(shape), values: indices))])
  }
}

/// The products that a locally connected layer adds up: each reads one input, has a weight of its own, and goes to
/// one output.
struct LocalProducts {
  /// Numbers of weights are told in float32, which counts no further.
  static let limit = 1 << 24

  let windows: Windows
  /// The extents of the input's space, and those of the output's.
  let space: [Int]
  let outputs: [Int]
  let channels: Int
  let filters: Int
  let isChannelsFirst: Bool

  var places: Int { outputs.reduce(1, *) }
  var taps: Int { windows.size.reduce(1, *) }
  var inputExtents: [Int] { isChannelsFirst ? [channels] + space : space + [channels] }
  var outputExtents: [Int] { isChannelsFirst ? [filters] + outputs : outputs + [filters] }

  /// For each weight, place by place, its number where every input has one for every output.
  func numbersAmongAll() -> [Float] {
    let width = places * filters
    return pairs.map { $0.input < 0 ? 0 : Float($0.input * width + $0.output) }
  }

  /// For each weight, place by place, its number among those that there are; and how many these are.
  func numbersAmongThoseThatAre() -> (indices: [Float], count: Int) {
    let pairs = pairs
    let sorted = pairs.indices.filter { pairs[$0].input >= 0 }
      .sorted { (pairs[$0].output, pairs[$0].input) < (pairs[$1].output, pairs[$1].input) }
    var indices = [Float](repeating: 0, count: pairs.count)
    for (number, index) in sorted.enumerated() { indices[index] = Float(number) }
    return (indices, sorted.count)
  }

  /// For each weight the places of its input and its output in their flattened arrays; an input beyond the border,
  /// where the array is padded with zeros, is at −1.
  private var pairs: [(input: Int, output: Int)] {
    var result: [(input: Int, output: Int)] = []
    result.reserveCapacity(places * taps * channels * filters)
    let all = space.reduce(1, *)
    for place in 0..<places {
      for inner in 0..<taps * channels {
        let (tap, channel) =
          isChannelsFirst
          ? (inner % taps, inner / taps) : (inner / channels, inner % channels)
        let pixel = pixel(place, tap)
        for filter in 0..<filters {
          let input =
            pixel.map { isChannelsFirst ? channel * all + $0 : $0 * channels + channel } ?? -1
          let output = isChannelsFirst ? filter * places + place : place * filters + filter
          result.append((input, output))
        }
      }
    }
    return result
  }

  /// Which place of the input's space a tap of a window reads; `nil` beyond its border.
  private func pixel(_ place: Int, _ tap: Int) -> Int? {
    var (place, tap, pixel, step) = (place, tap, 0, 1)
    for axis in space.indices.reversed() {
      let position =
        place % outputs[axis] * windows.strides[axis] + tap % windows.size[axis]
        - windows.padding[axis].before
      guard space[axis] > position, position >= 0 else { return nil }
      pixel += position * step
      step *= space[axis]
      place /= outputs[axis]
      tap /= windows.size[axis]
    }
    return pixel
  }
}

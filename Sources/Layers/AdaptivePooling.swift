public import Networks
public import Tensors

/// The mean or the largest value of windows that share a map out evenly (Keras `AdaptiveAveragePooling1D` …
/// `AdaptiveMaxPooling3D`).
///
/// Input `H × W × C`, output `height × width × C`; of n places along an axis, window i of o has those from
/// ⌊i·n/o⌋ to ⌈(i+1)·n/o⌉.
public struct AdaptivePooling: Layer {
  /// What is made of a window: the largest, or the mean.
  public var reduction: Reduction
  /// The extents of the result along the axes of space.
  public var size: [Int]
  /// Where the channels are.
  public var dataFormat: DataFormat

  /// `AdaptiveMaxPooling2D`, by the kind and the number of axes.
  public var kerasClass: String {
    (reduction == .largest ? "AdaptiveMaxPooling" : "AdaptiveAveragePooling") + "\(size.count)D"
  }

  /// Adds the pooling, axis by axis: windows of one size make means of means the mean.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [pooled(inputs[0])]
  }

  func pooled(_ x: Signal) -> Signal {
    x.inChannelsLast(dataFormat, rank: size.count) { x in
      size.enumerated().reduce(x) { x, wanted in
        let axis = x.rank - 1 - size.count + wanted.offset
        return x.shared(out: wanted.element, alongAxis: axis, reduction)
      }
    }
  }
}

extension Signal {
  /// So many windows along an axis, each reduced to one place.
  fileprivate func shared(out count: Int, alongAxis axis: Int, _ reduction: Reduction) -> Signal {
    let length = extents[axis]
    guard length > 0, count <= 1 << 12 else {
      fail("shares \(length) places out among \(count) windows")
      return self
    }
    let windows = (0..<count).map { place -> Signal in
      let (first, end) = (place * length / count, ((place + 1) * length + count - 1) / count)
      var slices = extents.map { Slice(start: 0, count: $0) }
      slices[axis] = Slice(start: first, count: end - first)
      return applying(.slice(slices)).reduced(reduction, [axis])
    }
    return windows.count == 1
      ? windows[0] : windows[0].applying(.concatenate(axis: axis), Array(windows.dropFirst()))
  }
}

extension AdaptivePooling {
  init(_ settings: inout SettingsReader, _ reduction: Reduction, rank: Int) throws(LayerError) {
    guard let size = try settings.extents("output_size", rank: rank) else {
      throw LayerError("has no output_size")
    }
    self.init(reduction: reduction, size: size, dataFormat: try settings.dataFormat())
  }
}

import Networks
import Tensors

// Operators that move windows over the axes of space.
extension OperatorCall {
  static let windows: [String: One] = [
    "MaxPool": { $0.pooled(.largest) },
    "AveragePool": { $0.pooled(.mean) },
    "AdaptiveMaxPool": { $0.adaptivelyPooled(.largest) },
    "AdaptiveAveragePool": { $0.adaptivelyPooled(.mean) },
    "Conv": { $0.convolved() },
    "DepthwiseConv": { $0.depthwise() },
    "SeparableConv": { $0.depthwise() },
    "ExtractPatches": { $0.patches() },
    "SpaceToDepth": { $0.blocks(toDepth: true) },
    "DepthToSpace": { $0.blocks(toDepth: false) },
  ]

  /// Where the channels are; TensorFlow says NHWC and NCHW.
  private var dataFormat: DataFormat {
    switch argument(nil, "data_format") {
    case .text("channels_first")?, .text("NCHW")?, .text("NCW")?, .text("NCDHW")?: .channelsFirst
    default: .channelsLast
    }
  }

  /// Wires what reads channels last.
  func channelsLast(_ rank: Int, _ wire: (Signal) -> Signal?) -> Signal? {
    var isWired = true
    let result = x.inChannelsLast(dataFormat, rank: rank) { x in
      guard let result = wire(x) else {
        isWired = false
        return x
      }
      return result
    }
    return isWired ? result : nil
  }

  /// So many whole numbers for the axes of space: written for these, as one for all, or with the batch and the
  /// channels around as TensorFlow does.
  private func extents(_ rank: Int, _ names: String...) -> [Int]? {
    guard let numbers = names.lazy.compactMap({ argument(nil, $0)?.integers }).first,
      numbers.allSatisfy({ (1...1 << 24).contains($0) })
    else { return nil }
    switch numbers.count {
    case 1: return Array(repeating: numbers[0], count: rank)
    case rank: return numbers
    case rank + 2: return Array(dataFormat == .channelsFirst ? numbers[2...] : numbers[1...rank])
    default: return nil
    }
  }

  /// The padding rule; `nil` for one that is written out.
  private var padding: Padding? {
    guard case .text(let name)? = argument(nil, "padding") else {
      return argument(nil, "padding") == nil ? .valid : nil
    }
    switch name.lowercased() {
    case "valid": return .valid
    case "same": return .same
    case "causal": return .causal
    default: return nil
    }
  }

  private func windows(_ size: [Int], _ strides: [Int]?, on x: Signal) -> Windows? {
    guard let padding else { return nil }
    return WindowSettings(
      size, strides: strides,
      dilation: extents(size.count, "dilation_rate", "dilations", "rates", "dilation"),
      padding: padding
    ).windows(on: x.extents)
  }

  private func pooled(_ reduction: Reduction) -> Signal? {
    let rank = x.rank - 1
    guard (1...3).contains(rank), let size = extents(rank, "pool_size", "ksize") else { return nil }
    return channelsLast(rank) { x in
      windows(size, extents(rank, "strides") ?? size, on: x).map {
        x.applying(.pool($0, reduction))
      }
    }
  }

  private func adaptivelyPooled(_ reduction: Reduction) -> Signal? {
    let rank = x.rank - 1
    guard (1...3).contains(rank), let size = extents(rank, "output_size") else { return nil }
    let layer = AdaptivePooling(reduction: reduction, size: size, dataFormat: dataFormat)
    return layer.pooled(x)
  }

  /// A convolution with numbers of the call's own; as many groups as the channels need.
  private func convolved() -> Signal? {
    guard let kernel = argument(1, "kernel", "filters", "filter")?.tensor,
      kernel.shape.rank == x.rank + 1
    else {
      x.fail("\(name) with a kernel that is computed")
      return nil
    }
    let rank = x.rank - 1
    return channelsLast(rank) { x in
      let inputs = kernel.shape[rank]
      let size = Array(kernel.shape.dimensions.prefix(rank))
      guard inputs > 0, x.extents[rank] % inputs == 0,
        let windows = windows(size, extents(rank, "strides"), on: x)
      else { return nil }
      return x.applying(
        .window(windows, groups: x.extents[rank] / inputs), [x.constant(kernel)])
    }
  }

  private func depthwise() -> Signal? {
    let rank = x.rank - 1
    guard
      let kernel = argument(1, name == "DepthwiseConv" ? "kernel" : "depthwise_kernel", "filter")?
        .tensor, kernel.shape.rank == rank + 2
    else {
      x.fail("\(name) with a kernel that is computed")
      return nil
    }
    let pointwise = argument(2, "pointwise_kernel")?.tensor
    guard (pointwise != nil) == (name == "SeparableConv") else { return nil }
    return channelsLast(rank) { x in
      let size = Array(kernel.shape.dimensions.prefix(rank))
      let channels = x.extents[rank]
      let (outputs, overflow) = kernel.shape[rank].multipliedReportingOverflow(
        by: kernel.shape[rank + 1])
      guard !overflow, kernel.shape[rank] == channels,
        let windows = windows(size, extents(rank, "strides"), on: x)
      else { return nil }
      let spread = x.applying(
        .window(windows, groups: channels),
        [x.constant(kernel).reshaped(size + [1, outputs])])
      guard let pointwise else { return spread }
      return spread.applying(
        .window(Windows(size.map { _ in 1 }), groups: 1), [x.constant(pointwise)])
    }
  }

  /// What windows read, their numbers on the last axis.
  private func patches() -> Signal? {
    let rank = x.rank - 1
    guard (2...3).contains(rank), let size = extents(rank, "size", "sizes") else { return nil }
    return channelsLast(rank) { x in
      guard let windows = windows(size, extents(rank, "strides") ?? size, on: x) else { return nil }
      let patches = x.patches(windows)
      return patches.reshaped(
        patches.extents.dropLast(2) + [patches.extents.suffix(2).reduce(1, *)])
    }
  }

  /// Blocks of space as channels, or channels as blocks.
  private func blocks(toDepth: Bool) -> Signal? {
    guard x.rank == 3, let size = argument(1, "block_size")?.integer, (1...1 << 12).contains(size)
    else { return nil }
    return channelsLast(2) { x in
      let (rows, columns, channels) = (x.extents[0], x.extents[1], x.extents[2])
      if toDepth {
        guard rows % size == 0, columns % size == 0 else { return nil }
        return x.reshaped([rows / size, size, columns / size, size, channels])
          .permuted([0, 2, 1, 3, 4])
          .reshaped([rows / size, columns / size, size * size * channels])
      }
      guard channels % (size * size) == 0 else { return nil }
      let rest = channels / (size * size)
      return x.reshaped([rows, columns, size, size, rest]).permuted([0, 2, 1, 3, 4])
        .reshaped([rows * size, columns * size, rest])
    }
  }
}

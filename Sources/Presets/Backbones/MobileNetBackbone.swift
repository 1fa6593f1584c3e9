import JSON
import KerasConfigs

/// KerasHub's `MobileNetBackbone`, which is MobileNetV3 (Howard and others 2019) with other blocks where asked for.
struct MobileNetBackbone {
  private static let epsilon = 1e-5

  /// One inverted residual block.
  private struct Block {
    let wide: Int
    let filters: Int
    let kernel: Int
    let stride: Int
    let squeeze: Double
    let activation: ConfigValue
    let padding: Int
  }

  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let stem = Self.rounded(Double(try arguments.count("input_num_filters", 16)))
    let separated = try arguments.count("depthwise_filters")
    let stride = try arguments.count("depthwise_stride")
    let squeeze =
      arguments.value("squeeze_and_excite") == nil
      ? 0 : try arguments.number("squeeze_and_excite")
    let isSummed = try arguments.truth("depthwise_residual", false)
    let last = rounded(Double(try arguments.count("last_layer_filter")))
    // Keras takes these two, keeps them, and does nothing with them.
    arguments.pass("output_num_filters", "output_activation")
    let stages = try blocks(&arguments)
    var x = writer.input("input_layer", try arguments.imageShape())
      .zeroPadding("input_pad", 1).conv("input_conv", stem, 3, strides: 2)
      .batchNorm("input_batch_norm", epsilon: epsilon)
    x = x.activation(
      writer.numbered("activation"),
      arguments.value("input_activation").map { .written($0) } ?? "hard_swish")
    x = x.block("block_0_0", group: "layers/" + writer.group("depthwise_conv_block")) { input in
      var x = input.zeroPadding("block_0_0_pad", 1)
        .conv("block_0_0_conv1", stem, 3, strides: stride, groups: stem, group: "conv1")
        .batchNorm("block_0_0_bn1", epsilon: epsilon, group: "batch_normalization1")
        .activation("activation1")
      x = excited(x, "block_0_0_squeeze_excite", squeeze, group: "se_layer")
      x = x.conv("block_0_0_conv2", separated, 1, group: "conv2")
        .batchNorm("block_0_0_bn2", epsilon: epsilon, group: "batch_normalization2")
      return isSummed ? added(x, input) : x
    }
    for (stage, blocks) in stages.enumerated() {
      for (place, block) in blocks.enumerated() {
        x = inverted(x, "block_\(stage + 1)_\(place)", block)
      }
    }
    let name = "block_\(stages.count + 1)_0"
    x = x.block(name, group: "layers/" + writer.group("conv_bn_act_block")) { input in
      input.conv("\(name)_conv", last, 1, group: "conv")
        .batchNorm("\(name)_bn", epsilon: epsilon, group: "batch_normalization")
        .activation("activation_layer", "hard_swish")
    }
    writer.finish(x)
  }

  private static func blocks(
    _ arguments: inout PresetArguments
  ) throws(PresetError) -> [[Block]] {
    let counts = try arguments.repeats("stackwise_num_blocks")
    /// Rows of items, one for each block.
    func rows(_ name: String, _ isFit: (JSONValue) -> Bool) throws(PresetError) -> [[JSONValue]] {
      let rows = try arguments.items(name) { $0.list.map { Array($0.prefix(1025)) } }
      try arguments.check(rows.count, of: name, is: counts.count)
      for (row, count) in zip(rows, counts) where row.count < count || !row.allSatisfy(isFit) {
        throw arguments.odd(name)
      }
      return rows
    }
    func integers(_ name: String, _ range: ClosedRange<Int>) throws(PresetError) -> [[Int]] {
      try rows(name) { $0.integer.map(range.contains) ?? false }.map { $0.compactMap(\.integer) }
    }
    let wide = try integers("stackwise_expansion", 1...1 << 20)
    let filters = try integers("stackwise_num_filters", 1...1 << 20)
    let kernels = try integers("stackwise_kernel_size", 1...1024)
    let strides = try integers("stackwise_num_strides", 1...64)
    let padding = try integers("stackwise_padding", 0...1024)
    let squeezes = try rows("stackwise_se_ratio") {
      $0.isNull || ($0.number.map { (0...64).contains($0) } ?? false)
    }
    let activations = try rows("stackwise_activation") { !$0.isNull }
    return counts.indices.map { stage in
      (0..<counts[stage]).map { place in
        Block(
          wide: rounded(Double(wide[stage][place])),
          filters: rounded(Double(filters[stage][place])), kernel: kernels[stage][place],
          stride: strides[stage][place], squeeze: squeezes[stage][place].number ?? 0,
          activation: .written(activations[stage][place]), padding: padding[stage][place])
      }
    }
  }

  private static func inverted(
    _ input: WrittenValue, _ name: String, _ block: Block
  ) -> WrittenValue {
    let group = "layers/" + input.writer.group("inverted_residual_block")
    return input.block(name, group: group) { input in
      var x = input.conv("\(name)_conv1", block.wide, 1, group: "conv1")
        .batchNorm("\(name)_bn1", epsilon: epsilon, group: "batch_normalization1")
        .activation("activation1", block.activation)
        .zeroPadding("\(name)_pad", block.padding)
        .conv(
          "\(name)_conv2", block.wide, block.kernel, strides: block.stride, groups: block.wide,
          group: "conv2"
        )
        .batchNorm("\(name)_bn2", epsilon: epsilon, group: "batch_normalization2")
        .activation("activation2", block.activation)
      x = excited(x, "\(name)_se", block.squeeze, group: "squeeze_excite")
      x = x.conv("\(name)_conv3", block.filters, 1, group: "conv3")
        .batchNorm("\(name)_bn3", epsilon: epsilon, group: "batch_normalization3")
      return block.stride == 1 && input.channels == block.filters ? added(input, x) : x
    }
  }

  /// `SqueezeAndExcite2D`: each channel times what all channels' means say of it.
  private static func excited(
    _ x: WrittenValue, _ name: String, _ ratio: Double, group: String
  ) -> WrittenValue {
    guard ratio != 0 else { return x }
    return x.block(name, group: group) { x in
      let factor = x.operation("Mean", "mean", ["axis": [1, 2], "keepdims": true])
        .conv(
          "\(name)_conv_reduce", rounded(Double(x.channels) * ratio), 1, bias: true,
          group: "conv_reduce"
        )
        .activation("squeeze_activation")
        .conv("\(name)_conv_expand", x.channels, 1, bias: true, group: "conv_expand")
        .activation("excite_activation", "hard_sigmoid")
      return x.operation("Multiply", "multiply", reading: [.value(x), .value(factor)])
    }
  }

  private static func added(_ x: WrittenValue, _ other: WrittenValue) -> WrittenValue {
    x.operation("Add", "add", reading: [.value(x), .value(other)])
  }

  /// A multiple of 8 near `channels`, at least 8 and no tenth less.
  private static func rounded(_ channels: Double) -> Int {
    let multiple = max(8, Int(channels + 4) / 8 * 8)
    return Double(multiple) < 0.9 * channels ? multiple + 8 : multiple
  }
}

/// KerasHub's `ResNetBackbone`: ResNet (He and others 2015), with pre-activation ResNetV2 (2016), with the blocks `_vd`
/// ResNet-D (He and others 2018).
///
/// Input `H × W × 3`, output `⌈H/32⌉ × ⌈W/32⌉ × C` for the usual strides.
struct ResNetBackbone {
  private let blockType: String
  private let isPreActivated: Bool
  private let epsilon = 1e-5

  private init(_ arguments: inout PresetArguments) throws(PresetError) {
    blockType = try arguments.text(
      "block_type",
      among: ["basic_block", "bottleneck_block", "basic_block_vd", "bottleneck_block_vd"])
    isPreActivated = try arguments.truth("use_pre_activation", false)
  }

  private var isBottleneck: Bool { blockType.hasPrefix("bottleneck") }
  private var poolsShortcuts: Bool { blockType.hasSuffix("_vd") }

  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let network = try ResNetBackbone(&arguments)
    let (stem, kernels) = (
      try arguments.integers("input_conv_filters"),
      try arguments.integers("input_conv_kernel_sizes")
    )
    let filters = try arguments.integers("stackwise_num_filters")
    let blocks = try arguments.repeats("stackwise_num_blocks")
    let strides = try arguments.integers("stackwise_num_strides")
    try arguments.check(kernels.count, of: "input_conv_kernel_sizes", is: stem.count)
    try arguments.check(blocks.count, of: "stackwise_num_blocks", is: filters.count)
    try arguments.check(strides.count, of: "stackwise_num_strides", is: filters.count)
    var x = writer.input("input_layer", try arguments.imageShape())
    x = network.stem(x, stem, kernels)
    for stage in filters.indices {
      for block in 0..<blocks[stage] {
        x = network.block(
          x, "stack\(stage)_block\(block)", filters[stage], stride: block == 0 ? strides[stage] : 1,
          projects: block == 0 && (network.blockType != "basic_block" || stage > 0))
      }
    }
    if network.isPreActivated {
      x = x.batchNorm("post_bn", epsilon: network.epsilon).activation("post_relu")
    }
    writer.finish(x)
  }

  private func stem(_ image: WrittenValue, _ filters: [Int], _ kernels: [Int]) -> WrittenValue {
    var x = image.zeroPadding("conv1_pad", (kernels[0] - 1) / 2)
      .conv("conv1_conv", filters[0], kernels[0], strides: 2)
    for place in filters.indices.dropFirst() {
      x = x.batchNorm("conv\(place)_bn", epsilon: epsilon).activation("conv\(place)_relu")
        .conv("conv\(place + 1)_conv", filters[place], kernels[place], padding: "same")
    }
    if isPreActivated {
      x = x.paddedForMaximum()
    } else {
      x = x.batchNorm("conv\(filters.count)_bn", epsilon: epsilon)
        .activation("conv\(filters.count)_relu").zeroPadding("pool1_pad", 1)
    }
    return x.maxPool("pool1_pool", 3, strides: 2)
  }

  private func block(
    _ input: WrittenValue, _ name: String, _ filters: Int, stride: Int, projects: Bool
  ) -> WrittenValue {
    let outputs = isBottleneck ? 4 * filters : filters
    var x = input
    if isPreActivated {
      x = x.batchNorm("\(name)_pre_activation_bn", epsilon: epsilon)
        .activation("\(name)_pre_activation_relu")
    }
    var shortcut = input
    if projects {
      shortcut = x
      if poolsShortcuts, !isPreActivated, stride > 1 {
        shortcut = shortcut.averagePool(
          input.writer.numbered("average_pooling2d"), 2, strides: stride, padding: "same")
      }
      shortcut = shortcut.conv("\(name)_0_conv", outputs, 1, strides: poolsShortcuts ? 1 : stride)
      if !isPreActivated { shortcut = shortcut.batchNorm("\(name)_0_bn", epsilon: epsilon) }
    }
    if isBottleneck {
      x = x.conv("\(name)_1_conv", filters, 1)
      x = active(x, "\(name)_1")
      x = spatial(x, "\(name)_2", filters, stride)
      x = active(x, "\(name)_2").conv("\(name)_3_conv", outputs, 1)
    } else {
      x = spatial(x, "\(name)_1", filters, stride)
      x = active(x, "\(name)_1").conv("\(name)_2_conv", filters, 3, padding: "same")
    }
    if isPreActivated { return shortcut.adding(x, "\(name)_out") }
    x = x.batchNorm("\(name)_\(isBottleneck ? 3 : 2)_bn", epsilon: epsilon)
    return shortcut.adding(x, "\(name)_add").activation("\(name)_out")
  }

  private func active(_ x: WrittenValue, _ name: String) -> WrittenValue {
    x.batchNorm("\(name)_bn", epsilon: epsilon).activation("\(name)_relu")
  }

  /// The 3×3 convolution, padded by hand where it strides.
  private func spatial(
    _ x: WrittenValue, _ name: String, _ filters: Int, _ stride: Int
  ) -> WrittenValue {
    stride > 1
      ? x.zeroPadding("\(name)_pad", 1).conv("\(name)_conv", filters, 3, strides: stride)
      : x.conv("\(name)_conv", filters, 3, padding: "same")
  }
}

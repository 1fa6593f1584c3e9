/// A block of KerasHub's EfficientNets, of one of four kinds.
///
/// Input `H × W × inputs`, output `⌈H/stride⌉ × ⌈W/stride⌉ × outputs`, with the input added where both are alike.
struct EfficientNetBlock {
  /// With the underscore at its end.
  let name: String
  let inputs: Int
  let outputs: Int
  let kernel: Int
  let stride: Int
  let expansion: Int
  let squeeze: Double
  let activation: ConfigValue
  let projectionActivation: ConfigValue
  let epsilon: Double
  /// Whether training drops the block, which adds a layer that does nothing here.
  let drops: Bool
  /// Whether the input may be added.
  let sums: Bool

  private var wide: Int { inputs * expansion }
  private var isSummed: Bool { stride == 1 && inputs == outputs && sums }

  func applied(to x: WrittenValue, kind: String) -> WrittenValue {
    switch kind {
    case "v1": plain(x)
    case "cba": x.block(name, group: group("cba_block", x), convolved)
    case "fused": x.block(name, group: group("fused_mb_conv_block", x), fused)
    default: x.block(name, group: group("mb_conv_block", x), unfused)
    }
  }

  /// The group that Keras gives the block, which is a layer of its own class.
  private func group(_ stem: String, _ x: WrittenValue) -> String {
    "layers/" + x.writer.group(stem)
  }

  /// `v1`: the block's layers stand in the backbone itself.
  private func plain(_ input: WrittenValue) -> WrittenValue {
    var x = input
    if expansion != 1 {
      x = active(x.conv("\(name)expand_conv", wide, 1, padding: "same"), "expand")
    }
    x = x.zeroPadding("\(name)dwconv_pad", kernel / 2)
      .layer(
        "DepthwiseConv2D", "\(name)dwconv",
        [
          "kernel_size": .list([.integer(kernel), .integer(kernel)]), "strides": .integer(stride),
          "padding": "valid", "depth_multiplier": 1, "use_bias": false,
        ])
    x = excited(active(x, "dwconv"))
    x = x.conv("\(name)project", outputs, 1, padding: "same")
      .batchNorm("\(name)project_bn", epsilon: epsilon)
    if !projectionActivation.isNull {
      x = x.activation("\(name)projection_activation", projectionActivation)
    }
    return stride == 1 && inputs == outputs ? sum(x, input) : x
  }

  private func active(_ x: WrittenValue, _ stem: String) -> WrittenValue {
    x.batchNorm("\(name)\(stem)_bn", epsilon: epsilon)
      .activation("\(name)\(stem)_activation", activation)
  }

  /// `cba`: a convolution.
  private func convolved(_ input: WrittenValue) -> WrittenValue {
    let x = input.zeroPadding("\(name)conv_pad", kernel / 2)
      .conv("\(name)conv", outputs, kernel, strides: stride, group: "conv1")
      .batchNorm("\(name)bn", epsilon: epsilon, group: "bn1")
      .activation("\(name)activation", activation)
    return isSummed ? sum(x, input) : x
  }

  /// `fused`: one convolution widens and looks around.
  private func fused(_ input: WrittenValue) -> WrittenValue {
    var x = input.zeroPadding("\(name)expand_conv_pad", kernel / 2)
      .conv("\(name)expand_conv", wide, kernel, strides: stride, group: "conv1")
      .batchNorm("\(name)expand_bn", epsilon: epsilon, group: "bn1")
      .activation("\(name)expand_activation", activation)
    x = excited(x).conv("\(name)project_conv", outputs, 1, group: "output_conv")
      .batchNorm("\(name)project_bn", epsilon: epsilon, group: "bn2")
    if expansion == 1, !projectionActivation.isNull {
      x = x.activation("\(name)projection_act", projectionActivation)
    }
    return isSummed ? sum(x, input) : x
  }

  /// `unfused`: widened, convolved channel by channel, narrowed.
  private func unfused(_ input: WrittenValue) -> WrittenValue {
    var x = input
    if expansion != 1 {
      x = x.conv("\(name)expand_conv", wide, 1, padding: "same", group: "conv1")
        .batchNorm("\(name)expand_bn", epsilon: epsilon, group: "bn1")
        .activation("\(name)expand_activation", activation)
    }
    x = x.layer(
      "DepthwiseConv2D", "\(name)dwconv2",
      [
        "kernel_size": .list([.integer(kernel), .integer(kernel)]), "strides": .integer(stride),
        "padding": "same", "depth_multiplier": 1, "use_bias": false,
      ], group: "depthwise"
    )
    .batchNorm("\(name)bn", epsilon: epsilon, group: "bn2")
    .activation("\(name)activation", activation)
    let size = expansion != 1 ? 1 : kernel
    x = excited(x).zeroPadding("\(name)project_conv_pad", size / 2)
      .conv("\(name)project_conv", outputs, size, group: "output_conv")
      .batchNorm("\(name)project_bn", epsilon: epsilon, group: "bn3")
    return isSummed ? sum(x, input) : x
  }

  /// Each channel times what all channels' means say of it (Hu and others 2017).
  private func excited(_ x: WrittenValue) -> WrittenValue {
    guard squeeze > 0, squeeze <= 1 else { return x }
    let factor = x.layer("GlobalAveragePooling2D", "\(name)se_squeeze")
      .layer("Reshape", "\(name)se_reshape", ["target_shape": [1, 1, .integer(x.channels)]])
      .conv(
        "\(name)se_reduce", max(1, Int(Double(inputs) * squeeze)), 1, padding: "same", bias: true,
        activation: activation, group: x.writer.isBlock ? "se_conv1" : nil
      )
      .conv(
        "\(name)se_expand", x.channels, 1, padding: "same", bias: true, activation: "sigmoid",
        group: x.writer.isBlock ? "se_conv2" : nil)
    return x.layer("Multiply", "\(name)se_excite", reading: [.values([x, factor])])
  }

  private func sum(_ x: WrittenValue, _ input: WrittenValue) -> WrittenValue {
    let dropped =
      drops
      ? x.layer("Dropout", "\(name)drop", ["rate": 0.2, "noise_shape": [nil, 1, 1, 1]]) : x
    return dropped.adding(input, "\(name)add")
  }
}

extension ConfigValue {
  /// Whether it says nothing.
  var isNull: Bool {
    if case .null = self { true } else { false }
  }
}

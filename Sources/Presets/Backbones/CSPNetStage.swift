/// A stage of a CSPNet or DarkNet: the blocks of one resolution.
///
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × filters`, but of the third kind half of the widened channels.
struct CSPNetStage {
  let network: CSPNetBackbone
  let name: String
  let filters: Int
  let depth: Int
  let stride: Int
  let bottleRatio: Double
  let blockRatio: Double
  let expandRatio: Double

  /// Whether the widened channels have halves.
  var hasHalves: Bool { scaled(expandRatio) > 0 && scaled(expandRatio) % 2 == 0 }

  /// Python's `int(round(x))`, halves to even.
  private func scaled(_ ratio: Double) -> Int {
    Int((Double(filters) * ratio).rounded(.toNearestOrEven))
  }

  private func active(
    _ x: WrittenValue, _ norm: String, _ activation: String
  ) -> WrittenValue {
    network.active(x.batchNorm(norm, epsilon: CSPNetBackbone.epsilon), activation)
  }

  /// The first convolution, which makes the map smaller.
  private func down(_ input: WrittenValue, _ stem: String, _ channels: Int) -> WrittenValue {
    var x = input
    if network.poolsDown {
      if stride == 2 { x = x.averagePool("\(name)_\(stem)_avg_pool", 2, strides: 2) }
      x = x.conv("\(name)_\(stem)_conv_down_1", filters, 1, groups: network.groups)
    } else {
      if stride > 1 { x = x.zeroPadding("\(name)_\(stem)_conv_pad_1", 1) }
      x = x.conv(
        "\(name)_\(stem)_conv_down_1", channels, 3, strides: stride, groups: network.groups)
    }
    return active(x, "\(name)_\(stem)_bn_1", "\(name)_\(stem)_activation_1")
  }

  /// All channels go through all blocks.
  func dark(_ input: WrittenValue) -> WrittenValue {
    blocks(down(input, "dark", filters))
  }

  /// A half passes by, and both halves are convolved where they meet.
  func cross(_ input: WrittenValue) -> WrittenValue {
    let (passing, changed) = halves(input, "csp")
    let half = scaled(expandRatio) / 2
    let b = active(
      blocks(changed).conv("\(name)_csp_conv_transition_b", half, 1),
      "\(name)_csp_transition_b_bn", "\(name)_csp_transition_b_activation")
    return active(
      passing.concatenated(with: b, "\(name)_csp_conv_concat")
        .conv("\(name)_csp_conv_transition", filters, 1), "\(name)_csp_transition_bn",
      "\(name)_csp_transition_activation")
  }

  /// The same with one convolution fewer; here the first half goes through the blocks.
  func cross3(_ input: WrittenValue) -> WrittenValue {
    let (changed, passing) = halves(input, "cs3")
    return active(
      blocks(changed).concatenated(with: passing, "\(name)_cs3_conv_transition_concat")
        .conv("\(name)_cs3_conv_transition", scaled(expandRatio) / 2, 1),
      "\(name)_cs3_transition_bn", "\(name)_cs3_activation_3")
  }

  private func halves(_ input: WrittenValue, _ stem: String) -> (WrittenValue, WrittenValue) {
    var x = input
    if stride != 1 {
      x = down(x, stem, network.growsDown ? filters : x.channels)
    }
    x = x.conv("\(name)_\(stem)_conv_exp", scaled(expandRatio), 1)
      .batchNorm("\(name)_\(stem)_bn_2", epsilon: CSPNetBackbone.epsilon)
    if !network.isCrossLinear { x = network.active(x, "\(name)_\(stem)_activation_2") }
    let first = x.operation(
      "Split", "split", ["indices_or_sections": 2, "axis": -1], channels: x.channels / 2)
    let second = WrittenValue(
      writer: first.writer, layer: first.layer, tensor: 1, channels: first.channels)
    return (first, second)
  }

  private func blocks(_ input: WrittenValue) -> WrittenValue {
    (0..<depth).reduce(input) { block($0, "\(name)_block_\($1)_\(network.blockType)") }
  }

  private func block(_ input: WrittenValue, _ name: String) -> WrittenValue {
    let channels = scaled(blockRatio)
    let hidden = Int((Double(channels) * bottleRatio).rounded(.toNearestOrEven))
    func convolved(_ x: WrittenValue, _ place: Int, _ filters: Int, _ kernel: Int) -> WrittenValue {
      x.conv(
        "\(name)_conv_\(place)", filters, kernel, padding: kernel == 1 ? "valid" : "same",
        groups: kernel == 1 ? 1 : network.groups)
    }
    func step(_ x: WrittenValue, _ place: Int, _ filters: Int, _ kernel: Int) -> WrittenValue {
      active(
        convolved(x, place, filters, kernel), "\(name)_bn_\(place)", "\(name)_activation_\(place)")
    }
    switch network.blockType {
    case "dark_block":
      return step(step(input, 1, hidden, 1), 2, channels, 3).adding(input, "\(name)_add")
    case "edge_block":
      return step(step(input, 1, hidden, 3), 2, channels, 1).adding(input, "\(name)_add")
    default:
      let x = convolved(step(step(input, 1, hidden, 1), 2, hidden, 3), 3, channels, 1)
        .batchNorm("\(name)_bn_3", epsilon: CSPNetBackbone.epsilon)
      return network.active(x.adding(input, "\(name)_add"), "\(name)_activation_4")
    }
  }
}

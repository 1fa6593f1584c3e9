import JSON
import KerasConfigs

/// KerasHub's `CSPNetBackbone`: networks of which a part of the channels passes a stage by (Wang and others 2019), and
/// DarkNet (Redmon and Farhadi 2018), whose stages keep all together.
struct CSPNetBackbone {
  static let epsilon = 1e-5

  let activation: ConfigValue
  let isLeaky: Bool
  let groups: Int
  let blockType: String
  let poolsDown: Bool
  let growsDown: Bool
  let isCrossLinear: Bool

  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let activation = arguments.value("activation")
    let network = CSPNetBackbone(
      activation: activation.map { .written($0) } ?? "leaky_relu",
      isLeaky: activation == nil || activation?.string == "leaky_relu",
      groups: try arguments.count("groups", 1),
      blockType: try arguments.text(
        "block_type", among: ["dark_block", "edge_block", "bottleneck_block"]),
      poolsDown: try arguments.truth("avg_down", false),
      growsDown: try arguments.truth("down_growth", false),
      isCrossLinear: try arguments.truth("cross_linear", false))
    let stageType = try arguments.text("stage_type", among: ["dark", "csp", "cs3"])
    _ = try arguments.text("data_format", among: ["channels_last"], "channels_last")
    let depths = try arguments.repeats("stackwise_depth")
    let filters = try arguments.integers("stackwise_num_filters")
    let strides = filled(
      try oneOrMore("stackwise_strides", &arguments) {
        $0.integer.flatMap { (1...64).contains($0) ? $0 : nil }
      },
      depths.count)
    let outputStrides = try arguments.count("output_strides", 32)
    func ratios(_ name: String) throws(PresetError) -> [Double] {
      guard arguments.value(name) != nil else { return filled([1], depths.count) }
      return filled(
        try oneOrMore(name, &arguments) { $0.number.flatMap { $0 > 0 && $0 <= 64 ? $0 : nil } },
        depths.count)
    }
    let (bottle, block, expand) = (
      try ratios("bottle_ratio"), try ratios("block_ratio"), try ratios("expand_ratio")
    )
    try arguments.check(filters.count, of: "stackwise_num_filters", is: depths.count)

    var x = writer.input("input_layer", try arguments.imageShape())
    var reduction: Int
    (x, reduction) = try network.stem(x, &arguments)
    for place in depths.indices {
      // From here on Keras means to dilate, and fails.
      guard reduction < outputStrides || strides[place] == 1 else {
        throw arguments.odd("output_strides")
      }
      reduction *= strides[place]
      let stage = CSPNetStage(
        network: network, name: "stage_\(place)", filters: filters[place], depth: depths[place],
        stride: strides[place], bottleRatio: bottle[place], blockRatio: block[place],
        expandRatio: expand[place])
      guard stageType == "dark" || stage.hasHalves else { throw arguments.odd("expand_ratio") }
      switch stageType {
      case "dark": x = stage.dark(x)
      case "csp": x = stage.cross(x)
      default: x = stage.cross3(x)
      }
    }
    writer.finish(x)
  }

  private func stem(
    _ image: WrittenValue, _ arguments: inout PresetArguments
  ) throws(PresetError) -> (WrittenValue, Int) {
    let filters = try Self.oneOrMore("stem_filters", &arguments) {
      $0.integer.flatMap { (1...1 << 20).contains($0) ? $0 : nil }
    }
    let kernel = try arguments.count("stem_kernel_size")
    let strides = try arguments.count("stem_strides")
    guard [1, 2, 4].contains(strides) else { throw arguments.odd("stem_strides") }
    let padding = try arguments.text("stem_padding", among: ["same", "valid"], "valid")
    let pools = arguments.value("stem_pooling") != nil
    if pools {
      _ = try arguments.text("stem_pooling", among: ["max"])
      guard strides == 4 else { throw arguments.odd("stem_pooling") }
    }
    var (x, reduction) = (image, 1)
    for place in filters.indices {
      let isStrided =
        place == 0 && strides > 1 || place == filters.count - 1 && strides > 2 && !pools
      if isStrided { x = x.zeroPadding("csp_stem_pad_\(place)", (kernel - 1) / 2) }
      x = x.conv(
        "csp_stem_conv_\(place)", filters[place], kernel, strides: isStrided ? 2 : 1,
        padding: place == 0 ? padding : "valid")
      x = active(
        x.batchNorm("csp_stem_bn_\(place)", epsilon: Self.epsilon), "csp_stem_activation_\(place)")
      reduction *= isStrided ? 2 : 1
    }
    guard pools else { return (x, reduction) }
    return (x.paddedForMaximum().maxPool("csp_stem_pool", 3, strides: 2), 2 * reduction)
  }

  /// What all of it ends in; Keras's own `leaky_relu` has another slope.
  func active(_ x: WrittenValue, _ name: String) -> WrittenValue {
    isLeaky
      ? x.layer("LeakyReLU", name, ["negative_slope": 0.01]) : x.activation(name, activation)
  }

  /// A value, or a list of them.
  private static func oneOrMore<Item>(
    _ name: String, _ arguments: inout PresetArguments, _ read: (JSONValue) -> Item?
  ) throws(PresetError) -> [Item] {
    if let value = arguments.value(name), value.list == nil {
      guard let item = read(value) else { throw arguments.odd(name) }
      return [item]
    }
    return try arguments.items(name, read)
  }

  /// The last item again until there are `count`.
  private static func filled<Item>(_ items: [Item], _ count: Int) -> [Item] {
    Array(
      (items + Array(repeating: items[items.count - 1], count: max(0, count - items.count)))
        .prefix(count))
  }
}

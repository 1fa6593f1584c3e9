import JSON
import KerasConfigs

/// KerasHub's `EfficientNetBackbone`: EfficientNet (Tan and Le 2019), EfficientNetV2 (2021), EfficientNet-Lite and
/// MobileNet-like mixtures, by a kind of block for each stage.
struct EfficientNetBackbone {
  /// How widths are rounded.
  private struct Rounding {
    let divisor: Int
    let least: Int
    let capsDecrease: Bool

    /// `filters` times `coefficient`, a multiple of the divisor.
    func callAsFunction(_ filters: Int, _ coefficient: Double) -> Int {
      let scaled = Double(filters) * coefficient
      let multiple = Int(scaled + Double(divisor) / 2) / divisor * divisor
      let rounded = max(least, multiple)
      return capsDecrease && Double(rounded) < 0.9 * scaled ? rounded + divisor : rounded
    }
  }

  private let activation: ConfigValue
  private let projectionActivation: ConfigValue
  private let epsilon: Double
  private let dropout: Double

  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let kinds = try arguments.items("stackwise_block_types") { kind in
      kind.string.flatMap { ["v1", "unfused", "fused", "cba"].contains($0) ? $0 : nil }
    }
    func same(_ items: [Int], _ name: String) throws(PresetError) -> [Int] {
      try arguments.check(items.count, of: name, is: kinds.count)
      return items
    }
    let kernels = try same(
      try arguments.integers("stackwise_kernel_sizes"), "stackwise_kernel_sizes")
    let repeats = try same(try arguments.repeats("stackwise_num_repeats"), "stackwise_num_repeats")
    let inputs = try same(
      try arguments.integers("stackwise_input_filters"), "stackwise_input_filters")
    let outputs = try same(
      try arguments.integers("stackwise_output_filters"), "stackwise_output_filters")
    let expansions = try same(
      try arguments.integers("stackwise_expansion_ratios"), "stackwise_expansion_ratios")
    let strides = try same(try arguments.integers("stackwise_strides"), "stackwise_strides")
    let squeezes = try arguments.numbers("stackwise_squeeze_and_excite_ratios")
    let widths = try coefficients("width_coefficient", &arguments, kinds.count)
    let depths = try coefficients("depth_coefficient", &arguments, kinds.count)
    try arguments.check(
      squeezes.count, of: "stackwise_squeeze_and_excite_ratios", is: kinds.count)
    var forced: [Int] = []
    if arguments.value("stackwise_force_input_filters") != nil {
      forced = try arguments.integers("stackwise_force_input_filters", in: 0...1 << 20)
    }
    var sumless: [Bool] = []
    if arguments.value("stackwise_nores_option") != nil {
      sumless = try arguments.items("stackwise_nores_option", \.truth)
    }
    let divisor = try arguments.count("depth_divisor", 8)
    let least = try arguments.count("min_depth", 8)
    let round = Rounding(
      divisor: divisor,
      least: try arguments.truth("use_depth_divisor_as_min_depth", false) ? divisor : least,
      capsDecrease: try arguments.truth("cap_round_filter_decrease", false))
    let network = EfficientNetBackbone(
      activation: arguments.value("activation").map { .written($0) } ?? "swish",
      projectionActivation: arguments.written("projection_activation"),
      epsilon: try arguments.number("batch_norm_epsilon", 1e-5),
      dropout: try arguments.number("dropout", 0.2))
    arguments.pass("batch_norm_momentum")
    _ = try arguments.text("data_format", among: ["channels_last"], "channels_last")

    var x = writer.input("input_layer", try arguments.imageShape("input_shape"))
    if try arguments.truth("include_stem_padding", true) { x = x.zeroPadding("stem_conv_pad", 1) }
    x = x.conv(
      "stem_conv", round(inputs[0], widths[0]), 3, strides: 2,
      padding: try arguments.text("stem_conv_padding", among: ["same", "valid"], "valid"))
    x = network.normalized(x, "stem_bn", "stem_activation")
    var (blocks, total) = (0, 0)
    for stage in kinds.indices {
      let count = Int((depths[stage] * Double(repeats[stage])).rounded(.up))
      total += count
      guard (0...1024).contains(total) else { throw arguments.odd("stackwise_num_repeats") }
      for place in 0..<count {
        let force = stage < forced.count ? forced[stage] : 0
        let input = place == 0 ? inputs[stage] : outputs[stage]
        let block = EfficientNetBlock(
          // Python counts on behind the alphabet.
          name: "block\(stage + 1)\(Character(Unicode.Scalar(UInt32(97 + place)) ?? "?"))_",
          inputs: round(force > 0 ? force : input, widths[stage]),
          outputs: round(outputs[stage], widths[stage]), kernel: kernels[stage],
          stride: place == 0 ? strides[stage] : 1, expansion: expansions[stage],
          squeeze: squeezes[stage], activation: network.activation,
          projectionActivation: network.projectionActivation, epsilon: network.epsilon,
          drops: network.dropout * Double(blocks) > 0,
          sums: stage < sumless.count ? !sumless[stage] : true)
        x = block.applied(to: x, kind: kinds[stage])
        blocks += 1
      }
    }
    // KerasHub saves no `num_features`, so that what it restores has its default.
    let features = try arguments.count("num_features", 1280)
    x = x.conv("top_conv", round(features, widths[kinds.count - 1]), 1, padding: "same")
    writer.finish(network.normalized(x, "top_bn", "top_activation"))
  }

  /// A coefficient for each stage: as a list, or as one number, as older presets have it.
  private static func coefficients(
    _ name: String, _ arguments: inout PresetArguments, _ count: Int
  ) throws(PresetError) -> [Double] {
    let list = "stackwise_\(name)s"
    var numbers: [Double]
    if arguments.value(name)?.number != nil {
      arguments.pass(list)
      numbers = Array(repeating: try arguments.number(name), count: count)
    } else {
      numbers = try arguments.numbers(arguments.value(name) == nil ? list : name)
    }
    try arguments.check(numbers.count, of: list, is: count)
    guard numbers.allSatisfy({ $0 > 0 && $0 <= 64 }) else { throw arguments.odd(list) }
    return numbers
  }

  private func normalized(
    _ x: WrittenValue, _ norm: String, _ active: String
  ) -> WrittenValue {
    x.batchNorm(norm, epsilon: epsilon).activation(active, activation)
  }
}

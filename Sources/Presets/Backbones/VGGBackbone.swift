/// KerasHub's `VGGBackbone` (Simonyan and Zisserman 2014): 3×3 convolutions and a halving pool a stage.
enum VGGBackbone {
  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let repeats = try arguments.repeats("stackwise_num_repeats")
    let filters = try arguments.integers("stackwise_num_filters")
    try arguments.check(filters.count, of: "stackwise_num_filters", is: repeats.count)
    var x = writer.input("input_layer", try arguments.imageShape())
    for stage in repeats.indices {
      for place in 0..<repeats[stage] {
        x = x.conv(
          "block\(stage + 1)_conv\(place + 1)", filters[stage], 3, padding: "same", bias: true,
          activation: "relu")
      }
      x = x.maxPool("block\(stage + 1)_pool", 2, strides: 2)
    }
    writer.finish(x)
  }
}

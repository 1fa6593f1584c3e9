/// KerasHub's `DenseNetBackbone` (Huang and others 2016): layers that each read all before them in their stage.
enum DenseNetBackbone {
  private static let epsilon = 1.001e-5

  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let repeats = try arguments.repeats("stackwise_num_repeats")
    let compression = try arguments.number("compression_ratio", 0.5)
    let growth = try arguments.count("growth_rate", 32)
    guard compression > 0, compression <= 1 else { throw arguments.odd("compression_ratio") }
    var x = writer.input("input_layer", try arguments.imageShape())
      .conv("conv1_conv", 64, 7, strides: 2, padding: "same")
      .batchNorm("conv1_bn", epsilon: epsilon).activation("conv1_relu")
      .maxPool("pool1", 3, strides: 2, padding: "same")
    for stage in repeats.indices {
      for place in 0..<repeats[stage] {
        x = layer(x, "stack\(stage + 1)_block\(place + 1)", growth)
      }
      guard stage < repeats.count - 1 else { break }
      let name = "transition\(stage + 1)"
      let kept = Int(Double(x.channels) * compression)
      guard kept > 0 else { throw arguments.odd("compression_ratio") }
      x = x.batchNorm("\(name)_bn", epsilon: epsilon).activation("\(name)_relu")
        .conv("\(name)_conv", kept, 1).averagePool("\(name)_pool", 2, strides: 2)
    }
    writer.finish(x.batchNorm("bn", epsilon: epsilon).activation("relu"))
  }

  private static func layer(_ x: WrittenValue, _ name: String, _ growth: Int) -> WrittenValue {
    let grown = x.batchNorm("\(name)_1_bn", epsilon: epsilon).activation("\(name)_1_relu")
      .conv("\(name)_1_conv", 4 * growth, 1)
      .batchNorm("\(name)_2_bn", epsilon: epsilon).activation("\(name)_2_relu")
      .conv("\(name)_2_conv", growth, 3, padding: "same")
    return x.concatenated(with: grown, "\(name)_concat")
  }
}

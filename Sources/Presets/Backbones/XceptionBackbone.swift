import JSON
import KerasConfigs

/// KerasHub's `XceptionBackbone` (Chollet 2016): separable convolutions between an entry of plain ones and sums.
enum XceptionBackbone {
  /// Writes the network of these arguments.
  static func write(
    _ arguments: inout PresetArguments, into writer: NetworkWriter
  ) throws(PresetError) {
    let filters = try arguments.items("stackwise_conv_filters") { row in
      row.list.map {
        Array($0.prefix(64)).compactMap(\.integer).filter { (1...1 << 20).contains($0) }
      }
    }
    let pooling = try arguments.items("stackwise_pooling", \.truth)
    try arguments.check(pooling.count, of: "stackwise_pooling", is: filters.count)
    guard filters.allSatisfy({ !$0.isEmpty }) else { throw arguments.odd("stackwise_conv_filters") }
    var x = writer.input("input_layer", try arguments.imageShape())
    for block in filters.indices {
      let (isFirst, isLast) = (block == 0, block == filters.count - 1)
      let input = x
      for place in filters[block].indices {
        let name = "block\(block + 1)_\(isFirst ? "" : "sep")conv\(place + 1)"
        if isFirst {
          x = x.conv(name, filters[block][place], 3, strides: place == 0 ? 2 : 1)
        } else {
          // The second block's first convolution reads what an activation has already been applied to.
          if !isLast, block != 1 || place != 0 { x = x.activation("\(name)_act") }
          x = separable(x, name, filters[block][place])
        }
        x = x.batchNorm("\(name)_bn")
        if isFirst || isLast { x = x.activation("\(name)_act") }
      }
      if pooling[block] { x = x.maxPool("block\(block + 1)_pool", 3, strides: 2, padding: "same") }
      guard !isFirst, !isLast else { continue }
      let name = "block\(block + 1)_residual"
      var residual = input
      if x.channels != residual.channels {
        residual = residual.conv("\(name)_conv", x.channels, 1, strides: 2, padding: "same")
          .batchNorm("\(name)_bn")
      }
      x = x.adding(residual, "\(name)_add")
    }
    writer.finish(x)
  }

  private static func separable(
    _ x: WrittenValue, _ name: String, _ filters: Int
  ) -> WrittenValue {
    x.layer(
      "SeparableConv2D", name,
      [
        "filters": .integer(filters), "kernel_size": [3, 3], "strides": 1, "padding": "same",
        "use_bias": false,
      ], channels: filters)
  }
}

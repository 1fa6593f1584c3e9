// How backbones say layers: with Keras's own names, so that weights are found by them.
extension WrittenValue {
  /// A layer of Keras that reads this value, then `others`.
  func layer(
    _ className: String, _ name: String, _ settings: KeyValuePairs<String, ConfigValue> = [:],
    channels: Int? = nil, package: String? = nil, group: String? = nil,
    reading arguments: [NetworkWriter.Argument]? = nil
  ) -> WrittenValue {
    writer.add(
      NetworkWriter.Entry(
        className: className, module: package.map { "\($0).layers" } ?? "keras.layers",
        package: package, name: name, group: group,
        settings: settings.map { (name: $0.key, value: $0.value) },
        arguments: arguments ?? [.value(self)], keywords: [], inner: nil),
      channels: channels ?? self.channels)
  }

  /// An operator of `keras.ops.numpy`.
  func operation(
    _ className: String, _ stem: String, _ settings: KeyValuePairs<String, ConfigValue> = [:],
    keywords: KeyValuePairs<String, ConfigValue> = [:], channels: Int? = nil,
    reading arguments: [NetworkWriter.Argument]? = nil
  ) -> WrittenValue {
    writer.add(
      NetworkWriter.Entry(
        className: className, module: "keras.src.ops.numpy", package: nil,
        name: writer.numbered(stem), group: nil,
        settings: settings.map { (name: $0.key, value: $0.value) },
        arguments: arguments ?? [.value(self)],
        keywords: keywords.map { (name: $0.key, value: $0.value) }, inner: nil),
      channels: channels ?? self.channels)
  }

  /// A layer of KerasHub's own that is made of others, which `wire` writes; `group` is where its weights are.
  func block(
    _ name: String, group: String, _ wire: (WrittenValue) -> WrittenValue
  ) -> WrittenValue {
    let inner = NetworkWriter(name, isBlock: true)
    inner.finish(wire(inner.input("\(name)_input", [nil, nil, channels])))
    return model(inner, group: group)
  }

  /// A model inside this one, called on this value.
  func model(_ inner: NetworkWriter, group: String) -> WrittenValue {
    writer.add(
      NetworkWriter.Entry(
        className: "Functional", module: "keras.src.models.functional", package: nil,
        name: inner.name, group: group, settings: [], arguments: [.value(self)], keywords: [],
        inner: inner),
      channels: inner.channels)
  }

  func conv(
    _ name: String, _ filters: Int, _ kernel: Int, strides: Int = 1, padding: String = "valid",
    groups: Int = 1, bias: Bool = false, activation: ConfigValue = nil,
    group: String? = nil
  ) -> WrittenValue {
    layer(
      "Conv2D", name,
      [
        "filters": .integer(filters), "kernel_size": .list([.integer(kernel), .integer(kernel)]),
        "strides": .integer(strides), "padding": .text(padding),
        "groups": .integer(groups), "use_bias": .truth(bias), "activation": activation,
      ], channels: filters, group: group)
  }

  func batchNorm(_ name: String, epsilon: Double = 1e-3, group: String? = nil) -> WrittenValue {
    layer("BatchNormalization", name, ["axis": -1, "epsilon": .number(epsilon)], group: group)
  }

  func activation(_ name: String, _ activation: ConfigValue = "relu") -> WrittenValue {
    layer("Activation", name, ["activation": activation])
  }

  func zeroPadding(_ name: String, _ edge: Int) -> WrittenValue {
    layer("ZeroPadding2D", name, ["padding": .integer(edge)])
  }

  func maxPool(
    _ name: String, _ window: Int, strides: Int, padding: String = "valid"
  ) -> WrittenValue {
    pool("MaxPooling2D", name, window, strides, padding)
  }

  func averagePool(
    _ name: String, _ window: Int, strides: Int, padding: String = "valid"
  ) -> WrittenValue {
    pool("AveragePooling2D", name, window, strides, padding)
  }

  private func pool(
    _ className: String, _ name: String, _ window: Int, _ strides: Int, _ padding: String
  ) -> WrittenValue {
    layer(
      className, name,
      ["pool_size": .integer(window), "strides": .integer(strides), "padding": .text(padding)])
  }

  /// One row and column around the map that no maximum takes: −∞, where Keras's own padding would be 0.
  func paddedForMaximum() -> WrittenValue {
    operation(
      "Pad", "pad", ["pad_width": [[0, 0], [1, 1], [1, 1], [0, 0]], "mode": "constant"],
      keywords: ["constant_values": .number(-.infinity)])
  }

  /// The sum with another, this one first.
  func adding(_ other: WrittenValue, _ name: String) -> WrittenValue {
    layer("Add", name, reading: [.values([self, other])])
  }

  func concatenated(with other: WrittenValue, _ name: String) -> WrittenValue {
    layer(
      "Concatenate", name, ["axis": -1], channels: channels + other.channels,
      reading: [.values([self, other])])
  }

  func dense(
    _ name: String, _ units: Int, bias: Bool = true, activation: ConfigValue = nil,
    group: String? = nil
  ) -> WrittenValue {
    layer(
      "Dense", name,
      ["units": .integer(units), "use_bias": .truth(bias), "activation": activation],
      channels: units, group: group)
  }

  func layerNorm(_ name: String, epsilon: Double, group: String? = nil) -> WrittenValue {
    layer("LayerNormalization", name, ["axis": -1, "epsilon": .number(epsilon)], group: group)
  }

  /// Attention of the places to one another, by `heads` heads of `width` each.
  func attending(heads: Int, width: Int, bias: Bool, dropout: Double) -> WrittenValue {
    layer(
      "MultiHeadAttention", "mha",
      [
        "num_heads": .integer(heads), "key_dim": .integer(width), "use_bias": .truth(bias),
        "dropout": .number(dropout),
      ], group: "mha", reading: [.value(self), .value(self)])
  }
}

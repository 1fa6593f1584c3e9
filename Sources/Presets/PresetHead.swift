import JSON

/// What KerasHub's tasks put behind a backbone: from its map, or its row of places, to a number for each class.
enum PresetHead {
  typealias Writer =
    @Sendable (WrittenValue, inout PresetArguments) throws(PresetError) -> WrittenValue

  /// The tasks that classify images, by their class.
  static let heads: [String: Writer] = [
    "ImageClassifier": pooled, "CSPNetImageClassifier": pooled, "DeiTImageClassifier": deiT,
    "DenseNetImageClassifier": pooled,
    "EfficientNetImageClassifier": pooled, "MobileNetImageClassifier": mobileNet,
    "ResNetImageClassifier": pooled, "VGGImageClassifier": vgg, "ViTImageClassifier": viT,
    "XceptionImageClassifier": pooled,
  ]

  /// Most tasks: a pool over the map, and a dense layer.
  private static let pooled: Writer = { x, arguments throws(PresetError) in
    let pooled = try pooler(x, &arguments)
    return try predictions(dropped(pooled, &arguments), &arguments)
  }

  /// VGG's two wide layers: dense ones on the flattened map, or convolutions before the pool.
  private static let vgg: Writer = { x, arguments throws(PresetError) in
    let wide = try arguments.count("pooling_hidden_dim", 4096)
    let pooling = try arguments.text("pooling", among: ["avg", "max", "flatten"], "avg")
    let inner = NetworkWriter("head", isBlock: true)
    let input = inner.input("head_input", [nil, nil, x.channels])
    var result: WrittenValue
    if pooling == "flatten" {
      result = input.layer("Flatten", "flatten").dense("fc1", wide, activation: "relu")
      result = try dropped(result, &arguments).dense("fc2", wide, activation: "relu")
    } else {
      result = input.conv("fc1", wide, 7, bias: true, activation: "relu")
      result = try dropped(result, &arguments)
        .conv("fc2", wide, 1, padding: "same", bias: true, activation: "relu")
      result = try pooler(result, &arguments)
    }
    inner.finish(try predictions(result, &arguments))
    return x.model(inner, group: "layers/sequential")
  }

  /// MobileNetV3's convolution between the pool and the dense layer.
  private static let mobileNet: Writer = { x, arguments throws(PresetError) in
    let features = try arguments.count("num_features", 1024)
    let convolved = x.layer("GlobalAveragePooling2D", "pooler", ["keepdims": true])
      .conv("classifier_conv", features, 1, bias: true, activation: "hard_silu")
    return convolved.layer("Flatten", "flatten")
      .dense("predictions", try arguments.count("num_classes"))
  }

  /// The token, or the mean of all places, and perhaps a dense layer between.
  private static let viT: Writer = { x, arguments throws(PresetError) in
    var result = try place(x, &arguments)
    if arguments.value("intermediate_dim") != nil {
      result = result.dense(
        "pre_logits", try arguments.count("intermediate_dim"), activation: "tanh")
    }
    return try predictions(dropped(result, &arguments), &arguments)
  }

  /// The same with the dense layer alone.
  private static let deiT: Writer = { x, arguments throws(PresetError) in
    arguments.pass("dropout")
    return try predictions(place(x, &arguments), &arguments)
  }

  /// The first place of a row, which is the token of the class, or the mean of all.
  private static func place(
    _ x: WrittenValue, _ arguments: inout PresetArguments
  ) throws(PresetError) -> WrittenValue {
    let pooling = try arguments.text("pooling", among: ["token", "gap"], "token")
    return pooling == "token"
      ? x.operation(
        "GetItem", "get_item", reading: [.value(x), .constant(.list([.wholeSlice, 0]))])
      : x.operation("Mean", "mean", ["axis": [1], "keepdims": false])
  }

  private static func pooler(
    _ x: WrittenValue, _ arguments: inout PresetArguments
  ) throws(PresetError) -> WrittenValue {
    let isMean = try arguments.text("pooling", among: ["avg", "max"], "avg") == "avg"
    return x.layer(isMean ? "GlobalAveragePooling2D" : "GlobalMaxPooling2D", "pooler")
  }

  private static func dropped(
    _ x: WrittenValue, _ arguments: inout PresetArguments
  ) throws(PresetError) -> WrittenValue {
    x.layer("Dropout", "output_dropout", ["rate": .number(try arguments.number("dropout", 0))])
  }

  private static func predictions(
    _ x: WrittenValue, _ arguments: inout PresetArguments
  ) throws(PresetError) -> WrittenValue {
    x.dense(
      "predictions", try arguments.count("num_classes"), activation: arguments.written("activation")
    )
  }
}

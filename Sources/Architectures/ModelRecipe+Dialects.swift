import Binding

extension ModelRecipe {
  /// `resnet50` as Keras had it before 2.2.5; nothing in a file tells the two from each other.
  static let legacyKerasModels: [ModelRecipe] = [
    ("legacy-keras", ResNetConventions.legacyKeras),
    ("legacy-keras-unpadded", .legacyKerasUnpadded),
  ].map { dialect, conventions in
    var network = ResNetV1.depth50
    network.conventions = conventions
    return ModelRecipe(
      name: "resnet50", dialect: dialect, network: network, nameMap: .legacyKerasResNet50,
      protocolDefaults: ImageProtocol(preset: "keras-pil", normalization: "caffe", inputSize: 224))
  }

  /// The package `keras-resnet`; 50 layers have the names of old Keras, and no biases.
  static let kerasResNetModels: [ModelRecipe] = depths.map { layers, blocks in
    ModelRecipe(
      name: "resnet\(layers)", dialect: "keras-resnet",
      network: ResNetV1(blocksPerStage: blocks, conventions: .kerasResNet),
      nameMap: layers == 50 ? .legacyKerasResNet50 : .kerasResNetDeep,
      protocolDefaults: ImageProtocol(preset: "keras-tf", normalization: "caffe", inputSize: 224))
  }

  /// TensorFlow's official models: 1000 classes of ImageNet after one of background.
  static let officialModels: [ModelRecipe] =
    depths.map { layers, blocks in
      official(
        "resnet\(layers)",
        ResNetV1(blocksPerStage: blocks, classes: 1001, conventions: .officialV1),
        .officialResNetV1)
    }
    + PreActivationResNet.depths.keys.sorted().compactMap { layers in
      PreActivationResNet.depth(layers).map {
        var network = $0
        network.classes = 1001
        network.conventions = .official
        return official("resnet\(layers)v2", network, .officialResNetV2)
      }
    }

  private static func official(
    _ name: String, _ network: some ResidualNetwork, _ map: NameMap
  ) -> ModelRecipe {
    ModelRecipe(
      name: name, dialect: "official", network: network, nameMap: map,
      protocolDefaults: ImageProtocol(
        preset: "tf-official", normalization: "rgb-means", inputSize: 224),
      hasBackgroundClass: true)
  }

  /// TF-slim: version 1 was published with ImageNet's classes, version 2 with background before.
  static let slimModels: [ModelRecipe] = depths.flatMap { layers, blocks in
    [
      ModelRecipe(
        name: "resnet\(layers)", dialect: "slim",
        network: ResNetV1(blocksPerStage: blocks, conventions: .slim),
        nameMap: .slimResNetV1(layers: layers),
        protocolDefaults: ImageProtocol(
          preset: "tf-official", normalization: "rgb-means", inputSize: 224)),
      ModelRecipe(
        name: "resnet\(layers)v2", dialect: "slim",
        network: ResNetV2(blocksPerStage: blocks, classes: 1001, conventions: .slim),
        nameMap: .slimResNetV2(layers: layers),
        protocolDefaults: ImageProtocol(preset: "keras-tf", normalization: "tf", inputSize: 299),
        hasBackgroundClass: true),
    ]
  }

  /// The package `classification_models`; its networks normalise the image themselves.
  static let classificationModels: [ModelRecipe] = [18, 34, 50, 101, 152].compactMap { layers in
    PreActivationResNet.depth(layers).map {
      var network = $0
      network.conventions = .classificationModels
      return ModelRecipe(
        name: "resnet\(layers)", dialect: "classification-models", network: network,
        nameMap: .classificationModelsResNet,
        protocolDefaults: ImageProtocol(
          preset: "keras-tf", normalization: "none", inputSize: 224))
    }
  }

  /// The depths that TensorFlow's own networks with bottleneck blocks have.
  private static let depths: [(Int, [Int])] = [
    (50, [3, 4, 6, 3]), (101, [3, 4, 23, 3]), (152, [3, 8, 36, 3]),
  ]
}

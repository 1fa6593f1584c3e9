import Binding

// The families of `keras.applications`: the size of their images, and `preprocess_input`.
extension ModelRecipe {
  /// All families but the residual networks, with names of Keras 3, then of Keras 2 where these differ.
  static let familyModels: [ModelRecipe] =
    vggs + mobileNets + denseNets + [xception] + efficientNets + efficientNetV2s + inceptions
    + convNeXts + nasNets

  private static func family(
    _ name: String, dialect: String = "keras", _ network: some Classifier, _ map: NameMap,
    normalization: String, size: Int = 224
  ) -> ModelRecipe {
    ModelRecipe(
      name: name, dialect: dialect, network: network, nameMap: map,
      protocolDefaults: ImageProtocol(
        preset: "keras-tf", normalization: normalization, inputSize: size))
  }

  /// Caffe's input, as the authors' own weights have it.
  private static let vggs = [("vgg16", VGG.depth16), ("vgg19", VGG.depth19)].map {
    family($0, $1, .kerasVGG, normalization: "caffe")
  }

  /// Alpha is read off the weights; version 3 scales its images itself.
  ///
  /// Where a family does, its dialect `unscaled` is what `include_preprocessing=False` builds: no weight tells the two
  /// apart.
  private static let mobileNets: [ModelRecipe] =
    [
      family("mobilenet", MobileNetV1(), .kerasMobileNetV1, normalization: "tf"),
      family("mobilenetv2", MobileNetV2(), .kerasMobileNetV2, normalization: "tf"),
    ]
    + mobileNetV3("mobilenetv3small", MobileNetV3(.small))
    + mobileNetV3("mobilenetv3large", MobileNetV3(.large))
    + mobileNetV3("mobilenetv3small-minimalistic", MobileNetV3(.small, isMinimalistic: true))
    + mobileNetV3("mobilenetv3large-minimalistic", MobileNetV3(.large, isMinimalistic: true))

  private static func mobileNetV3(_ name: String, _ network: MobileNetV3) -> [ModelRecipe] {
    var older = network
    older.hardSwish = .product
    return [
      family(name, network, .kerasMobileNetV3, normalization: "none"),
      family(name, dialect: "keras2", older, .keras2MobileNetV3, normalization: "none"),
      family(name, dialect: "unscaled", network.unscaled, .kerasMobileNetV3, normalization: "tf"),
      family(
        name, dialect: "keras2-unscaled", older.unscaled, .keras2MobileNetV3, normalization: "tf"),
    ]
  }

  private static let denseNets = [
    ("densenet121", DenseNet.depth121), ("densenet169", .depth169), ("densenet201", .depth201),
  ].flatMap { name, network in
    [
      family(name, network, .kerasDenseNet, normalization: "torch"),
      family(name, dialect: "keras2", network, .keras2DenseNet, normalization: "torch"),
    ]
  }

  private static let xception = family(
    "xception", Xception(), .kerasXception, normalization: "tf", size: 299)

  /// Networks that were built to load ImageNet's weights, and those that were built to be trained from scratch.
  private static let efficientNets = EfficientNet.published.enumerated().flatMap { number, its in
    [("keras", true), ("scratch", false)].map { dialect, divides in
      family(
        "efficientnetb\(number)", dialect: dialect,
        EfficientNet(width: its.width, depth: its.depth, dividesByRootOfDeviation: divides),
        .kerasEfficientNet, normalization: "none", size: its.inputSize)
    }
  }

  private static let efficientNetV2s = EfficientNetV2.published.flatMap { its in
    let name = "efficientnetv2\(its.name)"
    return [
      family(
        name, its.network, .kerasEfficientNetV2, normalization: "none", size: its.inputSize),
      family(
        name, dialect: "unscaled", its.network.unscaled, .kerasEfficientNetV2,
        normalization: its.network.normalizesColors ? "torch" : "tf", size: its.inputSize),
    ]
  }

  private static let inceptions = [
    family("inceptionv3", InceptionV3(), .kerasInceptionV3, normalization: "tf", size: 299),
    family(
      "inceptionresnetv2", InceptionResNetV2(), .kerasInceptionResNetV2, normalization: "tf",
      size: 299),
  ]

  private static let convNeXts = ConvNeXt.published.flatMap { its in
    let (name, map) = ("convnext\(its.name)", NameMap.kerasConvNeXt(its.name))
    return [
      family(name, its.network, map, normalization: "none"),
      family(name, dialect: "unscaled", its.network.unscaled, map, normalization: "torch"),
    ]
  }

  private static let nasNets = [
    family("nasnetmobile", NASNet.mobile, .kerasNASNet, normalization: "tf"),
    family("nasnetlarge", NASNet.large, .kerasNASNet, normalization: "tf", size: 331),
  ]
}

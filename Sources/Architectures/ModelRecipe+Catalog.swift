import Binding

extension ModelRecipe {
  /// All models that the command knows, each in all of its dialects, Keras's own first.
  public static let catalog: [ModelRecipe] =
    preActivationModels + kerasModels + squeezeNets + familyModels + legacyKerasModels
    + kerasResNetModels + officialModels + slimModels + classificationModels

  /// The models' names, each once.
  public static let names: [String] = catalog.map(\.name).reduce(into: []) { names, name in
    if !names.contains(name) { names.append(name) }
  }

  /// The model called `name`, or `nil` if there is none.
  ///
  /// `resnet50:slim` asks for a dialect, `resnet50` for the first that there is, Keras's own if any.
  public static func named(_ name: String) -> ModelRecipe? {
    catalog.first { $0.name == name } ?? pinned(name)
  }

  /// The model of the dialect that `resnet50:slim` or `resnet50:keras` asks for.
  public static func pinned(_ name: String) -> ModelRecipe? {
    catalog.first { "\($0.name):\($0.dialect)" == name }
  }

  /// The recipes of the model called `name` in all of its dialects.
  public static func dialects(of name: String) -> [ModelRecipe] {
    catalog.filter { $0.name == name }
  }

  private static let kerasModels: [ModelRecipe] = [
    keras("resnet50", ResNetV1.depth50, .kerasResNetV1, normalization: "caffe"),
    keras("resnet101", ResNetV1.depth101, .kerasResNetV1, normalization: "caffe"),
    keras("resnet152", ResNetV1.depth152, .kerasResNetV1, normalization: "caffe"),
    keras("resnet50v2", ResNetV2.depth50, .kerasResNetV2, normalization: "tf"),
    keras("resnet101v2", ResNetV2.depth101, .kerasResNetV2, normalization: "tf"),
    keras("resnet152v2", ResNetV2.depth152, .kerasResNetV2, normalization: "tf"),
  ]

  /// `keras.applications` networks: the size of their `input_shape`, and `preprocess_input`.
  private static func keras(
    _ name: String, _ network: some ResidualNetwork, _ map: NameMap, normalization: String
  ) -> ModelRecipe {
    ModelRecipe(
      name: name, network: network, nameMap: map,
      protocolDefaults: ImageProtocol(
        preset: "keras-tf", normalization: normalization, inputSize: 224))
  }

  /// The pre-activation networks expect the shorter side resized, a central crop, and raw pixels:
  /// their author normalised nothing.
  private static let preActivationModels: [ModelRecipe] =
    PreActivationResNet.depths.keys.sorted().flatMap { layers -> [ModelRecipe] in
      guard let network = PreActivationResNet.depth(layers) else { return [] }
      return preActivationDialects.map { dialect, map in
        ModelRecipe(
          name: "preact-resnet\(layers)", dialect: dialect, network: network,
          nameMap: map(network.block),
          protocolDefaults: ImageProtocol(preset: "preact", normalization: "none", inputSize: 224))
      }
    }

  /// The dialects of a pre-activation network, each with the names of its layers.
  private static let preActivationDialects:
    [(String, @Sendable (PreActivationResNet.Block) -> NameMap)] = [
      ("keras", { _ in .kerasPreActivation }), ("scoped", NameMap.scopedPreActivation),
      ("underscored", NameMap.underscoredPreActivation), ("roles", NameMap.rolesPreActivation),
    ]

  /// The kind of block stands in the names of all dialects but Keras's own.
  static func preActivationNameMap(
    _ dialect: String, _ block: PreActivationResNet.Block
  ) -> NameMap? {
    preActivationDialects.first { $0.0 == dialect }?.1(block)
  }

  /// The Keras ports kept the Caffe model's input: BGR, minus the means.
  private static let squeezeNets: [ModelRecipe] = [
    ("squeezenet", SqueezeNet(.v1_0)), ("squeezenet1.1", SqueezeNet(.v1_1)),
  ].map { name, network in
    ModelRecipe(
      name: name, network: network, nameMap: .squeezeNet,
      protocolDefaults: ImageProtocol(preset: "keras-tf", normalization: "caffe", inputSize: 227))
  }
}

import Binding
import Networks

extension ModelRecipe {
  /// All models that the command knows by name.
  public static let catalog: [ModelRecipe] =
    PreActivationResNet.depths.keys.sorted().compactMap(preActivation)
    + [
      keras("resnet50", ResNetV1.depth50, .kerasResNetV1, normalization: "caffe"),
      keras("resnet101", ResNetV1.depth101, .kerasResNetV1, normalization: "caffe"),
      keras("resnet152", ResNetV1.depth152, .kerasResNetV1, normalization: "caffe"),
      keras("resnet50v2", ResNetV2.depth50, .kerasResNetV2, normalization: "tf"),
      keras("resnet101v2", ResNetV2.depth101, .kerasResNetV2, normalization: "tf"),
      keras("resnet152v2", ResNetV2.depth152, .kerasResNetV2, normalization: "tf"),
    ]

  /// The model called `name`, or `nil` if there is none.
  public static func named(_ name: String) -> ModelRecipe? {
    catalog.first { $0.name == name }
  }

  /// The pre-activation networks expect the shorter side resized, a central crop, and raw pixels:
  /// their author normalised nothing.
  private static func preActivation(layers: Int) -> ModelRecipe? {
    PreActivationResNet.depth(layers).map {
      ModelRecipe(
        name: "preact-resnet\(layers)", network: $0, nameMap: .kerasPreActivation,
        protocolDefaults: ImageProtocol(
          preset: "preact", normalization: "none", inputSize: 224))
    }
  }

  /// `keras.applications` networks: the size of their `input_shape`, and `preprocess_input`.
  private static func keras(
    _ name: String, _ network: some ResidualNetwork, _ map: NameMap, normalization: String
  ) -> ModelRecipe {
    ModelRecipe(
      name: name, network: network, nameMap: map,
      protocolDefaults: ImageProtocol(
        preset: "keras-tf", normalization: normalization, inputSize: 224))
  }
}

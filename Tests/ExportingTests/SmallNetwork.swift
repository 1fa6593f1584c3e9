import Architectures
import Binding
import Checkpoints
import Exporting
import Networks
import Tensors
import TestSupport
import Testing

/// A network of a family, as small as it can be made, with weights that follow from names.
struct SmallNetwork: Sendable, CustomTestStringConvertible {
  let name: String
  let network: any Classifier
  var side = 32
  /// Whether it has layers that are written as others.
  var isReworded = false

  var testDescription: String { name }

  init(_ name: String, _ network: any Classifier, side: Int = 32, isReworded: Bool = false) {
    (self.name, self.network, self.side, self.isReworded) = (name, network, side, isReworded)
  }

  static let all: [SmallNetwork] = {
    var fixed = PreActivationResNet(
      blocksPerStage: [1, 1], block: .bottleneck, filters: 4, classes: 5)
    fixed.conventions = .official
    var product = MobileNetV3(.small)
    (product.alpha, product.classes, product.hardSwish) = (0.35, 5, .product)
    var function = product
    function.hardSwish = .function
    var colors = EfficientNetV2.published[0].network
    (colors.width, colors.depth, colors.classes) = (0.1, 0.1, 5)
    var fused = EfficientNetV2.published[4].network
    (fused.width, fused.depth, fused.classes) = (0.1, 0.1, 5)
    return [
      SmallNetwork(
        "preact-resnet",
        PreActivationResNet(blocksPerStage: [1, 2], block: .regular, filters: 4, classes: 5)),
      SmallNetwork("preact-resnet, official", fixed),
      SmallNetwork("resnet", ResNetV1(blocksPerStage: [2, 1], filters: 4, classes: 5)),
      SmallNetwork(
        "resnet, legacy",
        ResNetV1(
          blocksPerStage: [1, 1], filters: 4, classes: 5, conventions: .legacyKerasUnpadded)),
      SmallNetwork("resnet v2", ResNetV2(blocksPerStage: [2, 1], filters: 4, classes: 5)),
      SmallNetwork("squeezenet", SqueezeNet(.v1_1, classes: 5)),
      SmallNetwork("mobilenet", MobileNetV1(alpha: 0.25, classes: 5)),
      SmallNetwork("mobilenetv2", MobileNetV2(alpha: 0.35, classes: 5)),
      SmallNetwork("mobilenetv3", function, isReworded: true),
      SmallNetwork("mobilenetv3, written out", product, isReworded: true),
      SmallNetwork("densenet", DenseNet(blocksPerStage: [2, 2], classes: 5)),
      SmallNetwork("efficientnet", EfficientNet(width: 0.1, depth: 0.1, classes: 5)),
      SmallNetwork("efficientnetv2, colours", colors),
      SmallNetwork("efficientnetv2, fused", fused),
      SmallNetwork(
        "convnext", ConvNeXt(blocksPerStage: [1, 1, 1, 1], filters: [4, 6, 8, 10], classes: 5),
        isReworded: true),
      SmallNetwork(
        "nasnet",
        NASNet(cells: 1, filters: 8, stemFilters: 6, skipsReduction: false, classes: 5)),
    ]
  }()

  func graph() throws -> Graph {
    try Graph(tracing: network, input: ImageShape(height: side, width: side + 1))
  }

  /// A file with the graph's weights, whose names are its paths, and how it binds.
  static func bound(_ graph: Graph) throws -> (plan: BindingPlan, file: Checkpoint, map: NameMap) {
    let layers = graph.kerasLayerOrder().map { layer in
      CheckpointLayer(
        name: name(of: layer.path), location: "/\(layer.path)",
        tensors: layer.parameters.enumerated().map { index, parameter in
          CheckpointTensor(
            name: parameter.path, role: parameter.role, index: index, shape: parameter.shape,
            path: parameter.path)
        })
    }
    let parameters = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.path, $0) })
    let file = unsafe Checkpoint(layers: layers, format: .legacyWeights) { tensor, buffer in
      guard let parameter = parameters[tensor.path] else {
        preconditionFailure("\(tensor.path) is of another network")
      }
      _ = unsafe buffer.update(fromContentsOf: values(of: parameter))
    }
    let rules = graph.weightedLayers.map { "\($0.path) \(name(of: $0.path))" }
    let map = try NameMap(parsing: rules.joined(separator: "\n"))
    return (try BindingPlan(graph, to: file, using: map), file, map)
  }

  /// What Keras might call a layer.
  private static func name(of path: String) -> String {
    path.split(separator: "/").joined(separator: "_")
  }

  private static func values(of parameter: Parameter) -> [Float] {
    let role: VariableRole =
      switch parameter.role {
      case .depthwiseKernel, .pointwiseKernel: .kernel
      case .mean: .movingMean
      case .variance: .movingVariance
      default: parameter.role
      }
    if role == .count { return [1] }
    return HashedWeights.values(layer: parameter.path, role: role.rawValue, shape: parameter.shape)
  }
}

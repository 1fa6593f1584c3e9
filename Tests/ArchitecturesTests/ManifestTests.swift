import Architectures
import Binding
import Checkpoints
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Every architecture is the network that Keras prints")
struct ManifestTests {
  @Test("Names, shapes and order agree with Keras, one to one", arguments: Manifest.models)
  func oneToOne(_ model: String) throws {
    let manifest = try Manifest(of: model)
    let recipe = try #require(ModelRecipe.named(model))
    let graph = try recipe.graph(height: 224, width: 224)

    _ = try graph.bound(to: manifest.checkpoint(named: true), using: recipe.nameMap)
    #expect(graph.kerasLayerOrder().map(\.weightShapes) == manifest.layers.map(\.weightShapes))
  }

  @Test("A file without layer names binds by class and ordinal", arguments: Manifest.models)
  func byOrdinal(_ model: String) throws {
    let manifest = try Manifest(of: model)
    let recipe = try #require(ModelRecipe.named(model))
    let graph = try recipe.graph(height: 224, width: 224)
    let named = LayerAssignment(graph, manifest.checkpoint(named: true), recipe.nameMap)
    let unnamed = LayerAssignment(graph, manifest.checkpoint(named: false), recipe.nameMap)

    _ = try graph.bound(to: manifest.checkpoint(named: false), using: recipe.nameMap)
    for node in graph.weightedLayers {
      #expect(unnamed[node.path]?.location == named[node.path]?.location)
    }
  }

  @Test("Parameters are counted as Keras counts them", arguments: Manifest.models)
  func counts(_ model: String) throws {
    let manifest = try Manifest(of: model)
    let graph = try #require(ModelRecipe.named(model)).graph(height: 224, width: 224)
    #expect(graph.parameterCount == manifest.total)
    #expect(graph.trainableParameterCount == manifest.trainable)
  }

  @Test("Filters, classes and channels are read off the checkpoint")
  func fitted() throws {
    var original = try #require(ModelRecipe.named("preact-resnet18"))
    original.residual?.filters = 6
    original.network.classes = 11
    original.imageChannels = 1
    let graph = try original.graph(height: 64, width: 64)
    let checkpoint = graph.checkpoint()

    let fitted = try #require(ModelRecipe.named("preact-resnet18")).fitted(to: checkpoint)
    #expect(fitted.residual?.filters == 6)
    #expect(fitted.network.classes == 11)
    #expect(fitted.imageChannels == 1)
  }

  @Test("The published multiply-accumulates of ResNet50 and ResNet50V2 come out")
  func multiplyAccumulates() throws {
    let v1 = try #require(ModelRecipe.named("resnet50")).graph(height: 224, width: 224)
    let v2 = try #require(ModelRecipe.named("resnet50v2")).graph(height: 224, width: 224)
    #expect((v1.multiplyAccumulates + 5_000_000) / 10_000_000 == 386)
    #expect((v2.multiplyAccumulates + 5_000_000) / 10_000_000 == 348)
  }
}

extension LayerSpan {
  fileprivate var weightShapes: [Shape] { parameters.map(\.shape) }
}

extension Manifest.Layer {
  fileprivate var weightShapes: [Shape] { weights.map(\.shape) }
}

extension Graph {
  /// A checkpoint that a graph of the pre-activation kind would be saved in, all zeros.
  fileprivate func checkpoint() -> Checkpoint {
    var counters: [String: Int] = [:]
    let layers = weightedLayers.map { node in
      let base =
        switch node.path {
        case "stem/conv": "conv_initial"
        case "head/logits": "logits"
        default: node.kerasClass == "Conv2D" ? "conv2d" : "batch_normalization"
        }
      let number = counters[base, default: 0]
      counters[base] = number + 1
      return (
        name: number == 0 ? base : "\(base)_\(number)",
        variables: node.parameters.map {
          (name: $0.role.rawValue, tensor: Tensor(shape: $0.shape))
        }
      )
    }
    return Checkpoint(layers: layers)
  }
}

import Architectures
import Binding
import Checkpoints
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Every dialect is the network that was published under its names")
struct DialectManifestTests {
  @Test(
    "Names and shapes agree, one to one, and parameters count the same",
    arguments: Manifest.dialects)
  func oneToOne(file: String, name: String) throws {
    let manifest = try Manifest(of: file)
    let recipe = try #require(ModelRecipe.named(name))
    #expect(recipe.identifier == name)
    let graph = try recipe.graph(height: 224, width: 224)

    _ = try graph.bound(to: manifest.checkpoint(named: true), using: recipe.nameMap)
    #expect(graph.parameterCount == manifest.total)
    #expect(graph.trainableParameterCount == manifest.trainable)
  }

  @Test("A file that lists its layers by name binds the same", arguments: Manifest.dialects)
  func sortedByName(file: String, name: String) throws {
    var manifest = try Manifest(of: file)
    let recipe = try #require(ModelRecipe.named(name))
    let graph = try recipe.graph(height: 224, width: 224)
    let inOrder = LayerAssignment(graph, manifest.checkpoint(named: true), recipe.nameMap)
    manifest.layers.sort { $0.name < $1.name }
    let checkpoint = manifest.checkpoint(named: true)

    _ = try graph.bound(to: checkpoint, using: recipe.nameMap)
    let sorted = LayerAssignment(graph, checkpoint, recipe.nameMap)
    for node in graph.weightedLayers {
      #expect(sorted[node.path]?.name == inOrder[node.path]?.name)
    }
  }

  @Test(
    "A dialect of Keras binds by class and ordinal, where a file has no names",
    arguments: Manifest.dialects.filter { dialect in
      ["squeezenet", "legacy-keras", "keras-resnet", "classification-models"].contains {
        dialect.recipe.contains($0)
      }
    })
  func byOrdinal(file: String, name: String) throws {
    let manifest = try Manifest(of: file)
    let recipe = try #require(ModelRecipe.named(name))
    let graph = try recipe.graph(height: 224, width: 224)
    let named = LayerAssignment(graph, manifest.checkpoint(named: true), recipe.nameMap)
    let unnamed = LayerAssignment(graph, manifest.checkpoint(named: false), recipe.nameMap)
    for node in graph.weightedLayers {
      #expect(unnamed[node.path]?.location == named[node.path]?.location)
    }
  }

  @Test("No other recipe fits, but those of the same names", arguments: Manifest.dialects)
  func apart(file: String, name: String) throws {
    let checkpoint = try Manifest(of: file).checkpoint(named: true)
    let fitting = ModelRecipe.catalog.filter { $0.fits(checkpoint) }
    let legacy = ["resnet50:legacy-keras", "resnet50:legacy-keras-unpadded"]
    #expect(fitting.map(\.identifier) == (legacy.contains(name) ? legacy : [name]))
  }

  @Test(
    "Every depth of a dialect traces with names of its own",
    arguments: ModelRecipe.catalog.map(\.identifier))
  func traced(name: String) throws {
    let recipe = try #require(ModelRecipe.named(name))
    let graph = try recipe.graph(height: 227, width: 227)
    let empty = Checkpoint(layers: [])
    let error = try #require(throws: BindingError.self) {
      try graph.bound(to: empty, using: recipe.nameMap)
    }
    let names = Set(error.missing.map(\.layerName))
    #expect(names.count == Set(graph.parameters.map(\.layer)).count)
    #expect(ModelRecipe.catalog.filter { $0.identifier == name }.count == 1)
  }

  @Test("Classes are read off a head that is a convolution, too")
  func fitted() throws {
    let manifest = try Manifest(of: "resnet50v2.slim")
    var recipe = try #require(ModelRecipe.named("resnet50v2:slim"))
    recipe.network.classes = 7
    recipe.residual?.filters = 3
    let fitted = recipe.fitted(to: manifest.checkpoint(named: true))
    #expect(fitted.network.classes == 1001)
    #expect(fitted.residual?.filters == 64)
    #expect(try #require(ModelRecipe.named("squeezenet")).residual == nil)
  }

  @Test("A file without the head fits the network without it", arguments: Manifest.dialects)
  func headless(file: String, name: String) throws {
    var manifest = try Manifest(of: file)
    let recipe = try #require(ModelRecipe.named(name))
    #expect(recipe.hasHead(in: manifest.checkpoint(named: true)))
    let heads: Set = [
      "conv10", "fc1000", "logits", "resnet_model/dense", "resnet_v1_50/logits",
      "resnet_v2_50/logits", "fc1",
    ]
    manifest.layers.removeAll { heads.contains($0.name) }
    let checkpoint = manifest.checkpoint(named: true)

    #expect(!recipe.hasHead(in: checkpoint))
    let graph = try recipe.withoutHead.graph(height: 224, width: 224)
    _ = try graph.bound(to: checkpoint, using: recipe.nameMap)
    let error = try #require(throws: BindingError.self) {
      try recipe.graph(height: 224, width: 224).bound(to: checkpoint, using: recipe.nameMap)
    }
    #expect(Set(error.missing.map(\.parameter.layer)) == ["head/logits"])
    #expect(error.unused.isEmpty && error.mismatched.isEmpty)
  }

  @Test(
    "A file without layer names tells by the number of its layers that the head is not there",
    arguments: ["resnet50", "resnet50v2", "preact-resnet18", "squeezenet"])
  func headlessByOrdinal(name: String) throws {
    var manifest = try Manifest(of: name)
    let recipe = try #require(ModelRecipe.named(name))
    #expect(recipe.hasHead(in: manifest.checkpoint(named: false)))
    manifest.layers.removeLast()
    #expect(!recipe.hasHead(in: manifest.checkpoint(named: false)))
    let graph = try recipe.withoutHead.graph(height: 224, width: 224)
    _ = try graph.bound(to: manifest.checkpoint(named: false), using: recipe.nameMap)
  }
}

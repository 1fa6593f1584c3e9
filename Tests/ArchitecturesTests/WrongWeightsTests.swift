import Architectures
import Binding
import Checkpoints
import Networks
import TestSupport
import Testing

/// What users of other tools have reported: weights that were loaded wrongly, and nobody was told.
@Suite("Weights that elsewhere are loaded wrongly in silence")
struct WrongWeightsTests {
  private func graph(_ name: String) throws -> (ModelRecipe, Graph) {
    let recipe = try #require(ModelRecipe.named(name))
    return (recipe, try recipe.graph(height: 224, width: 224))
  }

  /// A checkpoint as a legacy file lists it, which tells the order of its layers.
  private func legacy(_ manifest: String) throws -> Checkpoint {
    let layers = try Manifest(of: manifest).checkpoint(named: true).layers.map {
      CheckpointLayer(name: $0.name, location: "/\($0.label)", tensors: $0.tensors)
    }
    return unsafe Checkpoint(layers: layers) { _, _ in }
  }

  @Test("Names of which none fits load nothing elsewhere (keras#9683); here everything is listed")
  func nothing() throws {
    let (recipe, graph) = try graph("resnet50")
    let checkpoint = try legacy("resnet50.slim")
    let error = try #require(throws: BindingError.self) {
      try graph.bound(to: checkpoint, using: recipe.nameMap)
    }
    #expect(error.boundCount == 0)
    #expect(error.summary.contains("no weight fits"))
    #expect(error.missing.count == graph.parameters.count)
    #expect(error.unused.count == checkpoint.layers.flatMap(\.tensors).count)
  }

  @Test("By order, ResNet50 of before Keras 2.2.5 swaps main path and shortcut: refused, with both")
  func swapped() throws {
    let (_, graph) = try graph("resnet50")
    let file = try legacy("resnet50.legacy-keras")
    // Every shape fits, so that nothing but names can tell.
    let kernels = { (name: String) in
      file.layers.first { $0.name == name }?.tensors.first?.shape
    }
    #expect(kernels("res2a_branch1") == kernels("res2a_branch2c"))
    let error = try #require(throws: OrderError.self) { try BindingPlan(byOrder: graph, to: file) }
    #expect(
      error.description
        == "stage2/block1/project and stage2/block1/expand have weights of the same shapes and "
        + "stand side by side: a file that lists them the other way round would be loaded wrongly "
        + "without a sign")
  }

  @Test("By name the same file is refused as the new network, and bound as the old one")
  func legacyNames() throws {
    let file = try legacy("resnet50.legacy-keras")
    let (recipe, graph) = try graph("resnet50")
    let error = try #require(throws: BindingError.self) {
      try graph.bound(to: file, using: recipe.nameMap)
    }
    #expect(error.missing.contains { $0.layerName == "conv2_block1_0_conv" })
    #expect(error.unused.contains { $0.layerName == "res2a_branch1" })
    let (old, oldGraph) = try self.graph("resnet50:legacy-keras")
    let steps = try BindingPlan(oldGraph, to: file, using: old.nameMap).steps
    let source = { (path: String) in steps.first { $0.parameter.path == path }?.layerName }
    #expect(source("stage2/block1/project/kernel") == "res2a_branch1")
    #expect(source("stage2/block1/expand/kernel") == "res2a_branch2c")
  }

  @Test("Another number of layers is said with the place (keras#5530, #11733)")
  func count() throws {
    let (_, graph) = try graph("preact-resnet18")
    var layers = try legacy("preact-resnet18").layers
    layers.remove(at: 4)
    let file = unsafe Checkpoint(layers: layers) { _, _ in }
    let error = try #require(throws: OrderError.self) { try BindingPlan(byOrder: graph, to: file) }
    #expect(error.description.contains("layers with weights in the file, "))
    #expect(error.description.contains("they part where the file has"))
  }

  @Test("A number too few or too many in Keras's own names is refused (keras#20083)")
  func numbers() throws {
    let (recipe, graph) = try graph("preact-resnet18")
    let file = try legacy("preact-resnet18")
    let renamed = file.layers.map { layer in
      // The names of another process, of which one layer is the shortcut's by its number.
      let name = layer.name == "conv2d" ? "conv2d_99" : layer.name
      return CheckpointLayer(name: name, location: layer.location, tensors: layer.tensors)
    }
    let other = unsafe Checkpoint(layers: renamed) { _, _ in }
    let error = try #require(throws: BindingError.self) {
      try graph.bound(to: other, using: recipe.nameMap)
    }
    #expect(!error.contradictions.isEmpty || !error.mismatched.isEmpty)
  }
}

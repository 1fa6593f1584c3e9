import Engine
import Exporting
import Importing
import JSON
import KerasConfigs
import Networks
import Tensors
import TestSupport
import Testing

@Suite("What is exported of a model of one layer still gives Keras's values")
struct ExportedLayerModelTests {
  /// Families whose layers both generations of Keras have, all or some of them.
  private static let families: Set<String> = [
    "activations", "convolutions", "dense", "einsum", "functions", "images", "merges", "norms",
    "operators", "pools", "shapes", "transposed",
  ]

  /// Every third model of them: the classes stand in each container's words.
  static let models = LayerModel.all.filter { model in
    families.contains(String(model.files.zip.dropLast(4)))
  }.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)

  @Test("or is refused, and nothing in between", arguments: models)
  func values(_ model: LayerModel) throws {
    let bound = try model.bound()
    let exported: ExportedNetwork
    do throws(ExportError) {
      exported = try ExportedNetwork(bound.graph)
    } catch {
      #expect(error.problem.contains("no layers of both Keras 2 and Keras 3"), "\(error)")
      return
    }
    let config = exported.config(named: "model", for: .archive).text
    var options = ImportOptions()
    options.kerasVersion = 2
    let described = try #require(try KerasConfig(config).model)
    let graph = try ImportedNetwork(described, options).graph
    let origins = Dictionary(
      uniqueKeysWithValues: exported.origins.map { ($0.key.path, $0.value) })
    let sources = try graph.parameters.map { parameter in
      (
        parameter,
        ParameterSource(try bound.values(of: #require(origins[parameter.path])))
      )
    }
    let again = try BoundGraph(graph, sources: Dictionary(uniqueKeysWithValues: sources))
    let inputs = try zip(bound.graph.inputs, graph.inputs).map { port, _ in
      try model.tensor(try #require(model.inputs.first { $0.name == port.name }))
    }
    let results = try ReferenceExecutor(again).trace(inputs).results
    let expected = try model.outputs.map { try model.tensor($0) }
    #expect(results.count == expected.count)
    for (result, wanted) in zip(results, expected) {
      #expect(result.shape == wanted.shape)
      let worst = result.worstDifference(from: wanted)
      #expect(
        worst.difference <= (model.tolerance ?? 1e-5) * max(worst.largest, 1e-6), "\(worst)")
    }
  }
}

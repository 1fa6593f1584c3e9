import Checkpoints
import Importing
import KerasConfigs
import Networks
import Tensors

extension Checkpoint {
  /// How the file's config says that a network ends, whose layers were assigned by names.
  func end(of graph: Graph, _ assignment: LayerAssignment) -> ConfiguredEnd {
    guard let model = config?.model else { return ConfiguredEnd() }
    return ConfiguredEnd(of: graph, model, kerasVersion: majorKerasVersion, assignment)
  }

  /// The major version of the Keras that wrote the config: what some names in it mean.
  package var majorKerasVersion: Int {
    if let version = kerasVersion?.split(separator: ".").first.flatMap({ Int($0) }) {
      return version
    }
    guard let model = config?.model else { return 3 }
    var isOfKeras3 = false
    model.forEachLayer { _, layer in
      // Keras 3 alone writes calls in its way, and inputs with a batch_shape.
      let isCalledSo = layer.calls.contains(where: \.isOfKeras3)
      isOfKeras3 = isOfKeras3 || isCalledSo || layer.settings["batch_shape"] != nil
    }
    return isOfKeras3 ? 3 : 2
  }
}

/// A network, whose layers were assigned by names, beside the one that the file's config describes.
struct ConfiguredEnd {
  /// The first value in which the two differ.
  private(set) var difference: BindingError.Disagreement?
  /// What makes probabilities at the end of the file's model.
  private(set) var activation: OutputActivation?

  /// An end in nothing that is known, or in what is known to be the network's own.
  init(activation: OutputActivation? = nil) { self.activation = activation }

  /// What makes probabilities of so many outputs; of one it is a sigmoid in any case.
  func outputActivation(ofOutputs count: Int) -> OutputActivation {
    let usual = OutputActivation(outputs: count)
    return usual == .softmax && activation == .sigmoid ? .sigmoid : usual
  }

  init(
    of graph: Graph, _ model: KerasModel, kerasVersion: Int, _ assignment: LayerAssignment
  ) {
    var options = ImportOptions()
    options.kerasVersion = kerasVersion
    let image = graph.input
    (options.height, options.width, options.image) = (image.height, image.width, image)
    let its: ImportedNetwork
    do throws(ImportError) {
      its = try ImportedNetwork(model, options)
    } catch {
      let name = error.className.map { "\(error.layer) (\($0))" } ?? error.layer
      let remedy = error.remedy.map { "; \($0)" } ?? ""
      difference = BindingError.Disagreement(
        layer: nil, layerName: error.layer, words: "\(name) \(error.problem)\(remedy)")
      return
    }
    activation = its.activation
    let paths = ConfiguredPaths(model)
    var comparison = GraphComparison(graph, its.graph) { parameter in
      // A layer that the file lacks and may lack is still the one that the config names so.
      let path =
        assignment[parameter.layer].flatMap(paths.path)
        ?? assignment.wanted[parameter.layer].flatMap(paths.path(labelled:))
      return "\(path ?? "no layer of the config: \(parameter.layer)")/\(parameter.role.rawValue)"
    } weightOfFile: {
      $0.path
    }
    difference = comparison.firstDifference()
  }
}

/// What is done with a stranger's config before any weight is looked at, for those who try hostile ones.
package enum ConfigParsers {
  /// Reads a config and imports its network; returns how many layers it calls.
  package static func calls(in text: String) throws -> Int {
    guard let model = try KerasConfig(text).model else { return 0 }
    var options = ImportOptions()
    (options.height, options.width) = (16, 16)
    options.image = ImageShape(height: 16, width: 16)
    let graph = try ImportedNetwork(model, options).graph
    var form = NormalForm()
    _ = form.numbers(of: graph) { $0.path }
    return graph.layers.count { !($0.layer is InputLayer) }
  }
}

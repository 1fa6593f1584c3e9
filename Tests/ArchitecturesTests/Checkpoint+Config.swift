import Checkpoints
import Importing
import KerasConfigs
import Networks
import Tensors
import Testing

extension Checkpoint {
  /// A file with a weight of the right name and shape for each that a config's network has, and nothing to read in it.
  ///
  /// - Parameters:
  ///   - text: The config whose network's weights the file has.
  ///   - config: The config that the file carries, if any.
  ///   - isNamed: Whether the file has the layers' names; else it numbers those of a class, as `.weights.h5` does.
  init(describedBy text: String, config: String?, isNamed: Bool = true) throws {
    let model = try #require(try KerasConfig(text).model)
    let graph = try ImportedNetwork(model, ImportOptions()).graph
    // Keras stores layers in the order in which a config lists them, which is not that of execution.
    var places: [String: Int] = [:]
    model.forEachLayer { path, _ in places[path.joined(separator: "/")] = places.count }
    let weighted = graph.weightedLayers.sorted {
      places[$0.path, default: 0] < places[$1.path, default: 0]
    }
    var counters: [String: Int] = [:]
    let layers = weighted.map { layer in
      let kerasClass = ConfiguredNames.group(ofClass: layer.kerasClass)
      let ordinal = counters[kerasClass, default: 0]
      counters[kerasClass] = ordinal + 1
      return CheckpointLayer(
        name: isNamed ? layer.path : nil, kerasClass: isNamed ? nil : kerasClass,
        ordinal: isNamed ? nil : ordinal, location: "/\(layer.path)",
        tensors: layer.parameters.enumerated().map { index, parameter in
          CheckpointTensor(
            name: "\(layer.path)/\(parameter.role.rawValue)", role: parameter.role, index: index,
            shape: parameter.shape, path: "/\(layer.path)/\(index)")
        })
    }
    self = unsafe Checkpoint(layers: layers, format: .wholeModel, modelConfig: config) { _, _ in }
  }
}

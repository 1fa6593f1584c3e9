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
  init(describedBy text: String, config: String?) throws {
    let model = try #require(try KerasConfig(text).model)
    let graph = try ImportedNetwork(model, ImportOptions()).graph
    // Keras stores layers in the order in which a config lists them, which is not that of execution.
    var places: [String: Int] = [:]
    model.forEachLayer { path, _ in places[path.joined(separator: "/")] = places.count }
    let weighted = graph.weightedLayers.sorted {
      places[$0.path, default: 0] < places[$1.path, default: 0]
    }
    let layers = weighted.map { layer in
      CheckpointLayer(
        name: layer.path, location: "/\(layer.path)",
        tensors: layer.parameters.enumerated().map { index, parameter in
          CheckpointTensor(
            name: "\(layer.path)/\(parameter.role.rawValue)", role: parameter.role, index: index,
            shape: parameter.shape, path: "/\(layer.path)/\(index)")
        })
    }
    self = unsafe Checkpoint(layers: layers, format: .wholeModel, modelConfig: config) { _, _ in }
  }
}

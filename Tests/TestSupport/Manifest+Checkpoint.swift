public import Checkpoints
import Tensors

extension Manifest {
  /// A Keras 3 checkpoint of this network, its weights computed by ``HashedWeights``.
  ///
  /// - Parameter named: Whether the groups carry the layers' names, as since Keras 3.6.
  public func checkpoint(named: Bool) -> Checkpoint {
    let layers = layers.map { layer in
      let (kerasClass, ordinal) = layer.classAndOrdinal
      return CheckpointLayer(
        name: named ? layer.name : nil, kerasClass: kerasClass, ordinal: ordinal,
        location: "layers/\(layer.group)",
        tensors: layer.weights.enumerated().map { index, weight in
          CheckpointTensor(
            name: "\(index)", role: nil, index: index, shape: weight.shape,
            path: "layers/\(layer.group)/vars/\(index)")
        })
    }
    let weights = self.layers.flatMap { layer in
      layer.weights.enumerated().map { index, weight in
        ("layers/\(layer.group)/vars/\(index)", (layer.name, weight))
      }
    }
    let byPath = Dictionary(uniqueKeysWithValues: weights)
    return unsafe Checkpoint(layers: layers) { tensor, buffer throws(CheckpointError) in
      guard let (name, weight) = byPath[tensor.path] else {
        preconditionFailure("\(tensor.path) is of another checkpoint")
      }
      let values = HashedWeights.values(
        layer: name, role: weight.role, shape: weight.shape, deviation: deviation ?? 1,
        gain: kernelGain ?? 0.6)
      _ = unsafe buffer.update(fromContentsOf: values)
    }
  }
}

extension Manifest.Layer {
  /// `batch_normalization_3` is class `batch_normalization`, ordinal 3.
  fileprivate var classAndOrdinal: (String, Int) {
    guard let cut = group.lastIndex(of: "_"), let number = Int(group[group.index(after: cut)...])
    else { return (group, 0) }
    return (String(group[..<cut]), number)
  }
}

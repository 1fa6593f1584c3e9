package import Tensors

extension Checkpoint {
  /// A checkpoint of tensors in memory, laid out as legacy weights are.
  ///
  /// Layers in order, each with its variables in load order: `("conv1", [("kernel", tensor)])`.
  package init(
    layers: [(name: String, variables: [(name: String, tensor: Tensor)])]
  ) {
    var values: [String: Tensor] = [:]
    let described = layers.map { layer in
      let tensors = layer.variables.enumerated().map { index, variable in
        let name = "\(layer.name)/\(variable.name)"
        let path = "/\(layer.name)/\(name)"
        values[path] = variable.tensor
        return CheckpointTensor(
          name: name, role: VariableRole(variableName: name), index: index,
          shape: variable.tensor.shape, path: path)
      }
      return CheckpointLayer(name: layer.name, location: "/\(layer.name)", tensors: tensors)
    }
    unsafe self.init(layers: described) { [values] tensor, buffer throws(CheckpointError) in
      guard let source = values[tensor.path] else {
        preconditionFailure("\(tensor.path) is of another checkpoint")
      }
      _ = unsafe buffer.update(fromContentsOf: source.values)
    }
  }
}

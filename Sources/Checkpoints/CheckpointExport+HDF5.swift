import HDF5
import Tensors

extension CheckpointExport {
  /// Writes the layout of Keras 2's `save_weights("x.h5")`, which Keras 3 reads too.
  ///
  /// Values become float32; each tensor is read when its turn comes, so that one is in memory at a
  /// time.
  package func writeLegacyWeights(to path: String) throws(CheckpointError) {
    try wrapping { () throws(HDF5Error) in
      let file = try HDF5Writer(creating: path)
      try file.write(layers.map(\.name), attribute: "layer_names", of: "/")
      try file.write("tensorflow", attribute: "backend", of: "/")
      // Without a version Keras takes the file for one of Keras 1 and turns its kernels.
      try file.write("2.15.0", attribute: "keras_version", of: "/")
      for layer in layers {
        try file.createGroup("/\(layer.name)")
        let names = layer.variables.map { "\(layer.name)/\($0.role.rawValue):0" }
        try file.write(names, attribute: "weight_names", of: "/\(layer.name)")
        for (name, variable) in zip(names, layer.variables) {
          try write(variable, at: "/\(layer.name)/\(name)", into: file)
        }
      }
      try file.close()
    }
  }

  /// Writes the layout of Keras 3's `save_weights("x.weights.h5")`, with the layers' names.
  package func writeVariables(to path: String) throws(CheckpointError) {
    try wrapping { () throws(HDF5Error) in
      let file = try HDF5Writer(creating: path)
      // tf-keras asks for the model's own variables even where it has none.
      try file.createGroup("/vars")
      var counters: [String: Int] = [:]
      for layer in layers {
        let number = counters[layer.kerasClass, default: 0]
        counters[layer.kerasClass] = number + 1
        let group = number == 0 ? layer.kerasClass : "\(layer.kerasClass)_\(number)"
        try file.createGroup("/layers/\(group)/vars")
        try file.write(layer.name, attribute: "name", of: "/layers/\(group)/vars")
        for (index, variable) in layer.variables.enumerated() {
          try write(variable, at: "/layers/\(group)/vars/\(index)", into: file)
        }
      }
      try file.close()
    }
  }

  private func write(
    _ variable: Variable, at path: String, into file: borrowing HDF5Writer
  ) throws(HDF5Error) {
    let values: [Float]
    do throws(CheckpointError) {
      values = try self.values(of: variable).values
    } catch {
      throw HDF5Error(
        file: variable.tensor.path, object: nil, reason: .damaged(error.description))
    }
    try file.write(values, shape: variable.shape.dimensions, at: path)
  }

  private func wrapping(
    _ body: () throws(HDF5Error) -> Void
  ) throws(CheckpointError) {
    do throws(HDF5Error) {
      try body()
    } catch {
      throw CheckpointError(error)
    }
  }
}

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
      try writeLegacyGroups(below: "/", version: "2.15.0", into: file)
      try file.close()
    }
  }

  /// Writes the layout of `save("x.h5")`: the weights, and the config of the model, the source's own or another.
  ///
  /// `load_weights` reads it as well.
  package func writeWholeModel(to path: String) throws(CheckpointError) {
    let version = kerasVersion
    try wrapping { () throws(HDF5Error) in
      let file = try HDF5Writer(creating: path)
      try file.write(config, attribute: "model_config", of: "/")
      try file.write("tensorflow", attribute: "backend", of: "/")
      try file.write(version, attribute: "keras_version", of: "/")
      try file.createGroup("/model_weights")
      try writeLegacyGroups(below: "/model_weights", version: version, into: file)
      // Keras looks for it in every whole model.
      try file.createGroup("/model_weights/top_level_model_weights")
      try file.write([], attribute: "weight_names", of: "/model_weights/top_level_model_weights")
      try file.close()
    }
  }

  private func writeLegacyGroups(
    below root: String, version: String, into file: borrowing HDF5Writer
  ) throws(HDF5Error) {
    let prefix = root == "/" ? "" : root
    // A model inside the model is one layer.
    let outer = layers.map { $0.parents.first ?? $0.name }
    let names = outer.indices.filter { outer.firstIndex(of: outer[$0]) == $0 }.map { outer[$0] }
    try file.write(names, attribute: "layer_names", of: root)
    try file.write("tensorflow", attribute: "backend", of: root)
    // Without a version Keras takes the file for one of Keras 1 and turns its kernels.
    try file.write(version, attribute: "keras_version", of: root)
    for name in names {
      try file.createGroup("\(prefix)/\(name)")
      let weights = layers.filter { ($0.parents.first ?? $0.name) == name }
        .flatMap { layer in
          let path = (layer.parents.dropFirst() + [layer.name]).joined(separator: "/")
          return layer.variables.map {
            (name: "\(path)/\($0.name):0", variable: $0, isInner: !layer.parents.isEmpty)
          }
        }
      // Keras lists what a model inside the model trains before all the rest.
      let rests = { (weight: (name: String, variable: Variable, isInner: Bool)) in
        weight.isInner && weight.variable.role?.isTrainable == false
      }
      let sorted = weights.filter { !rests($0) } + weights.filter(rests)
      try file.write(sorted.map(\.name), attribute: "weight_names", of: "\(prefix)/\(name)")
      for weight in sorted {
        try write(weight.variable, at: "\(prefix)/\(name)/\(weight.name)", into: file)
      }
    }
  }

  /// Writes the layout of Keras 3's `save_weights("x.weights.h5")`, with the layers' names.
  package func writeVariables(to path: String) throws(CheckpointError) {
    try wrapping { () throws(HDF5Error) in
      let file = try HDF5Writer(creating: path)
      // tf-keras asks for the model's own variables even where it has none.
      try file.createGroup("/vars")
      var groups = VariablesGroups()
      for layer in layers {
        let (group, opened) = groups.group(of: layer)
        for (model, name) in opened {
          try file.createGroup("\(model)/vars")
          try file.write(name, attribute: "name", of: "\(model)/vars")
        }
        // The model's own variables stand in the group that is there already.
        if !group.isEmpty { try file.createGroup("\(group)/vars") }
        if !layer.name.isEmpty {
          try file.write(layer.name, attribute: "name", of: "\(group)/vars")
        }
        for (index, variable) in layer.variables.enumerated() {
          try write(variable, at: "\(group)/vars/\(index)", into: file)
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

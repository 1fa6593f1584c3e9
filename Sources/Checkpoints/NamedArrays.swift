import Tensors

/// Arrays with names like `layer/variable`, grouped into layers.
enum NamedArrays {
  /// An array as a container of named arrays describes it.
  struct Description {
    let name: String
    let shape: Shape
    let type: ElementType
    let storedBytes: Int
  }

  /// The layers in the order in which their first arrays stand in the file.
  ///
  /// The layer's name is what precedes the last `/`, or the last `.` in a name without `/`. Arrays
  /// without either belong to the model itself, a layer without a name.
  static func layers(_ arrays: [Description]) -> [CheckpointLayer] {
    var order: [String] = []
    var tensors: [String: [CheckpointTensor]] = [:]
    for array in arrays {
      let place = array.name.lastIndex(of: "/") ?? array.name.lastIndex(of: ".")
      let layer = place.map { String(array.name[..<$0]) } ?? ""
      let variable = place.map { array.name[array.name.index(after: $0)...] } ?? array.name[...]
      if tensors[layer] == nil { order.append(layer) }
      let tensor = CheckpointTensor(
        name: array.name, role: VariableRole(variableName: String(variable)),
        index: tensors[layer]?.count ?? 0, shape: array.shape, type: array.type, path: array.name,
        storedBytes: array.storedBytes)
      tensors[layer, default: []].append(tensor)
    }
    return order.map { layer in
      CheckpointLayer(
        name: layer.isEmpty ? nil : layer, location: layer.isEmpty ? "/" : layer,
        tensors: tensors[layer] ?? [])
    }
  }
}

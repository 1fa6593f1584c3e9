public import Checkpoints
public import Networks
import Tensors

extension Graph {
  /// Joins this network with the weights of a checkpoint, strictly: every weight of the one has
  /// exactly one in the other, of the same shape.
  ///
  /// No tensor is read yet; the engine reads each once, straight into its place.
  ///
  /// - Throws: ``BindingError`` with everything that does not fit.
  public func bound(
    to checkpoint: Checkpoint, using map: NameMap
  ) throws(BindingError) -> BoundGraph {
    var (report, sources) = join(checkpoint, map)
    guard report.isEmpty else {
      report.suggestNames()
      throw report
    }
    do {
      return try BoundGraph(self, sources: sources)
    } catch {
      preconditionFailure("a complete binding lacks \(error.missing)")
    }
  }

  /// Whether ``bound(to:using:)`` would succeed, without the work of explaining why not.
  package func binds(to checkpoint: Checkpoint, using map: NameMap) -> Bool {
    join(checkpoint, map).report.isEmpty
  }

  /// Finds the tensor of every parameter, and writes down what does not fit.
  private func join(
    _ checkpoint: Checkpoint, _ map: NameMap
  ) -> (report: BindingError, sources: [Parameter: ParameterSource]) {
    let assignment = LayerAssignment(self, checkpoint, map)
    var report = BindingError(contradictions: assignment.contradictions)
    var sources: [Parameter: ParameterSource] = [:]
    var used: Set<CheckpointTensor> = []
    for node in nodes where !node.parameters.isEmpty {
      let layer = assignment[node.path]
      for (index, parameter) in node.parameters.enumerated() {
        guard let layer, let tensor = layer.tensor(parameter.role, at: index) else {
          report.missing.append(
            BindingError.Missing(
              parameter: parameter, layerName: assignment.wanted[node.path] ?? node.path,
              nearest: nil))
          continue
        }
        used.insert(tensor)
        guard tensor.shape == parameter.shape else {
          report.mismatched.append(
            BindingError.Mismatch(
              parameter: parameter, layerName: layer.label, name: tensor.name,
              shape: tensor.shape))
          continue
        }
        sources[parameter] = ParameterSource { buffer in
          try unsafe checkpoint.read(tensor, into: buffer)
        }
      }
    }
    for layer in checkpoint.layers {
      for tensor in layer.tensors where !used.contains(tensor) {
        report.unused.append(
          BindingError.Unused(layerName: layer.label, name: tensor.name, shape: tensor.shape))
      }
    }
    report.boundCount = sources.count
    return (report, sources)
  }
}

extension CheckpointLayer {
  /// The tensor of the given role or, where the file has only indices, at the given index.
  fileprivate func tensor(_ role: VariableRole, at index: Int) -> CheckpointTensor? {
    if tensors.contains(where: { $0.role != nil }) {
      return tensors.first { $0.role == role }
    }
    return tensors.first { $0.index == index }
  }
}

extension BindingError {
  /// Gives each missing weight the most similar name among those that nobody uses.
  fileprivate mutating func suggestNames() {
    let candidates = Array(Set(unused.map(\.layerName))).sorted()
    var found: [String: String?] = [:]
    missing = missing.map { entry in
      let nearest: String?
      if let known = found[entry.layerName] {
        nearest = known
      } else {
        nearest = nearestName(to: entry.layerName, among: candidates)
        found[entry.layerName] = .some(nearest)
      }
      return Missing(
        parameter: entry.parameter, layerName: entry.layerName, nearest: nearest)
    }
  }
}

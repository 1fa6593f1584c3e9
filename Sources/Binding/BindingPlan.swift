public import Checkpoints
public import Networks
package import Importing
package import KerasConfigs
import Layers
import Tensors

/// Which tensor of a checkpoint goes where in a network, and why; it exists only if everything fits.
///
/// No tensor has been read yet; the engine reads each once, straight into its place.
public struct BindingPlan: Sendable {
  /// One tensor's way.
  public struct Step: Sendable, Hashable {
    /// Where the tensor goes.
    public let parameter: Parameter
    /// The checkpoint's layer, as it is called there.
    public let layerName: String
    /// The tensor.
    public let tensor: CheckpointTensor
    /// Why this layer was taken: `name`, `number`, or `class and ordinal`.
    public let evidence: String
    /// What happens to the values on the way, besides becoming float32.
    public let transforms: [WeightTransform]
    /// Where the layer stands in the checkpoint.
    package let place: LayerPlace

    /// What happens to the values on the way, in words; empty if nothing does.
    public var transform: String {
      let type = tensor.type == .float32 ? [] : ["\(tensor.typeDescription) to float32"]
      return (type + transforms.map(\.description)).joined(separator: ", ")
    }
  }

  /// One step for every parameter that a tensor fills, in the network's order.
  public let steps: [Step]
  /// The names of the models inside the file's model in which the network stands, outermost first;
  /// empty where it is the file's own model.
  public let scope: [String]
  /// What does not fit and was allowed not to: a line each.
  public let allowances: [String]
  /// What was done to the file's numbers because of its conventions, and on what evidence: a line
  /// each.
  public let conventionNotes: [String]
  /// What makes probabilities of the network's outputs, as far as the file tells.
  public let outputActivation: OutputActivation
  /// The same where the file's model says it; `nil` where it is what is usual of so many outputs.
  public let statedActivation: OutputActivation?
  /// The network with its weights.
  public let boundGraph: BoundGraph

  /// Binds `checkpoint` to `graph`, strictly: every weight of the one has exactly one in the other,
  /// of the same shape, but for what `leniency` lists by name.
  ///
  /// Kernels of Theano and the like come out as the network has them; see ``WeightConventions``.
  ///
  /// - Throws: ``BindingError`` with everything that does not fit.
  public init(
    _ graph: Graph, to checkpoint: Checkpoint, using map: NameMap,
    allowing leniency: BindingLeniency = .nothing,
    conventions: WeightConventions = .asTheFileTells
  ) throws(BindingError) {
    try self.init(
      graph, checkpoint, LayerAssignment(graph, checkpoint, map), conventions,
      allowing: leniency, explaining: true)
  }

  /// Binds by order alone, where nothing else is known and the order cannot deceive.
  ///
  /// - Throws: ``OrderError``, or ``BindingError`` with everything that does not fit.
  public init(
    byOrder graph: Graph, to checkpoint: Checkpoint,
    conventions: WeightConventions = .asTheFileTells
  ) throws {
    try self.init(
      graph, checkpoint, LayerAssignment(byOrder: graph, checkpoint), conventions,
      allowing: .nothing, explaining: true)
  }

  /// The same without the search for similar names, for trying one dialect after the other.
  package init(
    trying graph: Graph, to checkpoint: Checkpoint, using map: NameMap,
    allowing leniency: BindingLeniency = .nothing,
    conventions: WeightConventions = .asTheFileTells
  ) throws(BindingError) {
    try self.init(
      graph, checkpoint, LayerAssignment(graph, checkpoint, map), conventions,
      allowing: leniency, explaining: false)
  }

  /// Binds the network that the checkpoint's own config describes; names need no map.
  ///
  /// - Throws: ``BindingError`` with everything that does not fit.
  package init(
    itsOwn network: ImportedNetwork, of checkpoint: Checkpoint, model: KerasModel,
    allowing leniency: BindingLeniency = .nothing,
    conventions: WeightConventions = .asTheFileTells
  ) throws(BindingError) {
    try self.init(
      network.graph, checkpoint, LayerAssignment(itsOwn: network.graph, checkpoint, model),
      conventions, allowing: leniency, explaining: true,
      described: ConfiguredEnd(activation: network.activation))
  }

  private init(
    _ graph: Graph, _ checkpoint: Checkpoint, _ assignment: LayerAssignment,
    _ conventions: WeightConventions, allowing leniency: BindingLeniency, explaining: Bool,
    described: ConfiguredEnd? = nil
  ) throws(BindingError) {
    var ways = ParameterTransforms(graph, checkpoint, assignment, conventions)
    var report = BindingError(
      contradictions: assignment.contradictions, inapplicable: ways.inapplicable)
    var used: Set<CheckpointTensor> = []
    var steps: [Step] = []
    for node in graph.weightedLayers {
      for parameter in node.parameters {
        // The file counts the weights of each part by themselves.
        let own = node.parameters.filter { $0.part == parameter.part }
        let index = own.firstIndex(of: parameter) ?? 0
        guard let layer = assignment.layer(of: parameter),
          let tensor = layer.tensor(parameter.role, at: index)
        else {
          report.missing.append(
            BindingError.Missing(
              parameter: parameter, layerName: assignment.wanted[node.path] ?? node.path,
              nearest: nil))
          continue
        }
        used.insert(tensor)
        let transforms = ways.transforms(for: parameter, of: node, from: layer, tensor)
        guard transforms.reduce(tensor.shape, { $1.shape(after: $0) }) == parameter.shape else {
          report.mismatched.append(
            BindingError.Mismatch(
              parameter: parameter, layerName: layer.label, name: tensor.name,
              shape: tensor.shape))
          continue
        }
        steps.append(
          Step(
            parameter: parameter, layerName: layer.label, tensor: tensor,
            evidence: assignment.evidence[node.path]?.rawValue ?? "", transforms: transforms,
            place: assignment.place(of: layer)))
      }
    }
    // What a normalisation of a kernel's spectrum keeps for training.
    for node in graph.weightedLayers where node.layer is SpectralNormalization {
      used.formUnion(assignment[node.path]?.tensors ?? [])
    }
    for layer in checkpoint.layers {
      for tensor in layer.tensors where !used.contains(tensor) {
        report.unused.append(
          BindingError.Unused(layerName: layer.label, name: tensor.name, shape: tensor.shape))
      }
    }
    report.boundCount = steps.count
    let (unfit, allowances, untouched) = leniency.applied(to: report)
    // Where weights do not fit, the networks differ, and need no comparison.
    var remaining = unfit
    let end =
      remaining.isEmpty ? described ?? checkpoint.end(of: graph, assignment) : ConfiguredEnd()
    remaining.disagreements = end.difference.map { [$0] } ?? []
    guard remaining.isEmpty else { throw explaining ? remaining.suggestingNames() : remaining }
    self.steps = steps
    scope = assignment.scope
    self.allowances = allowances
    conventionNotes = ways.notes + (checkpoint.config?.noteOnClass.map { [$0] } ?? [])
    outputActivation = end.outputActivation(ofOutputs: graph.outputCount)
    statedActivation = end.activation
    var sources: [Parameter: ParameterSource] = [:]
    for step in steps {
      let tensor = step.tensor
      sources[step.parameter] = ParameterSource { buffer in
        try unsafe checkpoint.read(tensor, applying: step.transforms, into: buffer)
      }
    }
    for parameter in untouched { sources[parameter] = .initialValue(of: parameter) }
    do {
      boundGraph = try BoundGraph(graph, sources: sources)
    } catch {
      preconditionFailure("a complete binding lacks \(error.missing)")
    }
  }
}

extension Graph {
  /// Joins this network with the weights of a checkpoint, strictly; see ``BindingPlan``.
  ///
  /// - Throws: ``BindingError`` with everything that does not fit.
  public func bound(
    to checkpoint: Checkpoint, using map: NameMap
  ) throws(BindingError) -> BoundGraph {
    try BindingPlan(self, to: checkpoint, using: map).boundGraph
  }
}

extension Graph {
  /// Whether ``bound(to:using:)`` would succeed, without the work of explaining why not.
  package func binds(to checkpoint: Checkpoint, using map: NameMap) -> Bool {
    (try? BindingPlan(trying: self, to: checkpoint, using: map)) != nil
  }
}

extension KerasConfig {
  /// What to say of a file whose config does not tell the network.
  fileprivate var noteOnClass: String? {
    guard model == nil else { return nil }
    return
      "its model is a class of somebody's own, \(className.debugDescription), whose code no file "
      + "holds; only names and shapes tell that it is this network"
  }
}

extension CheckpointLayer {
  /// The tensor of the given role or, where the file has only indices, at the given index.
  func tensor(_ role: VariableRole, at index: Int) -> CheckpointTensor? {
    guard tensors.contains(where: { $0.role != nil }) else {
      return tensors.first { $0.index == index }
    }
    // Keras 3 calls the weights of a depthwise convolution a kernel, Keras 2 a depthwise kernel.
    return tensors.first { $0.role == role }
      ?? (role == .depthwiseKernel ? tensors.first { $0.role == .kernel } : nil)
  }
}

import Checkpoints
import Layers
import Networks
import Tensors

/// What is done to the tensors of a checkpoint so that they are the network's parameters, and on what
/// evidence.
struct ParameterTransforms {
  /// What was told and has nothing to apply to.
  private(set) var inapplicable: [String] = []

  private let graph: Graph
  private let layout: WeightConventions.KernelLayout
  private let sense: WeightConventions.KernelSense
  private let denseRows: DataFormat?
  private let isDeviation: Bool
  private let told: WeightConventions
  private let isOfKerasOne: Bool
  private let hasTheanoNames: Bool
  private var counts: [Change: Int] = [:]

  /// The kinds of change, as the notes tell them.
  private enum Change { case transposed, rotated, reordered, deviation }

  init(
    _ graph: Graph, _ checkpoint: Checkpoint, _ assignment: LayerAssignment,
    _ conventions: WeightConventions
  ) {
    self.graph = graph
    told = conventions
    layout =
      conventions.kernelLayout
      ?? (checkpoint.isOfKerasOne ? Self.layout(of: graph, assignment) : .tensorFlow)
    sense = checkpoint.kernelSense(conventions)
    denseRows = conventions.denseRows
    isDeviation = conventions.runningStd == .deviation
    isOfKerasOne = checkpoint.isOfKerasOne
    hasTheanoNames = checkpoint.hasTheanoNames
    inapplicable = Self.inapplicable(graph, assignment, conventions)
  }

  /// The changes of one tensor, in order.
  mutating func transforms(
    for parameter: Parameter, of node: LayerSpan, from layer: CheckpointLayer,
    _ tensor: CheckpointTensor
  ) -> [WeightTransform] {
    switch (node.layer, parameter.role) {
    case (let convolution as Convolution, .kernel) where tensor.shape.rank == 4:
      var transforms: [WeightTransform] = []
      if layout == .theano {
        transforms.append(.kernelToHWIO)
        counts[.transposed, default: 0] += 1
      }
      // One tap is the same either way.
      if sense == .convolution, convolution.windows.size != [1, 1] {
        transforms.append(.kernelRotated)
        counts[.rotated, default: 0] += 1
      }
      return transforms
    case (is Dense, .kernel):
      return rows(node, tensor)
    case (let norm as BatchNormalization, .gamma) where isDeviation:
      guard let index = node.parameters.firstIndex(where: { $0.role == .movingVariance }),
        let deviation = layer.tensor(.movingVariance, at: index), deviation.isRunningStd,
        deviation.shape == tensor.shape
      else { return rows(node, tensor) }
      return [.gammaOfDeviation(deviation, epsilon: norm.epsilon)] + rows(node, tensor)
    case (is BatchNormalization, .movingVariance) where isDeviation && tensor.isRunningStd:
      counts[.deviation, default: 0] += 1
      return [.squared] + rows(node, tensor)
    case (is BatchNormalization, _):
      return rows(node, tensor)
    default:
      return []
    }
  }

  /// What was done, on what evidence, a line each.
  var notes: [String] {
    var notes: [String] = []
    func note(_ change: Change, _ words: String, _ evidence: String) {
      if let count = counts[change] { notes.append("\(count) \(words): \(evidence)") }
    }
    note(
      .transposed, "kernels transposed from O·I·H·W to H·W·I·O",
      told.kernelLayout == nil ? "their shapes tell" : "as told")
    note(
      .rotated, "kernels rotated by 180°",
      told.kernelSense == nil ? "the file was written on Theano" : "as told")
    note(.reordered, "arrays with rows in the order of a flattened map reordered", "as told")
    note(.deviation, "running_std taken for standard deviations", "as told")
    if told.kernelSense == nil, sense == .correlation, isOfKerasOne {
      notes.append(
        "kernels taken as correlations: a file of Keras 1 does not tell"
          + (hasTheanoNames ? ", but its names are Theano's" : "")
          + "; told a kernel sense of convolution, what Theano trained is rotated")
    }
    return notes
  }
}

// Rows in the order of a flattened map.
extension ParameterTransforms {
  /// The rows of a dense kernel, or of a batch norm, that read a flattened map.
  private mutating func rows(_ node: LayerSpan, _ tensor: CheckpointTensor) -> [WeightTransform] {
    guard let denseRows, let (map, order) = graph.flattenedMap(before: node), order != denseRows,
      tensor.shape.dimensions.first == map.elementCount, map.height * map.width > 1
    else { return [] }
    counts[.reordered, default: 0] += 1
    return [.rowsReordered(map: map, from: denseRows)]
  }
}

// Evidence.
extension ParameterTransforms {
  /// The order of extents that all kernels have as the network wants them, where one can tell.
  ///
  /// A single kernel that fits only the other order keeps the whole file from being transposed: the
  /// report of shapes then says more than a guess.
  private static func layout(
    of graph: Graph, _ assignment: LayerAssignment
  ) -> WeightConventions.KernelLayout {
    var found: Set<WeightConventions.KernelLayout> = []
    for node in graph.layers {
      guard node.layer is Convolution, let parameter = node.parameters.first,
        let tensor = assignment[node.path]?.tensor(.kernel, at: 0), tensor.shape.rank == 4
      else { continue }
      let transposed = WeightTransform.kernelToHWIO.shape(after: tensor.shape)
      switch (tensor.shape == parameter.shape, transposed == parameter.shape) {
      case (true, false): found.insert(.tensorFlow)
      case (false, true): found.insert(.theano)
      default: break
      }
    }
    return found == [.theano] ? .theano : .tensorFlow
  }

  /// What the user told and the network or the file has no place for.
  private static func inapplicable(
    _ graph: Graph, _ assignment: LayerAssignment, _ conventions: WeightConventions
  ) -> [String] {
    var lines: [String] = []
    let readsFlattened = graph.layers.contains { node in
      node.layer is Dense && graph.flattenedMap(before: node) != nil
    }
    if let rows = conventions.denseRows, !readsFlattened {
      lines.append(
        "dense rows in \(rows.rawValue): no dense layer of the network reads a flattened map")
    }
    if conventions.runningStd == .deviation {
      let norms = graph.layers.filter { $0.parameters.contains { $0.role == .movingVariance } }
      let ofDeviation = norms.filter { node in
        let index = node.parameters.firstIndex { $0.role == .movingVariance } ?? 0
        return assignment[node.path]?.tensor(.movingVariance, at: index)?.isRunningStd ?? false
      }
      if ofDeviation.isEmpty {
        lines.append("running_std as a standard deviation: the file has no running_std")
      }
      for node in ofDeviation where !node.parameters.contains(where: { $0.role == .gamma }) {
        lines.append("running_std as a standard deviation: \(node.path) has no gamma to carry it")
      }
    }
    return lines
  }
}

extension CheckpointTensor {
  /// Whether it is what Keras 1 called `running_std`; Keras 0 gave it no name.
  fileprivate var isRunningStd: Bool {
    role == nil ? name.hasPrefix("param_") : name.contains("running_std")
  }
}

extension Graph {
  /// The map whose `Flatten` a node reads, directly or through layers that keep the order, and that
  /// order.
  func flattenedMap(before layer: LayerSpan) -> (map: ImageShape, order: DataFormat)? {
    var current = layer
    while let input = layers(before: current).first {
      switch input.layer {
      case let flatten as Flatten:
        guard let map = input.inputs.first.map({ self[$0].shape }), map.rank == 3 else {
          return nil
        }
        return (
          ImageShape(height: map[0], width: map[1], channels: map[2]),
          flatten.readsChannelsFirst ? .channelsFirst : .channelsLast
        )
      case is ReLU, is BatchNormalization: current = input
      default: return nil
      }
    }
    return nil
  }
}

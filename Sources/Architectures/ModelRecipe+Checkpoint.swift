import Binding
public import Checkpoints
import Layers
import Networks
import Tensors

extension ModelRecipe {
  /// The recipe with the filters, classes and image channels that the checkpoint shows.
  ///
  /// They stand in the shapes of the stem's kernel, H·W·channels·filters, and of the head's, whose
  /// last extent is the classes; in a file of Theano's order, in O·I·H·W. What cannot be found stays
  /// as it is, for binding to report.
  public func fitted(
    to checkpoint: Checkpoint, conventions: WeightConventions = .asTheFileTells
  ) -> ModelRecipe {
    guard let (graph, assignment) = assignment(of: checkpoint) else { return self }
    var recipe = self
    if let alpha = alpha(assignment) {
      var scaled = network as? any ScaledNetwork
      scaled?.alpha = alpha
      if let scaled { recipe.network = scaled }
    }
    if let size = inputSize(assignment) { recipe.protocolDefaults.inputSize = size }
    if assignment["stem/conv"] == nil,
      let filters = filters(of: graph, assignment, checkpoint, conventions)
    {
      recipe.residual?.filters = filters
    }
    return recipe.fitted(
      stem: assignment["stem/conv"], head: assignment["head/logits"],
      transposed: isTransposed(assignment["stem/conv"], graph, checkpoint, conventions))
  }

  /// The width of the first stage that most convolutions other than the stem show: each has a fixed
  /// multiple of it as its outputs.
  private func filters(
    of graph: Graph, _ assignment: LayerAssignment, _ checkpoint: Checkpoint,
    _ conventions: WeightConventions
  ) -> Int? {
    guard let own = residual?.filters else { return nil }
    // Without the stem nothing tells the order of a Keras 1 file's kernels but the user.
    let isTransposed = conventions.kernelLayout == .theano
    guard !checkpoint.isOfKerasOne || conventions.kernelLayout != nil else { return nil }
    var votes: [Int: Int] = [:]
    for node in graph.layers {
      guard node.layer is Convolution, node.path != "stem/conv",
        let kernel = assignment[node.path]?.kernelShape, let wanted = node.parameters.first?.shape,
        wanted.rank == 4
      else { continue }
      let (outputs, overflow) = kernel[isTransposed ? 0 : 3].multipliedReportingOverflow(by: own)
      if !overflow, outputs % wanted[3] == 0 { votes[outputs / wanted[3], default: 0] += 1 }
    }
    return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// The published alpha with which most convolution kernels have the widths that the checkpoint shows, the network's own
  /// if it is as good as any; `nil` for a network without one.
  private func alpha(_ assignment: LayerAssignment) -> Double? {
    guard var scaled = network as? any ScaledNetwork else { return nil }
    var best: (alpha: Double, hits: Int)?
    for alpha in [scaled.alpha] + Double.publishedAlphas {
      scaled.alpha = alpha
      var recipe = self
      (recipe.network, recipe.hasHead) = (scaled, true)
      let size = protocolDefaults.inputSize
      guard let graph = try? recipe.graph(height: size, width: size) else { continue }
      let kernels = graph.weightedLayers.filter { $0.parameters.first?.shape.rank == 4 }
      let hits = kernels.count { layer in
        assignment[layer.path]?.kernelShape?.dimensions.suffix(2)
          == layer.parameters.first?.shape.dimensions.suffix(2)
      }
      if hits > best?.hits ?? 0 { best = (alpha, hits) }
      // Image channels and classes may be others than published; all other kernels tell.
      if hits > 0, hits >= kernels.count - 2 { break }
    }
    return best?.alpha
  }

  /// The size of the images whose last map has as many pixels as the first dense layer has rows for them; `nil` where
  /// the network takes images of any size, and where its own size is one of those.
  private func inputSize(_ assignment: LayerAssignment) -> Int? {
    guard hasHead, network is VGG, let rows = assignment["head/fc1"]?.shape(ofRank: 2...2)?[0]
    else { return nil }
    let side = Int(Double(rows / 512).squareRoot().rounded())
    guard side > 0, side * side * 512 == rows, side != protocolDefaults.inputSize / 32 else {
      return nil
    }
    return side * 32
  }

  /// The same for a checkpoint whose names mean nothing: the stem is its first layer with weights,
  /// the head its last.
  public func fittedByOrder(
    to checkpoint: Checkpoint, conventions: WeightConventions = .asTheFileTells
  ) -> ModelRecipe {
    let weighted = checkpoint.layers.filter { !$0.tensors.isEmpty }
    let graph = assignment(of: checkpoint)?.graph
    let transposed =
      graph.map { isTransposed(weighted.first, $0, checkpoint, conventions) } ?? false
    return fitted(stem: weighted.first, head: weighted.last, transposed: transposed)
  }

  /// Whether kernels lie as O·I·H·W: as told, or in Keras 1 as the stem's extents in space tell.
  private func isTransposed(
    _ stem: CheckpointLayer?, _ graph: Graph, _ checkpoint: Checkpoint,
    _ conventions: WeightConventions
  ) -> Bool {
    if let layout = conventions.kernelLayout { return layout == .theano }
    guard checkpoint.isOfKerasOne, let kernel = stem?.kernelShape,
      let node = graph.layers.first(where: { $0.path == "stem/conv" }),
      let convolution = node.layer as? Convolution
    else { return false }
    let extents = convolution.windows.size
    return [kernel[0], kernel[1]] != extents && [kernel[2], kernel[3]] == extents
  }

  private func fitted(
    stem: CheckpointLayer?, head: CheckpointLayer?, transposed: Bool
  ) -> ModelRecipe {
    var fitted = self
    if let stem = stem?.kernelShape {
      fitted.imageChannels = stem[transposed ? 1 : 2]
      fitted.residual?.filters = stem[transposed ? 0 : 3]
    }
    // A head is a dense layer, or a convolution of 1×1.
    if let head = head?.shape(ofRank: 2...4) {
      fitted.network.classes = head[transposed && head.rank == 4 ? 0 : head.rank - 1]
    }
    return fitted
  }

  /// Whether the recipe, once `fitted(to:)` the checkpoint, takes each of its weights and lacks none.
  ///
  /// Conventions leave no trace in names and shapes: two recipes that differ in nothing else both fit.
  public func fits(_ checkpoint: Checkpoint) -> Bool {
    // Most recipes of the catalog are told by the name of one layer, and most others by the number of
    // weights, which neither filters nor classes change.
    guard nameMap.mayFind("stem/conv", in: checkpoint),
      weightCount == checkpoint.layers.reduce(0, { $0 + $1.tensors.count })
    else { return false }
    let fitted = fitted(to: checkpoint)
    let size = fitted.protocolDefaults.inputSize
    return (try? fitted.graph(height: size, width: size))?.binds(to: checkpoint, using: nameMap)
      ?? false
  }

  /// Whether the checkpoint has the network's head, by name.
  ///
  /// A file saved with `include_top=False` has none, and then fits ``withoutHead``.
  public func hasHead(in checkpoint: Checkpoint) -> Bool {
    assignment(of: checkpoint)?.assignment["head/logits"] != nil
  }

  /// The checkpoint's layers by the paths of the network with its head; `nil` for a network that
  /// does not take its own default size.
  private func assignment(
    of checkpoint: Checkpoint
  ) -> (graph: Graph, assignment: LayerAssignment)? {
    var complete = self
    complete.hasHead = true
    let size = protocolDefaults.inputSize
    return (try? complete.graph(height: size, width: size)).map {
      ($0, LayerAssignment($0, checkpoint, nameMap))
    }
  }
}

extension CheckpointLayer {
  /// The shape of its convolution kernel.
  fileprivate var kernelShape: Shape? { shape(ofRank: 4...4) }

  /// The shape of its first tensor of such a rank without an empty extent.
  fileprivate func shape(ofRank ranks: ClosedRange<Int>) -> Shape? {
    tensors.map(\.shape).first {
      ranks.contains($0.rank) && $0.dimensions.allSatisfy { $0 > 0 }
    }
  }
}

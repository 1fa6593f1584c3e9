public import Binding
public import Checkpoints
public import Networks
public import Tensors

/// An architecture with what belongs to it: the names of its weights in a checkpoint, and the
/// images that its published weights expect.
public struct ModelRecipe: Sendable {
  /// The name under which the command knows the model, `resnet50v2`.
  public let name: String
  /// The network.
  public var network: any ResidualNetwork
  /// What a checkpoint calls the network's layers.
  public let nameMap: NameMap
  /// How images become its input, unless the user says otherwise.
  public let protocolDefaults: ImageProtocol
  /// The number of channels of an input image.
  public var imageChannels = 3

  /// The named pipeline, the size and the normalisation that a model expects.
  public struct ImageProtocol: Sendable, Hashable {
    /// The preset's name: `keras-tf`, `preact`.
    public let preset: String
    /// The normalisation's name: `tf`, `caffe`, `torch`, `none`.
    public let normalization: String
    /// Height and width of the input, in pixels.
    public let inputSize: Int
  }

  /// The graph for images of `height` × `width`.
  ///
  /// - Throws: ``GraphError`` when the images are too small for the network.
  public func graph(
    height: Int, width: Int, dataFormat: DataFormat = .channelsLast
  ) throws(GraphError) -> Graph {
    let image = ImageShape(height: height, width: width, channels: imageChannels)
    return try Graph(tracing: network, input: image, dataFormat: dataFormat)
  }

  /// The recipe with the filters, classes and image channels that the checkpoint shows.
  ///
  /// They stand in the shapes of the stem's kernel, H·W·channels·filters, and of the head's,
  /// features·classes. What cannot be found stays as it is, for binding to report.
  public func fitted(to checkpoint: Checkpoint) -> ModelRecipe {
    var fitted = self
    let size = protocolDefaults.inputSize
    guard let graph = try? graph(height: size, width: size) else { return self }
    let assignment = LayerAssignment(graph, checkpoint, nameMap)
    func kernel(_ path: String, rank: Int) -> Shape? {
      assignment[path]?.tensors.map(\.shape).first {
        $0.rank == rank && $0.dimensions.allSatisfy { $0 > 0 }
      }
    }
    if let stem = kernel("stem/conv", rank: 4) {
      fitted.imageChannels = stem[2]
      fitted.network.filters = stem[3]
    }
    if let head = kernel("head/logits", rank: 2) { fitted.network.classes = head[1] }
    return fitted
  }
}

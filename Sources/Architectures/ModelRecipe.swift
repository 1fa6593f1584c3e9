public import Binding
public import Networks
import Synchronization
public import Tensors

/// An architecture with what belongs to it: the names of its weights in a checkpoint, and the
/// images that its published weights expect.
///
/// One network has several recipes where its weights were published in several dialects: other
/// names, and other conventions that no name or shape shows.
public struct ModelRecipe: Sendable {
  /// The name under which the command knows the model, `resnet50v2`.
  public let name: String
  /// Whose names and conventions these are, `slim`; `keras` for those of Keras itself.
  public let dialect: String
  /// The network.
  public var network: any Classifier {
    didSet { weightCounts = WeightCounts() }
  }
  /// What a checkpoint calls the network's layers.
  public var nameMap: NameMap
  /// How images become its input, unless the user says otherwise.
  public var protocolDefaults: ImageProtocol
  /// The number of classes of the published weights; with ``hasBackgroundClass``, background too.
  public let publishedClasses: Int
  /// Whether class 0 of the published weights is "background", so that ImageNet's first is 1.
  public let hasBackgroundClass: Bool
  /// The number of channels of an input image.
  public var imageChannels = 3
  /// Whether the network has its head; without one its result is the pooled features.
  public var hasHead = true
  private var weightCounts = WeightCounts()

  /// The named pipeline, the size and the normalisation that a model expects.
  public struct ImageProtocol: Sendable, Hashable {
    /// The preset's name: `keras-tf`, `preact`.
    public let preset: String
    /// The normalisation's name: `tf`, `caffe`, `torch`, `rgb-means`, `unit`, `none`.
    public let normalization: String
    /// Height and width of the input, in pixels.
    public var inputSize: Int
  }

  init(
    name: String, dialect: String = "keras", network: any Classifier, nameMap: NameMap,
    protocolDefaults: ImageProtocol, hasBackgroundClass: Bool = false
  ) {
    self.name = name
    self.dialect = dialect
    self.network = network
    self.nameMap = nameMap
    self.protocolDefaults = protocolDefaults
    publishedClasses = network.classes
    self.hasBackgroundClass = hasBackgroundClass
  }

  /// The name, and the dialect where it is not Keras's own: `resnet50v2`, `resnet50v2:slim`.
  public var identifier: String { dialect == "keras" ? name : "\(name):\(dialect)" }

  /// The name and the dialect, also where it is Keras's own: `resnet50v2:keras`.
  public var pinnedIdentifier: String { "\(name):\(dialect)" }

  /// The network as a residual one, or `nil` where it is of another kind.
  ///
  /// Setting it replaces ``network``.
  public var residual: (any ResidualNetwork)? {
    get { network as? any ResidualNetwork }
    set { if let newValue { network = newValue } }
  }

  /// What the published model makes of its logits; `nil` for one that ends in them.
  public var publishedActivation: OutputActivation? {
    let endsInLogits = name.hasPrefix("preact-") || ["official", "slim"].contains(dialect)
    return endsInLogits ? nil : OutputActivation(outputs: network.classes)
  }

  /// The same network without its head: image in, pooled features out (`include_top=False`).
  public var withoutHead: ModelRecipe {
    var headless = self
    headless.hasHead = false
    return headless
  }

  /// The graph for images of `height` × `width`.
  ///
  /// - Throws: ``GraphError`` when the images are too small for the network.
  public func graph(
    height: Int, width: Int, dataFormat: DataFormat = .channelsLast
  ) throws(GraphError) -> Graph {
    let image = ImageShape(height: height, width: width, channels: imageChannels)
    guard hasHead else {
      return try Graph(
        tracing: FeatureExtractor(network), input: image, dataFormat: dataFormat)
    }
    return try Graph(tracing: network, input: image, dataFormat: dataFormat)
  }

  /// How many weights the network has; `nil` for one that does not take its own default size.
  ///
  /// Counted once for a network, and for all copies of the recipe that have it still.
  var weightCount: Int? {
    weightCounts.count(hasHead: hasHead) {
      let size = protocolDefaults.inputSize
      return (try? graph(height: size, width: size))?.parameters.count
    }
  }
}

/// The numbers of weights of a network with and without its head, once they were counted.
private final class WeightCounts: Sendable {
  private let counts = Mutex<[Bool: Int?]>([:])

  /// The number that was counted before, or what `counting` gives.
  func count(hasHead: Bool, counting: () -> Int?) -> Int? {
    if let known = counts.withLock({ $0[hasHead] }) { return known }
    // Two that count at once find the same.
    let count = counting()
    counts.withLock { $0[hasHead] = .some(count) }
    return count
  }
}

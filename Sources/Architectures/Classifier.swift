import Layers
public import Networks

/// A network that gives one logit for each class of image.
///
/// Its last layer with weights is its head, at the path `head/logits`; the first convolution is at
/// `stem/conv`. A checkpoint shows the number of classes in the shape of the head, so it need not
/// be typed; see `ModelRecipe.fitted(to:)`.
public protocol Classifier: Block {
  /// The number of classes, which is the number of logits.
  var classes: Int { get set }

  /// Adds all of the network but its head; the result is one row, the mean of each feature map.
  ///
  /// It is what Keras gives for `include_top=False, pooling="avg"`.
  func pooledFeatures(_ image: Signal) -> Signal
}

/// A classifier without its head: an image in, its pooled features out.
public struct FeatureExtractor: Block {
  /// The network whose head is left away.
  public var classifier: any Classifier

  /// Creates the headless form of a network.
  public init(_ classifier: any Classifier) { self.classifier = classifier }

  /// Adds the network after `image`; the result is the row of features that its head would read.
  public func callAsFunction(_ image: Signal) -> Signal { classifier.pooledFeatures(image) }
}

/// The last layer of most classifiers: a dense layer that reads the pooled features.
struct DenseHead: Block {
  var classes: Int

  func callAsFunction(_ features: Signal) -> Signal { features.dense("logits", units: classes) }
}

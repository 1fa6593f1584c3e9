import Layers
public import Networks

/// EfficientNet B0 to B7: one network, wider, deeper and for larger images from one to the next.
///
/// Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, table 1
/// (`keras.applications.EfficientNetB0` … `B7`).
///
/// Input `H × W × C` of pixels from 0 to 255, output `classes` logits. The network scales its images, and normalises
/// them by weights of its own.
public struct EfficientNet: Classifier {
  /// What the widths of B0 are multiplied by, then rounded to a whole number of eights.
  public var width: Double
  /// What the numbers of blocks of B0 are multiplied by, rounded up.
  public var depth: Double
  /// Whether images are divided by the root of ImageNet's deviations, too.
  ///
  /// The weights that Keras publishes were trained so, by an oversight; a network built without these has no such layer,
  /// and nothing in a file of weights tells.
  public var dividesByRootOfDeviation: Bool
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network; the published ones are ``published``.
  public init(
    width: Double, depth: Double, dividesByRootOfDeviation: Bool = true, classes: Int = 1000
  ) {
    self.width = width
    self.depth = depth
    self.dividesByRootOfDeviation = dividesByRootOfDeviation
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    pooledFeatures(image).applying(DenseHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of the last maps.
  public func pooledFeatures(_ image: Signal) -> Signal {
    var x = scaled(image).applying(
      EfficientNetConvolution(filters: rounded(32), kernel: 3, stride: 2), as: "stem")
    for (stage, row) in Self.stages.enumerated() {
      for index in 0..<Int((depth * Double(row.blocks)).rounded(.up)) {
        let block = MobileBottleneck(
          filters: rounded(row.filters), expansion: row.expansion, kernel: row.kernel,
          stride: index == 0 ? row.stride : 1)
        x = x.applying(block, as: "stage\(stage + 1)/block\(index + 1)")
      }
    }
    let last = EfficientNetConvolution(filters: rounded(1280), kernel: 1, stride: 1)
    return x.applying(last, as: "last").globalAveragePool()
  }

  private func scaled(_ image: Signal) -> Signal {
    let normal = image.rescaling(1.0 / 255).normalization("normalization")
    // The deviations are those of three colours.
    guard dividesByRootOfDeviation, image.channels == 3 else { return normal }
    return normal.rescaling(channels: ImageNetColors.deviations.map { 1 / $0.squareRoot() })
  }

  private func rounded(_ filters: Double) -> Int { (filters * width).wholeEights }

  /// The stages of B0: how many blocks, how much wider they are inside, kernel, stride of the first, and width.
  private static let stages:
    [(blocks: Int, expansion: Int, kernel: Int, stride: Int, filters: Double)] = [
      (1, 1, 3, 1, 16), (2, 6, 3, 2, 24), (2, 6, 5, 2, 40), (3, 6, 3, 2, 80), (3, 6, 5, 1, 112),
      (4, 6, 5, 2, 192), (1, 6, 3, 1, 320),
    ]

  /// B0 to B7: factors of width and depth, and the size of the images (`keras.applications`).
  public static let published: [(width: Double, depth: Double, inputSize: Int)] = [
    (1, 1, 224), (1, 1.1, 240), (1.1, 1.2, 260), (1.2, 1.4, 300), (1.4, 1.8, 380), (1.6, 2.2, 456),
    (1.8, 2.6, 528), (2, 3.1, 600),
  ]
}

/// Means and deviations of ImageNet's colours, red first, of pixels from 0 to 1.
enum ImageNetColors {
  static let means = [0.485, 0.456, 0.406]
  static let deviations = [0.229, 0.224, 0.225]
}

import Layers
public import Networks

/// EfficientNetV2 B0 to B3, S, M and L: the first stages' blocks are fused.
///
/// Tan and Le, "EfficientNetV2: Smaller Models and Faster Training", 2021, table 4
/// (`keras.applications.EfficientNetV2B0` … `B3`, `S`, `M`, `L`).
///
/// Input `H × W × C` of pixels from 0 to 255, which the network scales itself; output `classes` logits.
public struct EfficientNetV2: Classifier, PreprocessingNetwork {
  /// Some blocks of one width.
  public struct Stage: Sendable, Hashable {
    /// How many blocks.
    public var blocks: Int
    /// Whether they are fused; the others weigh their channels.
    public var isFused = false
    /// How many times wider they are inside.
    public var expansion = 4
    /// The stride of the first.
    public var stride = 2
    /// Their width.
    public var filters: Double
  }

  /// The stages, first stage first.
  public var stages: [Stage]
  /// What all widths are multiplied by, then rounded to a whole number of eights.
  public var width: Double
  /// What all numbers of blocks are multiplied by, rounded up.
  public var depth: Double
  /// Whether images are normalised by ImageNet's means and deviations; else they are scaled to −1 … 1.
  public var normalizesColors: Bool
  /// Whether it scales its images itself (Keras `include_preprocessing`).
  public var includesPreprocessing = true
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    pooledFeatures(image).applying(DenseHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of the last maps.
  public func pooledFeatures(_ image: Signal) -> Signal {
    // The stem is as wide as the input of the first stage.
    var x = scaled(image).applying(
      EfficientNetConvolution(filters: rounded(stemFilters), kernel: 3, stride: 2), as: "stem")
    for (number, stage) in stages.enumerated() {
      for index in 0..<Int((depth * Double(stage.blocks)).rounded(.up)) {
        let stride = index == 0 ? stage.stride : 1
        let (filters, path) = (rounded(stage.filters), "stage\(number + 1)/block\(index + 1)")
        x =
          if stage.isFused {
            x.applying(
              FusedBottleneck(filters: filters, expansion: stage.expansion, stride: stride),
              as: path)
          } else {
            x.applying(
              MobileBottleneck(
                filters: filters, expansion: stage.expansion, kernel: 3, stride: stride), as: path)
          }
      }
    }
    let last = EfficientNetConvolution(filters: rounded(1280), kernel: 1, stride: 1)
    return x.applying(last, as: "last").globalAveragePool()
  }

  /// The width of the stem: B's first stage is half as wide, that of the others as wide.
  private var stemFilters: Double { normalizesColors ? 32 : stages[0].filters }

  private func scaled(_ image: Signal) -> Signal {
    guard includesPreprocessing else { return image }
    // The means are those of three colours.
    guard normalizesColors, image.channels == 3 else {
      return image.rescaling(1.0 / 128, offset: -1)
    }
    return image.rescaling(1.0 / 255).normalization(
      mean: ImageNetColors.means, variance: ImageNetColors.deviations.map { $0 * $0 })
  }

  private func rounded(_ filters: Double) -> Int { (filters * width).nearestEights }
}

extension EfficientNetV2 {
  /// B0 to B3.
  init(width: Double, depth: Double) {
    self.init(
      stages: Self.base, width: width, depth: depth, normalizesColors: true, classes: 1000)
  }

  /// S, M or L.
  init(_ stages: [Stage]) {
    self.init(stages: stages, width: 1, depth: 1, normalizesColors: false, classes: 1000)
  }

  /// The published networks: each with its name and the size of its images (`keras.applications`).
  public static let published: [(name: String, network: EfficientNetV2, inputSize: Int)] = [
    ("b0", EfficientNetV2(width: 1, depth: 1), 224),
    ("b1", EfficientNetV2(width: 1, depth: 1.1), 240),
    ("b2", EfficientNetV2(width: 1.1, depth: 1.2), 260),
    ("b3", EfficientNetV2(width: 1.2, depth: 1.4), 300),
    ("s", EfficientNetV2(small), 384), ("m", EfficientNetV2(medium), 480),
    ("l", EfficientNetV2(large), 480),
  ]

  private static let base = [
    Stage(blocks: 1, isFused: true, expansion: 1, stride: 1, filters: 16),
    Stage(blocks: 2, isFused: true, filters: 32),
    Stage(blocks: 2, isFused: true, filters: 48),
    Stage(blocks: 3, filters: 96),
    Stage(blocks: 5, expansion: 6, stride: 1, filters: 112),
    Stage(blocks: 8, expansion: 6, filters: 192),
  ]

  private static let small = [
    Stage(blocks: 2, isFused: true, expansion: 1, stride: 1, filters: 24),
    Stage(blocks: 4, isFused: true, filters: 48),
    Stage(blocks: 4, isFused: true, filters: 64),
    Stage(blocks: 6, filters: 128),
    Stage(blocks: 9, expansion: 6, stride: 1, filters: 160),
    Stage(blocks: 15, expansion: 6, filters: 256),
  ]

  private static let medium = [
    Stage(blocks: 3, isFused: true, expansion: 1, stride: 1, filters: 24),
    Stage(blocks: 5, isFused: true, filters: 48),
    Stage(blocks: 5, isFused: true, filters: 80),
    Stage(blocks: 7, filters: 160),
    Stage(blocks: 14, expansion: 6, stride: 1, filters: 176),
    Stage(blocks: 18, expansion: 6, filters: 304),
    Stage(blocks: 5, expansion: 6, stride: 1, filters: 512),
  ]

  private static let large = [
    Stage(blocks: 4, isFused: true, expansion: 1, stride: 1, filters: 32),
    Stage(blocks: 7, isFused: true, filters: 64),
    Stage(blocks: 7, isFused: true, filters: 96),
    Stage(blocks: 10, filters: 192),
    Stage(blocks: 19, expansion: 6, stride: 1, filters: 224),
    Stage(blocks: 25, expansion: 6, filters: 384),
    Stage(blocks: 7, expansion: 6, stride: 1, filters: 640),
  ]
}

import Layers
public import Networks

/// MobileNetV3 Small and Large: inverted residuals, some of which weigh their channels.
///
/// Howard et al., "Searching for MobileNetV3", 2019, tables 1 and 2 (`keras.applications.MobileNetV3Small`,
/// `MobileNetV3Large`).
///
/// Input `H × W × C` of pixels from 0 to 255, which the network scales itself; output `classes` logits. The minimalistic
/// form has 3×3 kernels and ReLUs alone, and weighs no channels.
public struct MobileNetV3: ScaledNetwork, PreprocessingNetwork {
  /// The two networks that were published under this name.
  public enum Size: Sendable, Hashable {
    /// 11 blocks.
    case small
    /// 15 blocks.
    case large
  }

  /// How files of the two generations of Keras write one and the same function.
  public enum HardSwish: Sendable, Hashable {
    /// `hard_silu`, as Keras 3 has it.
    case function
    /// x · (relu6(x + 3) · ⅙), as Keras 2 has it.
    case product
  }

  /// Which of the two.
  public var size: Size
  /// What all widths are multiplied by, then rounded to a whole number of eights.
  public var alpha: Double
  /// Whether it is without all that is slow on simple processors.
  public var isMinimalistic: Bool
  /// How its activation is written.
  public var hardSwish: HardSwish
  /// Whether it scales its images itself (Keras `include_preprocessing`).
  public var includesPreprocessing = true
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network.
  public init(
    _ size: Size, alpha: Double = 1, isMinimalistic: Bool = false,
    hardSwish: HardSwish = .function, classes: Int = 1000
  ) {
    self.size = size
    self.alpha = alpha
    self.isMinimalistic = isMinimalistic
    self.hardSwish = hardSwish
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    featureMap(image).globalAverageMap().applying(
      MobileNetV3Head(
        features: alpha > 1 ? (size.features * alpha).wholeEights : Int(size.features),
        classes: classes, activation: activation), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of the last maps.
  public func pooledFeatures(_ image: Signal) -> Signal { featureMap(image).globalAveragePool() }

  private var activation: MobileActivation {
    isMinimalistic ? .relu : hardSwish == .function ? .hardSilu : .hardSwish
  }

  private func featureMap(_ image: Signal) -> Signal {
    let scaled = includesPreprocessing ? image.rescaling(1 / 127.5, offset: -1) : image
    var x = scaled.applying(
      MobileNetV3Convolution(filters: 16, kernel: 3, stride: 2, activation: activation), as: "stem")
    for (index, row) in size.blocks.enumerated() {
      let block = WeighingResidual(
        expansion: index == 0 ? nil : row.expansion, filters: (row.filters * alpha).wholeEights,
        kernel: isMinimalistic ? 3 : row.kernel, stride: row.stride,
        weighs: row.weighs && !isMinimalistic,
        activation: row.isRectified ? .relu : activation)
      x = x.applying(block, as: index == 0 ? "first" : "block\(index)")
    }
    let last = MobileNetV3Convolution(
      filters: Double(6 * x.channels).wholeEights, kernel: 1, stride: 1, activation: activation)
    return x.applying(last, as: "last")
  }
}

extension MobileNetV3.Size {
  fileprivate typealias Row = (
    expansion: Double, filters: Double, kernel: Int, stride: Int, weighs: Bool, isRectified: Bool
  )

  /// The width of the layer before the logits.
  fileprivate var features: Double { self == .small ? 1024 : 1280 }

  /// The blocks: how much wider each is inside, its width, kernel and stride, whether it weighs its channels, and
  /// whether its function is the ReLU.
  fileprivate var blocks: [Row] {
    switch self {
    case .small:
      [
        (1, 16, 3, 2, true, true), (72.0 / 16, 24, 3, 2, false, true),
        (88.0 / 24, 24, 3, 1, false, true), (4, 40, 5, 2, true, false), (6, 40, 5, 1, true, false),
        (6, 40, 5, 1, true, false), (3, 48, 5, 1, true, false), (3, 48, 5, 1, true, false),
        (6, 96, 5, 2, true, false), (6, 96, 5, 1, true, false), (6, 96, 5, 1, true, false),
      ]
    case .large:
      [
        (1, 16, 3, 1, false, true), (4, 24, 3, 2, false, true), (3, 24, 3, 1, false, true),
        (3, 40, 5, 2, true, true), (3, 40, 5, 1, true, true), (3, 40, 5, 1, true, true),
        (6, 80, 3, 2, false, false), (2.5, 80, 3, 1, false, false), (2.3, 80, 3, 1, false, false),
        (2.3, 80, 3, 1, false, false), (6, 112, 3, 1, true, false), (6, 112, 3, 1, true, false),
        (6, 160, 5, 2, true, false), (6, 160, 5, 1, true, false), (6, 160, 5, 1, true, false),
      ]
    }
  }
}

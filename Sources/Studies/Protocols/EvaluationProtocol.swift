public import Datasets

/// How a published number was measured: from image files to the network's input, and how labels are read.
///
/// What is `nil` is left open, to the model or to whoever runs it.
public struct EvaluationProtocol: Sendable, Equatable {
  /// The name of the pipeline, one of `Preprocessing.presetNames`.
  public var preset: String?
  /// Height and width of the network's input, in pixels.
  public var inputSize: InputSize?
  /// How pixels are interpolated.
  public var interpolation: Interpolation?
  /// How resized pixels are normalised.
  public var normalize: PixelNormalization?
  /// The shorter side before the central crop, in pixels.
  public var minAspectDim: Int?
  /// The side of the central crop, in pixels; without it the crop is of the input's size.
  public var resizeDim: Int?
  /// Whether images are first cropped to the input's aspect, as by Keras's `crop_to_aspect_ratio`.
  public var cropToAspectRatio: Bool?
  /// How labels are read.
  public var labels: Labels?

  /// How labels are read.
  public struct Labels: Sendable, Equatable {
    /// The file of labels.
    public var file: String?
    /// The order of class folders: `code-point`, `natural`, or a file that lists them.
    public var classOrder: String?
    /// The file with the names of the network's classes.
    public var classNames: String?
    /// ImageNet's devkit, or a file of synsets in the order of ILSVRC ids.
    public var synsets: String?
    /// The number that labels give to the network's first class.
    public var firstLabel: Int?
    /// The classes that take part: `present`, or a file of names or numbers.
    public var classMask: String?
    /// Whether the network's class 0 is background.
    public var backgroundClass: Bool?
    /// Whether each class is a question of its own, or of a set of labels any one is right.
    public var multiLabel: Bool?

    /// Creates a reading of labels that leaves everything open.
    public init() {}
  }

  /// The number that labels may begin with, so that they can be counted from it.
  public static let firstLabels = -1_000_000_000...1_000_000_000

  /// Creates a protocol; what is not given is left open.
  public init(
    preset: String? = nil, inputSize: InputSize? = nil, interpolation: Interpolation? = nil,
    normalize: PixelNormalization? = nil, minAspectDim: Int? = nil, resizeDim: Int? = nil,
    cropToAspectRatio: Bool? = nil, labels: Labels? = nil
  ) {
    self.preset = preset
    self.inputSize = inputSize
    self.interpolation = interpolation
    self.normalize = normalize
    self.minAspectDim = minAspectDim
    self.resizeDim = resizeDim
    self.cropToAspectRatio = cropToAspectRatio
    self.labels = labels
  }
}

import Layers
import Networks

/// A classifier all of whose widths are multiplied by one number, which Keras calls alpha.
///
/// A checkpoint shows it in the shapes of its kernels, so it need not be typed; see `ModelRecipe.fitted(to:)`.
public protocol ScaledNetwork: Classifier {
  /// What all widths are multiplied by; 1 for the network as its paper has it.
  var alpha: Double { get set }
}

/// A classifier that scales its images itself, unless it is told not to (Keras `include_preprocessing`).
protocol PreprocessingNetwork: Classifier {
  /// Whether it scales its images itself.
  var includesPreprocessing: Bool { get set }
}

extension PreprocessingNetwork {
  /// The same network on images that are scaled already; no weight tells the two apart.
  var unscaled: Self {
    var network = self
    network.includesPreprocessing = false
    return network
  }
}

extension Double {
  /// The values of alpha that are looked for in a checkpoint: those of which Keras has published weights, and 0.5 and
  /// 1.25 besides.
  static let publishedAlphas = [1, 0.25, 0.35, 0.5, 0.75, 1.25, 1.3, 1.4]

  /// A width as a whole number of eights: the nearest, at least one, and no less than nine tenths of the width
  /// (`_make_divisible` of `keras.applications`).
  var wholeEights: Int {
    let nearest = nearestEights
    return Double(nearest) < 0.9 * self ? nearest + 8 : nearest
  }

  /// The nearest whole number of eights, at least one.
  var nearestEights: Int { Swift.max(8, Int(self + 4) / 8 * 8) }
}

extension Signal {
  /// The number of channels of a map.
  var channels: Int { extents.last ?? 1 }
}

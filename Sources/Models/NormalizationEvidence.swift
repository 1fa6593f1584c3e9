import Architectures
public import Datasets
import Networks
import Tensors
import Verification

/// What a file shows of how its images were normalised in training, where no layer does it and the network is
/// not a published one: hints, of which none is enough to be believed unasked.
public struct NormalizationEvidence: Sendable {
  /// How well images under a normalisation fit the file.
  public struct Fit: Sendable, Hashable {
    /// The normalisation.
    public let normalization: PixelNormalization
    /// How far the statistics that the first batch norm would see are from those in the file: 0 for the same, 1
    /// for something else.
    public let misfit: Double
  }

  /// The published network that this one is but for its classes, and how its authors normalise.
  public let backbone: (name: String, normalization: PixelNormalization)?
  /// The fits of all normalisations, the best first; none without a batch norm or without images.
  public let fits: [Fit]
  /// How many images were looked at.
  public let images: Int

  /// The most images that are looked at.
  static let mostImages = 64
}

extension Model {
  /// Looks for what the file shows of how its images were normalised.
  ///
  /// - Parameters:
  ///   - sources: Images like those of training; up to 64 of them are read, spread over all.
  ///   - preprocessing: Their pipeline, whose normalisation is replaced.
  /// - Throws: ``EngineError``, or what reading a weight throws; images that cannot be read are left out.
  public func normalizationEvidence(
    from sources: [ImageSource], by preprocessing: Preprocessing
  ) throws -> NormalizationEvidence {
    let recipe = ModelRecipe.catalog.first { $0.dialect == "keras" && $0.fits(checkpoint) }
    let backbone = recipe.flatMap { recipe in
      PixelNormalization(rawValue: recipe.protocolDefaults.normalization).map {
        (recipe.identifier, $0)
      }
    }
    let wanted = min(sources.count, NormalizationEvidence.mostImages)
    let chosen = (0..<wanted).map { sources[(2 * $0 + 1) * sources.count / (2 * wanted)] }
    // Of fewer images statistics say nothing.
    guard chosen.count >= StatisticsCheck.fewestImages, let norm = try FirstNorm(of: bound) else {
      return NormalizationEvidence(backbone: backbone, fits: [], images: 0)
    }
    let shape = graph.input
    let fits = try PixelNormalization.allCases.filter { shape.channels == 3 || !$0.needsColour }.map
    {
      let preprocessor = try ImagePreprocessor(
        preprocessing.normalized(by: $0), shape: shape, format: graph.dataFormat)
      let images = chosen.compactMap { try? preprocessor.tensor(of: $0).values }
      guard !images.isEmpty else {
        return NormalizationEvidence.Fit(normalization: $0, misfit: 1)
      }
      let extents = graph[graph.inputs[0].value].shape.dimensions
      return NormalizationEvidence.Fit(
        normalization: $0,
        misfit: try norm.misfit(
          of: Tensor(shape: Shape([images.count] + extents), values: images.flatMap(\.self))))
    }
    return NormalizationEvidence(
      backbone: backbone,
      fits: fits.enumerated().sorted {
        ($0.element.misfit, $0.offset) < ($1.element.misfit, $1.offset)
      }
      .map(\.element), images: chosen.count)
  }
}

import Architectures
import Datasets
import Foundation
import Models
import Networks
import Studies
import Tensors

/// How image files become the network's input, and how their labels are read: the options, and the protocol
/// that they name.
struct ImageSettings {
  private let settings: EvaluationProtocol
  /// Where the protocol came from, if one was named.
  let source: String?

  /// Settings that options and protocol agreed on.
  init(_ settings: EvaluationProtocol, source: String?) {
    self.settings = settings
    self.source = source
  }

  /// How labels are read, as far as a protocol says.
  var labels: EvaluationProtocol.Labels? { settings.labels }

  /// Height and width of the input, as far as the user wrote them.
  var size: InputSize? {
    settings.inputSize ?? settings.resizeDim.map { InputSize(square: $0) }
  }

  /// Height and width of the input: as written, else the model's.
  func size(for defaults: InputDefaults) -> InputSize? { size ?? defaults.size }

  /// Which files of a folder the library of the preset takes as images.
  func extensions(for defaults: InputDefaults) throws -> ImageExtensions {
    try (keptPipeline(of: defaults) ?? preprocessing(defaults, .none)).pipeline.extensions
  }

  /// The pipeline: as written, else the model's.
  ///
  /// - Throws: ``Failure`` of usage where neither the user nor the model says how images are normalised.
  func preprocessing(for defaults: InputDefaults) throws -> Preprocessing {
    if let kept = try keptPipeline(of: defaults) { return kept }
    if defaults.pipeline != nil, settings.normalize == nil {
      throw Failure(
        .usage,
        "\(defaults.name): --preset \(settings.preset ?? "") leaves out the file's own image converter, which "
          + "also scales; --normalize tells how pixels are to be normalised")
    }
    guard
      let normalization = settings.normalize
        ?? defaults.normalization.flatMap(PixelNormalization.init(rawValue:))
    else {
      throw Failure(.usage, "\(defaults.name): \(Self.unknown)")
    }
    return try preprocessing(defaults, normalization)
  }

  /// The pipeline that the file keeps, with what options change of it; `nil` where it keeps none, or another preset is
  /// asked for.
  private func keptPipeline(of defaults: InputDefaults) throws -> Preprocessing? {
    guard var kept = defaults.pipeline, settings.preset == nil || settings.preset == kept.name
    else {
      return nil
    }
    let told = [
      ("--min-aspect-dim", settings.minAspectDim != nil),
      ("--resize-dim", settings.resizeDim != nil),
      ("--crop-to-aspect-ratio", settings.cropToAspectRatio == true),
    ]
    if let (option, _) = told.first(where: \.1) {
      throw Failure(
        .usage, "\(option) is for presets that --preset names, and the file has an image converter")
    }
    if let filter = settings.interpolation { kept = try kept.interpolated(by: filter) }
    return settings.normalize.map { kept.scaledOnly(by: $0) } ?? kept
  }

  private static let unknown =
    "nothing in the file says how its images were normalised; --normalize tells: none (0 … 255), unit "
    + "(0 … 1), tf (−1 … 1), torch (means and deviations), caffe (BGR minus means)"

  /// The pipeline for a network that was read.
  ///
  /// - Parameter sources: The images, which may show how they are to be normalised where nobody says it.
  /// - Throws: ``Failure`` of usage, with what the file's own statistics make likely.
  func preprocessing(for loaded: Model, seeing sources: [ImageSource]) throws -> Preprocessing {
    let defaults = try loaded.imageDefaults()
    guard settings.normalize == nil, defaults.normalization == nil, defaults.pipeline == nil else {
      return try preprocessing(for: defaults)
    }
    let evidence = try loaded.normalizationEvidence(
      from: sources, by: preprocessing(defaults, .none))
    throw Failure(.usage, "\(loaded.file): \(Self.unknown)", details: evidence.lines)
  }

  /// The pipeline for images of a list; none for arrays that are preprocessed already.
  ///
  /// - Throws: ``Failure`` where options tell how to preprocess such arrays, or the network reads others.
  func preprocessing(for loaded: Model, on list: LabeledImages?) throws -> Preprocessing {
    _ = try loaded.imageDefaults()
    guard let list, let shape = list.preparedShape else {
      return try preprocessing(for: loaded, seeing: list?.images.map(\.source) ?? [])
    }
    let told: [(String, Bool)] = [
      ("--preset", settings.preset != nil), ("--normalize", settings.normalize != nil),
      ("--interpolation", settings.interpolation != nil),
      ("--min-aspect-dim", settings.minAspectDim != nil),
      ("--resize-dim", settings.resizeDim != nil),
      ("--crop-to-aspect-ratio", settings.cropToAspectRatio == true),
    ]
    if let (option, _) = told.first(where: \.1) {
      throw Failure(
        .usage,
        "\(option): \(list.directory) holds floats, which go into the network as they are; pixels to be "
          + "preprocessed are uint8")
    }
    let wanted = loaded.graph[loaded.graph.inputs[0].value].shape
    guard shape == wanted else {
      throw Failure(
        .badData, "\(list.directory): arrays of \(shape), but the network reads \(wanted)")
    }
    return .asItIs
  }

  private func preprocessing(
    _ defaults: InputDefaults, _ normalization: PixelNormalization
  ) throws -> Preprocessing {
    let preset = settings.preset ?? defaults.preset
    guard Preprocessing.presetNames.contains(preset) else {
      throw PreprocessingError.unknownPreset(preset)
    }
    if settings.minAspectDim != nil, !Preprocessing.croppingPresets.contains(preset) {
      throw Failure(
        .usage, "--min-aspect-dim is for the presets preact, tf-official and torchvision")
    }
    if settings.resizeDim != nil, !["preact", "tf-official"].contains(preset) {
      throw Failure(.usage, "--resize-dim is for the presets preact and tf-official")
    }
    if settings.cropToAspectRatio == true {
      guard preset == "keras-tf" else {
        throw Failure(.usage, "--crop-to-aspect-ratio is for the preset keras-tf")
      }
      return try Preprocessing(
        .kerasTF(cropToAspectRatio: true), interpolation: settings.interpolation,
        normalization: normalization)
    }
    return try Preprocessing(
      preset: preset, minAspectDim: settings.minAspectDim,
      crop: settings.resizeDim.map { InputSize(square: $0) } ?? size(for: defaults)
        ?? InputSize(square: 224),
      interpolation: settings.interpolation,
      normalization: normalization)
  }
}

extension NormalizationEvidence {
  /// What it makes likely, for the user to decide.
  fileprivate var lines: [String] {
    var lines =
      backbone.map {
        [
          "but for its classes this is \($0.name), whose authors use --normalize \($0.normalization.rawValue)"
        ]
      } ?? []
    if let best = fits.first {
      let figures = fits.map {
        "\($0.normalization.rawValue) \(String(format: "%.2f", $0.misfit))"
      }.joined(separator: ", ")
      // A half of the way to something else is no fit, and as near a second leaves the choice open.
      let isClear =
        best.misfit < 0.5 && fits.dropFirst().allSatisfy { $0.misfit > 1.5 * best.misfit }
      lines.append(
        (isClear
          ? "the first batch norm's statistics fit --normalize \(best.normalization.rawValue)"
          : "the first batch norm's statistics fit no normalisation clearly")
          + " on \(images) of the images (0 fits, 1 does not): \(figures)")
    }
    return lines
  }
}

import Datasets
import Foundation
import Tensors

/// One protocol of a sweep: the pipeline, the input's size, and what it differs in from the start.
struct SweepPoint: Hashable {
  /// A part of a protocol that may be another than the user believes.
  enum Part: String, CaseIterable {
    case preset
    case size
    case crop
    case interpolation
    case normalization = "normalisation"
  }

  /// The preset's name.
  var preset: String
  /// Keras's `crop_to_aspect_ratio`.
  var cropToAspectRatio = false
  /// Height and width of the input.
  var size: InputSize
  /// The part that the crop's longer side is of the shorter side before it, where the preset crops.
  var cropShare: Double
  /// The interpolation; the preset's own, if none is set.
  var interpolation: Interpolation?
  /// What is done to the pixels.
  var normalization: PixelNormalization
  /// What the preset of KerasHub has whose own the pipeline is.
  var converter: ImageConverter?

  /// Where a sweep starts: the protocol that the user believes in.
  init(_ preprocessing: Preprocessing, size: InputSize) {
    preset = preprocessing.name
    self.size = size
    normalization = preprocessing.normalization
    interpolation = preprocessing.interpolation
    if case .kerasTF(let crops) = preprocessing.pipeline { cropToAspectRatio = crops }
    if case .kerasHub(let its) = preprocessing.pipeline { converter = its }
    // Of a pipeline without a crop the share that the others have by themselves.
    let side = preprocessing.pipeline.shorterSide(for: size)
    cropShare = side.map { Double(max(size.height, size.width)) / Double($0) } ?? 0.875
  }

  /// Whether the preset cuts a central part out.
  private var crops: Bool { Preprocessing.croppingPresets.contains(preset) }

  /// The shorter side before the crop.
  private var shorterSide: Int {
    Int((Double(max(size.height, size.width)) / cropShare).rounded())
  }

  /// The pipeline; `nil` where it does not exist.
  var preprocessing: Preprocessing? {
    if cropToAspectRatio {
      return try? Preprocessing(
        .kerasTF(cropToAspectRatio: true), interpolation: interpolation,
        normalization: normalization)
    }
    if let converter {
      return try? Preprocessing(
        .kerasHub(converter), interpolation: interpolation, normalization: normalization)
    }
    return try? Preprocessing(
      preset: preset, minAspectDim: crops ? shorterSide : nil, crop: size,
      interpolation: interpolation, normalization: normalization)
  }

  /// Sizes at which networks are commonly scored.
  private static let sizes = [
    24, 28, 32, 40, 48, 56, 64, 96, 112, 128, 160, 192, 224, 227, 240, 256, 260, 288, 299, 300, 320,
    331, 380, 384, 448, 456, 480, 512, 528, 600,
  ]

  /// Every protocol that differs from this one in a part, each in that part alone.
  ///
  /// - Parameter built: The height and the width that the network takes, where it does not take others.
  func variants(
    of part: Part, channels: Int, built: (height: Int?, width: Int?)? = nil
  ) -> [SweepPoint] {
    var variants: [SweepPoint] = []
    func add(_ change: (inout SweepPoint) -> Void) {
      var point = self
      change(&point)
      // Set or by default, the same interpolation is the same protocol.
      point.interpolation = point.preprocessing?.interpolation
      if point.interpolation != nil, point != self, !variants.contains(point) {
        variants.append(point)
      }
    }
    switch part {
    case .preset:
      for name in Preprocessing.presetNames where name != preset || cropToAspectRatio {
        // With the interpolation that was set, and with the preset's own.
        for filter in [interpolation, nil] {
          add {
            ($0.preset, $0.cropToAspectRatio, $0.interpolation) = (name, false, filter)
            $0.converter = nil
          }
        }
      }
      add { ($0.preset, $0.cropToAspectRatio, $0.converter) = ("keras-tf", true, nil) }
    case .size:
      for other in otherSizes
      where (built?.height ?? other.height, built?.width ?? other.width)
        == (other.height, other.width)
      {
        add { $0.size = other }
      }
    case .crop:
      guard crops else { break }
      for share in [1, 0.95, 0.9, 0.875, 0.8, 0.75] { add { $0.cropShare = share } }
    case .interpolation:
      for filter in Interpolation.allCases { add { $0.interpolation = filter } }
    case .normalization:
      for mode in PixelNormalization.allCases where channels == 3 || !mode.needsColour {
        add { ($0.normalization, $0.converter) = (mode, $0.converter?.resizingOnly) }
      }
    }
    return variants
  }

  /// Sizes near this one and of its shape; of one that is no square also that with height and width mixed up.
  private var otherSizes: [InputSize] {
    let near = Self.sizes.filter {
      Double($0) > 0.7 * Double(size.height) && $0 < size.height * 3 / 2
    }.map { height in
      let width = Double(size.width) * Double(height) / Double(size.height)
      return InputSize(height: height, width: max(1, Int(width.rounded())))
    }
    return size.isSquare
      ? near : [InputSize(height: size.width, width: size.height)] + near
  }

  /// Whether the preset's own constants scale the pixels.
  private var scalesByItself: Bool { converter.map { $0 != $0.resizingOnly } ?? false }

  /// The options that make a command use this protocol.
  var options: String {
    // A preset's own pipeline is what is used where none is asked for.
    var words = converter == nil ? ["--preset \(preset)"] : []
    words.append("--input-size \(size.typed)")
    if cropToAspectRatio { words.append("--crop-to-aspect-ratio") }
    if crops { words.append("--min-aspect-dim \(shorterSide)") }
    if let interpolation { words.append("--interpolation \(interpolation.rawValue)") }
    if !scalesByItself { words.append("--normalize \(normalization.rawValue)") }
    return words.joined(separator: " ")
  }

  /// In which options it differs from the start, as these are typed.
  func changes(from start: SweepPoint) -> String {
    var words: [String] = []
    if preset != start.preset { words.append("--preset \(preset)") }
    if cropToAspectRatio != start.cropToAspectRatio {
      words.append(cropToAspectRatio ? "--crop-to-aspect-ratio" : "no --crop-to-aspect-ratio")
    }
    if size != start.size { words.append("--input-size \(size.typed)") }
    if crops, cropShare != start.cropShare || preset != start.preset {
      words.append("--min-aspect-dim \(shorterSide)")
    }
    if interpolation != start.interpolation {
      words.append("--interpolation \(interpolation?.rawValue ?? "")")
    }
    if normalization != start.normalization || scalesByItself != start.scalesByItself {
      words.append("--normalize \(normalization.rawValue)")
    }
    return words.joined(separator: " ")
  }
}

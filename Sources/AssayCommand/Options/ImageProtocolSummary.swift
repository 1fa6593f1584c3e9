import Datasets

/// A pipeline in one line.
struct ImageProtocolSummary: CustomStringConvertible {
  let preprocessing: Preprocessing
  let size: Int

  init(_ preprocessing: Preprocessing, _ size: Int) {
    self.preprocessing = preprocessing
    self.size = size
  }

  var description: String {
    let geometry =
      switch preprocessing.pipeline {
      case .kerasTF(cropToAspectRatio: false), .kerasPIL: "whole image to \(size)×\(size)"
      case .asItIs: "arrays that are preprocessed already"
      case .kerasTF(cropToAspectRatio: true): "cropped to its aspect, then to \(size)×\(size)"
      case .torchvision, .preact, .tfOfficial:
        "shorter side to \(preprocessing.pipeline.shorterSide(for: size) ?? size), "
          + "central crop \(size)×\(size)"
      }
    return "input \(size)×\(size), preset \(preprocessing.name) (\(geometry), "
      + "\(preprocessing.interpolation.rawValue)), "
      + "normalisation \(preprocessing.normalization.rawValue)"
  }
}

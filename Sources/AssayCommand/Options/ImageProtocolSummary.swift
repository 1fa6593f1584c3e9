import Datasets

/// A pipeline in one line.
struct ImageProtocolSummary: CustomStringConvertible {
  let preprocessing: Preprocessing
  let size: InputSize

  init(_ preprocessing: Preprocessing, _ size: InputSize) {
    self.preprocessing = preprocessing
    self.size = size
  }

  var description: String {
    let geometry =
      switch preprocessing.pipeline {
      case .kerasTF(cropToAspectRatio: false), .kerasPIL: "whole image to \(size)"
      case .kerasHub(let converter):
        (converter.crops
          ? "cropped to its aspect, then to \(size)"
          : converter.pads ? "padded to its aspect, then to \(size)" : "whole image to \(size)")
          + (converter.antialias ? ", filtered" : "")
      case .asItIs: "arrays that are preprocessed already"
      case .kerasTF(cropToAspectRatio: true): "cropped to its aspect, then to \(size)"
      case .torchvision, .preact, .tfOfficial:
        "shorter side to \(preprocessing.pipeline.shorterSide(for: size) ?? size.height), "
          + "central crop \(size)"
      }
    return "input \(size), preset \(preprocessing.name) (\(geometry), "
      + "\(preprocessing.interpolation.rawValue)), "
      + "normalisation \(preprocessing.scaling)"
  }
}

import Datasets
import Studies

/// Protocols as they are typed.
extension ProtocolPoint {
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
  func changes(from start: ProtocolPoint) -> String {
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

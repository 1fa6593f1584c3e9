import Datasets

/// The protocols near one.
extension ProtocolPoint {
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
  ) -> [ProtocolPoint] {
    var variants: [ProtocolPoint] = []
    func add(_ change: (inout ProtocolPoint) -> Void) {
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
}

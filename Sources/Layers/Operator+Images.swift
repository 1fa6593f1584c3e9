import Networks
import Tensors

// Operators of images.
extension OperatorCall {
  static let images: [String: One] = [
    "Resize": { $0.resized() },
    "PadImages": { $0.padded() },
    "CropImages": { $0.cropped() },
  ]

  /// Other extents, rows first; half-pixel centres, no antialiasing.
  private func resized() -> Signal? {
    guard let size = argument(1, "size")?.integers, size.count == 2,
      size.allSatisfy({ (1...1 << 24).contains($0) }),
      argument(nil, "antialias") != .truth(true),
      argument(nil, "fill_mode") ?? .text("constant") == .text("constant")
    else {
      x.fail("Resize to something that is computed, or with antialias")
      return nil
    }
    var method = Resize.Method.bilinear
    if let written = argument(2, "interpolation", "method") {
      guard case .text(let name) = written, let known = Resize.Method(rawValue: name) else {
        x.fail("Resize with a method that is not known")
        return nil
      }
      method = known
    }
    return channelsLast(2) { x in
      var x = x
      if argument(nil, "crop_to_aspect_ratio") == .truth(true) {
        x = x.croppedToAspect(size[0], size[1])
      }
      if argument(nil, "pad_to_aspect_ratio", "preserve_aspect_ratio") == .truth(true) {
        guard its.keywords["preserve_aspect_ratio"] != .truth(true) else { return nil }
        x = x.paddedToAspect(size[0], size[1], number(nil, "fill_value") ?? 0)
      }
      return x.resized(size[0], size[1], method)
    }
  }

  /// How much is added or taken on both sides of an axis: two of both and the extent of the result tell.
  private func edges(
    _ before: OperatorValue?, _ after: OperatorValue?, _ target: OperatorValue?, _ length: Int,
    _ sign: Int
  ) -> Edge? {
    let (first, last) = (before?.integer, after?.integer)
    switch (first, last, target?.integer) {
    case (let first?, let last?, _): return Edge(before: sign * first, after: sign * last)
    case (let first?, nil, let target?):
      return Edge(before: sign * first, after: target - length - sign * first)
    case (nil, let last?, let target?):
      return Edge(before: target - length - sign * last, after: sign * last)
    default: return nil
    }
  }

  private func padded() -> Signal? {
    channelsLast(2) { x in
      guard
        let rows = edges(
          argument(nil, "top_padding"), argument(nil, "bottom_padding"),
          argument(nil, "target_height"), x.extents[0], 1),
        let columns = edges(
          argument(nil, "left_padding"), argument(nil, "right_padding"),
          argument(nil, "target_width"), x.extents[1], 1), x.rank == 3
      else { return nil }
      return x.applying(.pad([rows, columns, .none], .constant(0)))
    }
  }

  private func cropped() -> Signal? {
    channelsLast(2) { x in
      guard
        let rows = edges(
          argument(nil, "top_cropping"), argument(nil, "bottom_cropping"),
          argument(nil, "target_height"), x.extents[0], -1),
        let columns = edges(
          argument(nil, "left_cropping"), argument(nil, "right_cropping"),
          argument(nil, "target_width"), x.extents[1], -1), x.rank == 3
      else { return nil }
      return x.applying(.pad([rows, columns, .none], .constant(0)))
    }
  }
}

package import Tensors

/// Where in a layer the values lie that are beyond the tolerance.
public enum ErrorPattern: Codable, Sendable, Hashable, CustomStringConvertible {
  /// In all but a few channels, all over the map.
  case everywhere
  /// Within this many rows and columns from the border, and nowhere else.
  case borders(width: Int)
  /// In these channels only.
  case channels([Int])
  /// In these images only.
  case images([Int])
  /// In too few places for a pattern.
  case scattered(count: Int)

  /// Finds the pattern of the places at which `isBad` holds, in values of `shape`.
  ///
  /// - Returns: `nil` if it holds nowhere.
  package init?(of shape: Shape, where isBad: (Int) -> Bool) {
    let extents = shape.dimensions
    let isMap = extents.count == 4
    let channels = extents.last ?? 1
    let (height, width) = isMap ? (extents[1], extents[2]) : (1, 1)
    var count = 0
    var inChannel = [Int](repeating: 0, count: channels)
    var inImage = [Int](repeating: 0, count: shape.rank > 0 ? extents[0] : 1)
    var depth = 0
    for index in 0..<shape.elementCount where isBad(index) {
      count += 1
      let pixel = index / channels
      let (x, y) = (pixel % width, pixel / width % height)
      inChannel[index % channels] += 1
      inImage[pixel / (width * height)] += 1
      depth = max(depth, min(x, y, width - 1 - x, height - 1 - y) + 1)
    }
    guard count > 0 else { return nil }
    let badChannels = inChannel.indices.filter { inChannel[$0] > 0 }
    let badImages = inImage.indices.filter { inImage[$0] > 0 }
    if badImages.count < inImage.count {
      self = .images(badImages)
    } else if isMap, depth * 4 <= min(height, width), count >= 8 {
      // A rim that leaves at least half of the map's width untouched.
      self = .borders(width: depth)
    } else if badChannels.count * 4 <= channels {
      self = count < 8 && isMap ? .scattered(count: count) : .channels(badChannels)
    } else if count < max(8, shape.elementCount / 1000) {
      self = .scattered(count: count)
    } else {
      self = .everywhere
    }
  }

  /// The pattern in words.
  public var description: String {
    switch self {
    case .everywhere: "everywhere"
    case .borders(let width): "within \(width) of the borders only"
    case .channels(let channels): "in \(Self.list("channel", channels)) only"
    case .images(let images): "in \(Self.list("image", images)) only"
    case .scattered(let count): count == 1 ? "in 1 place" : "in \(count) places"
    }
  }

  private static func list(_ noun: String, _ numbers: [Int]) -> String {
    let shown = numbers.prefix(6).map(String.init).joined(separator: ", ")
    return (numbers.count == 1 ? noun : "\(numbers.count) \(noun)s:") + " " + shown
      + (numbers.count > 6 ? " …" : "")
  }
}

import Records
import Wire

/// How a feature of a record holds an image.
enum RecordPixels: Hashable, Sendable {
  /// As a file's bytes, or as pixels of extents that stand beside them: what is there tells.
  case found
  /// As pixels of these extents, `nil` where they stand beside them; written as numbers or as bytes.
  case tensor(TensorPixels)

  /// The image in an example.
  ///
  /// - Throws: ``ImageError`` where there is none.
  func contents(
    of example: Example, key: String
  ) throws(ImageError) -> ImageSource.Contents {
    do throws(FormatFault) {
      switch self {
      case .found: return try Self.found(example, key)
      case .tensor(let tensor): return try .decoded(tensor.image(of: example, key: key))
      }
    } catch {
      throw ImageError(.damaged, error.detail)
    }
  }

  private static func found(
    _ example: Example, _ key: String
  ) throws(FormatFault) -> ImageSource.Contents {
    guard let feature = example.features[key], let kind = feature.kind else {
      throw FormatFault("no image: the feature '\(key)' is not there, or empty")
    }
    let extents = PixelExtents(beside: key, in: example)
    switch kind {
    case .floats:
      throw FormatFault(
        "the image '\(key)' is a float_list; expected an image file, or pixels of uint8")
    case .integers:
      guard let extents else {
        throw FormatFault("the image '\(key)' is pixels, and no feature tells height and width")
      }
      return .decoded(try extents.image(feature.pixels(count: extents.count, key)))
    case .bytes:
      let values = try feature.values(atMost: 2)
      guard values.count == 1, case .bytes(let bytes) = values[0] else {
        throw FormatFault("\(values.count == 0 ? "no image" : "several images") in '\(key)'")
      }
      let whole = Array(bytes)
      // Weak marks as BMP's two letters may be pixels; extents that fit to the byte are no chance.
      if let extents, extents.count == whole.count,
        (try? ImageHeader(whole, rules: .tensorFlow)) == nil
      {
        return .decoded(try extents.image(whole))
      }
      return .encoded(whole)
    }
  }
}

/// Rows, columns and channels of pixels that lie one after the other.
struct PixelExtents: Hashable, Sendable {
  let height: Int
  let width: Int
  let channels: Int

  /// The longest side of an image.
  private static let longest = 1 << 16

  /// `nil` for what no image has.
  init?(height: Int, width: Int, channels: Int) {
    guard (1...Self.longest).contains(height), (1...Self.longest).contains(width),
      channels == 1 || channels == 3,
      // As many as the largest image has.
      height * width * channels <= MemoryBudget.files.byteCount
    else { return nil }
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Those that stand beside an image: `height`, `width` and perhaps `depth` or `channels`, under the image's
  /// own prefix or none.
  init?(beside key: String, in example: Example) {
    let prefix = key.lastIndex(of: "/").map { String(key[...$0]) } ?? ""
    func number(_ names: [String]) -> Int? {
      for name in names.flatMap({ [prefix + $0, $0, "image/" + $0] }) {
        if case .integer(let value)? = try? example.features[name]?.values(atMost: 1).first {
          return Int(exactly: value)
        }
      }
      return nil
    }
    guard let height = number(["height", "rows"]), let width = number(["width", "cols", "columns"])
    else { return nil }
    self.init(
      height: height, width: width, channels: number(["depth", "channels", "channel"]) ?? 3)
  }

  /// How many values they are.
  var count: Int { height * width * channels }

  /// The image of so many pixels.
  func image(_ pixels: [UInt8]) throws(FormatFault) -> DecodedImage {
    guard pixels.count == count else {
      throw FormatFault(
        "\(pixels.count) bytes of pixels, but \(height)×\(width)×\(channels) are \(count)")
    }
    return DecodedImage(width: width, height: height, channels: channels, pixels: pixels)
  }
}

extension Feature {
  /// The values of a list of numbers as bytes: exactly `count`, each of 0 to 255.
  func pixels(count: Int, _ key: String) throws(FormatFault) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(min(count, 1 << 20))
    try each { value throws(FormatFault) in
      guard case .integer(let number) = value, let byte = UInt8(exactly: number) else {
        throw FormatFault("the image '\(key)' holds a value that is no pixel of 0 to 255")
      }
      guard pixels.count < count else {
        throw FormatFault("the image '\(key)' holds more than the \(count) values of its extents")
      }
      pixels.append(byte)
    }
    return pixels
  }
}

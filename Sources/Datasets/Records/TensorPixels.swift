import Archives
import Records
import Wire

/// An image that TensorFlow Datasets wrote as a tensor of uint8.
struct TensorPixels: Hashable, Sendable {
  /// How its values are written.
  enum Encoding: Hashable, Sendable {
    /// An int64_list of every value.
    case numbers
    /// The values' bytes.
    case bytes
    /// The same, compressed.
    case zlib
  }

  /// Rows, columns and channels; `nil` where each example has its own, as `<key>/shape` beside `<key>/value`.
  let extents: PixelExtents?
  let encoding: Encoding

  /// The image in an example.
  func image(of example: Example, key: String) throws(FormatFault) -> DecodedImage {
    let found = if let extents { extents } else { try own(example, key) }
    guard let extents = found else {
      throw FormatFault("the extents '\(key)/shape' are those of no image")
    }
    let key = self.extents == nil ? "\(key)/value" : key
    guard let feature = example.features[key], let kind = feature.kind else {
      throw FormatFault("no image: the feature '\(key)' is not there, or empty")
    }
    if encoding == .numbers {
      guard kind == .integers else {
        throw FormatFault("the image '\(key)' is a \(kind.name), but features.json says integers")
      }
      return try extents.image(feature.pixels(count: extents.count, key))
    }
    guard case .bytes(let bytes)? = try feature.values(atMost: 1).first else {
      throw FormatFault("the image '\(key)' is a \(kind.name), but features.json says bytes")
    }
    guard encoding == .zlib else { return try extents.image(Array(bytes)) }
    guard let pixels = Inflater.zlib(bytes, limit: extents.count) else {
      throw FormatFault("the zlib stream in '\(key)' is damaged, or longer than its extents")
    }
    return try extents.image(pixels)
  }

  private func own(_ example: Example, _ key: String) throws(FormatFault) -> PixelExtents? {
    let values = try example.features["\(key)/shape"]?.values(atMost: 4) ?? []
    let numbers = values.compactMap { value in
      if case .integer(let number) = value { Int(exactly: number) } else { nil }
    }
    guard numbers.count == 3, values.count == 3 else { return nil }
    return PixelExtents(height: numbers[0], width: numbers[1], channels: numbers[2])
  }
}

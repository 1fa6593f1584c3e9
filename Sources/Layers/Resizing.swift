package import JSON
public import Networks
public import Tensors

/// A map of other extents (Keras `Resizing`).
///
/// Input `H × W × C`, output `height × width × C`. Half-pixel centres, no antialiasing.
public struct Resizing: Layer {
  /// The rows of the result.
  public var height: Int
  /// The columns of the result.
  public var width: Int
  /// How values are made.
  public var method: Resize.Method
  /// Whether the map is first cropped to the result's aspect.
  public var cropsToAspectRatio: Bool
  /// Whether it is first padded to the result's aspect, and with what.
  public var padding: Float?
  /// Where the channels are.
  public var dataFormat: DataFormat

  /// `Resizing`.
  public var kerasClass: String { "Resizing" }

  /// Adds the resize, rows first.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [
      inputs[0].inChannelsLast(dataFormat, rank: 2) { x in
        var x = x
        if cropsToAspectRatio { x = x.croppedToAspect(height, width) }
        if let padding { x = x.paddedToAspect(height, width, padding) }
        return x.resized(height, width, method)
      }
    ]
  }
}

extension Signal {
  /// The last axes but one at other extents.
  func resized(_ height: Int, _ width: Int, _ method: Resize.Method) -> Signal {
    guard rank > 2 else { return self }
    return applying(.resize(Resize(axis: rank - 3, size: height, method: method)))
      .applying(.resize(Resize(axis: rank - 2, size: width, method: method)))
  }

  /// The middle of a map, of the aspect of `height` to `width`.
  func croppedToAspect(_ height: Int, _ width: Int) -> Signal {
    guard rank > 2, height > 0, width > 0 else { return self }
    let (rows, columns) = (extents[rank - 3], extents[rank - 2])
    let wanted = (
      min(rows, Int((Float(columns * height) / Float(width)).rounded(.down))),
      min(columns, Int((Float(rows * width) / Float(height)).rounded(.down)))
    )
    let size = (max(wanted.0, 1), max(wanted.1, 1))
    return cropped(
      top: (rows - size.0) / 2, left: (columns - size.1) / 2, height: size.0, width: size.1)
  }

  /// A map in the middle of a constant, of the aspect of `height` to `width`.
  func paddedToAspect(_ height: Int, _ width: Int, _ value: Float) -> Signal {
    guard rank > 2, height > 0, width > 0 else { return self }
    let (rows, columns) = (extents[rank - 3], extents[rank - 2])
    let size = (
      max(rows, Int((Float(columns * height) / Float(width)).rounded(.down))),
      max(columns, Int((Float(rows * width) / Float(height)).rounded(.down)))
    )
    let (top, left) = ((size.0 - rows) / 2, (size.1 - columns) / 2)
    let edges = [
      Edge(before: top, after: size.0 - rows - top),
      Edge(before: left, after: size.1 - columns - left), .none,
    ]
    return applying(
      .pad(Array(repeating: .none, count: rank - 3) + edges, .constant(value)))
  }

  /// A part of a map.
  func cropped(top: Int, left: Int, height: Int, width: Int) -> Signal {
    guard rank > 2 else { return self }
    let outer = extents.dropLast(3).map { Slice(start: 0, count: $0) }
    return applying(
      .slice(
        outer + [
          Slice(start: top, count: height), Slice(start: left, count: width),
          Slice(start: 0, count: extents[rank - 1]),
        ]))
  }
}

extension Resizing {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    height = try settings.count("height")
    width = try settings.count("width")
    let name = try settings.text("interpolation") ?? "bilinear"
    guard let method = Resize.Method(rawValue: name) else {
      throw LayerError("has interpolation \(name.debugDescription)")
    }
    self.method = method
    cropsToAspectRatio = try settings.truth("crop_to_aspect_ratio") ?? false
    if let mode = try settings.text("fill_mode"), mode != "constant" {
      throw LayerError("has fill_mode \(mode.debugDescription)")
    }
    let fill = try settings.number("fill_value") ?? 0
    padding = try settings.truth("pad_to_aspect_ratio") == true ? fill : nil
    if try settings.truth("antialias") == true { throw LayerError("has antialias true") }
    dataFormat = try settings.dataFormat()
  }
}

/// The middle of a map (Keras `CenterCrop`; `RandomCrop` in use).
///
/// A map that is smaller is resized to the result's extents, cropped to their aspect first; RandomCrop does so
/// always.
public struct CenterCrop: Layer {
  /// The class that Keras writes.
  public var kerasClass: String
  /// The rows of the result.
  public var height: Int
  /// The columns of the result.
  public var width: Int
  /// Where the channels are.
  public var dataFormat: DataFormat

  /// Adds the crop.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [
      inputs[0].inChannelsLast(dataFormat, rank: 2) { x in
        let (rows, columns) = (x.extents[x.rank - 3], x.extents[x.rank - 2])
        guard kerasClass == "CenterCrop", rows >= height, columns >= width else {
          return x.croppedToAspect(height, width).resized(height, width, .bilinear)
        }
        return x.cropped(
          top: (rows - height) / 2, left: (columns - width) / 2, height: height, width: width)
      }
    ]
  }

  init(_ settings: inout SettingsReader) throws(LayerError) {
    kerasClass = settings.className
    settings.pass("rng_type")
    height = try settings.count("height")
    width = try settings.count("width")
    dataFormat = try settings.dataFormat()
  }
}

/// A map of several times the extents (Keras `UpSampling1D`, `UpSampling2D`, `UpSampling3D`).
public struct UpSampling: Layer {
  /// How many times, for each axis of space.
  public var factors: [Int]
  /// How values are made.
  public var method: Resize.Method
  /// Where the channels are.
  public var dataFormat: DataFormat

  /// `UpSampling2D`, by the number of axes.
  public var kerasClass: String { "UpSampling\(factors.count)D" }

  /// Adds the resize, axis by axis.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [
      inputs[0].inChannelsLast(dataFormat, rank: factors.count) { x in
        factors.enumerated().reduce(x) { x, factor in
          let axis = x.rank - 1 - factors.count + factor.offset
          let size = x.extents[axis] * factor.element
          return x.applying(.resize(Resize(axis: axis, size: size, method: method)))
        }
      }
    ]
  }

  init(_ settings: inout SettingsReader, rank: Int) throws(LayerError) {
    // Keras 1 called it so over one axis.
    var factors = try settings.extents("length", rank: rank)
    if factors == nil { factors = try settings.extents("size", rank: rank) }
    self.factors = factors ?? Array(repeating: 2, count: rank)
    let name = try settings.text("interpolation") ?? "nearest"
    guard let method = Resize.Method(rawValue: name) else {
      throw LayerError("has interpolation \(name.debugDescription)")
    }
    self.method = method
    dataFormat = try settings.dataFormat()
  }
}

extension UpSampling: CommonLayer {
  package var settings: [String: JSONTree]? {
    switch factors.count {
    case 2:
      [
        "size": .integers(factors), "interpolation": .string(method.rawValue),
        "data_format": dataFormat.setting,
      ]
    case 1 where method == .nearest: ["size": .integer(factors[0])]
    default: nil
    }
  }
}

// How a config has them, the other way around.
extension Resizing: CommonLayer {
  package var settings: [String: JSONTree]? {
    // Keras 2 neither pads nor has a data_format of its own.
    guard padding == nil, dataFormat == .channelsLast else { return nil }
    return [
      "height": .integer(height), "width": .integer(width),
      "interpolation": .string(method.rawValue), "crop_to_aspect_ratio": .truth(cropsToAspectRatio),
    ]
  }
}

extension CenterCrop: CommonLayer {
  package var settings: [String: JSONTree]? {
    // Keras 3 gives RandomCrop's images back as they are.
    guard kerasClass == "CenterCrop", dataFormat == .channelsLast else { return nil }
    return ["height": .integer(height), "width": .integer(width)]
  }
}

import JSON
import KerasConfigs

/// How a preset makes a network's input of an image (`keras_hub.layers.ImageConverter`): resized, times `scale`, plus
/// `offset`.
package struct PresetConverter: Sendable, Hashable {
  /// Rows and columns of the result.
  package let (height, width): (Int, Int)
  /// `bilinear`, `nearest` or `bicubic`.
  package let interpolation: String
  /// Whether the image is filtered before it is made smaller.
  package let antialias: Bool
  /// Whether the image is first cropped to the aspect of the result.
  package let crops: Bool
  /// Whether zeros are first put around the image to its aspect.
  package let pads: Bool
  /// A factor for all channels, or one for each; empty for none.
  package let scale: [Double]
  /// What is added to all channels, or to each; empty for nothing.
  package let offset: [Double]

  /// Reads the converter of a preprocessor's config; `nil` where a task has none.
  init?(preprocessor value: JSONValue?, in file: String) throws(PresetError) {
    guard let value, !value.isNull else { return nil }
    let (name, config) = try Preset.hubClass(value, in: file)
    guard name.hasSuffix("ImageClassifierPreprocessor") else {
      throw PresetError("\(name) in \(file) is no preprocessor of images that Assay knows")
    }
    var arguments = try PresetArguments(name, config, in: file)
    arguments.pass("config_file")
    guard let converter = arguments.value("image_converter") else {
      try arguments.finish()
      return nil
    }
    try arguments.finish()
    self = try Self(converter, in: file)
  }

  init(_ value: JSONValue, in file: String) throws(PresetError) {
    let (name, config) = try Preset.hubClass(value, in: file)
    guard name.hasSuffix("ImageConverter") else {
      throw PresetError("\(name) in \(file) is no image converter that Assay knows")
    }
    var arguments = try PresetArguments(name, config, in: file)
    guard arguments.value("image_size") != nil else {
      throw arguments.error("has no image_size, so that images go in as large as they are")
    }
    let size = try arguments.integers("image_size", in: 1...1 << 14)
    guard size.count == 2 else { throw arguments.odd("image_size") }
    (height, width) = (size[0], size[1])
    interpolation = try arguments.text(
      "interpolation", among: ["bilinear", "nearest", "bicubic"], "bilinear")
    antialias = try arguments.truth("antialias", false)
    crops = try arguments.truth("crop_to_aspect_ratio", true)
    pads = try arguments.truth("pad_to_aspect_ratio", false)
    guard !crops || !pads else { throw arguments.error("both crops and pads to the aspect ratio") }
    scale = try Self.numbers("scale", &arguments)
    offset = try Self.numbers("offset", &arguments)
    // Only a scale makes floats of what was resized.
    guard !scale.isEmpty || offset.isEmpty || pads else {
      throw arguments.error("has an offset and no scale, which KerasHub adds to uint8 modulo 256")
    }
    arguments.pass("bounding_box_format")
    try arguments.finish()
  }

  /// A number, or one for each of three channels; none where nothing is written.
  private static func numbers(
    _ name: String, _ arguments: inout PresetArguments
  ) throws(PresetError) -> [Double] {
    guard let value = arguments.value(name) else { return [] }
    if value.number != nil { return [try arguments.number(name)] }
    let numbers = try arguments.numbers(name)
    guard numbers.count == 1 || numbers.count == 3 else { throw arguments.odd(name) }
    return numbers
  }
}

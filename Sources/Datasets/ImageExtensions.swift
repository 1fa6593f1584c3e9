/// Which files of a folder are images, by their extension in any case: each pipeline's own rule.
public enum ImageExtensions: String, Sendable, Hashable, CaseIterable {
  /// Keras's `image_dataset_from_directory`, its `ALLOWLIST_FORMATS`: `.bmp .gif .jpeg .jpg .png`.
  case keras
  /// Keras's `ImageDataGenerator.flow_from_directory`, its `white_list_formats`:
  /// `.bmp .jpeg .jpg .png .ppm .tif .tiff`.
  case kerasGenerator
  /// torchvision's `ImageFolder`, its `IMG_EXTENSIONS`:
  /// `.bmp .jpeg .jpg .pgm .png .ppm .tif .tiff .webp`.
  case torchvision
  /// What TensorFlow decodes: `.bmp .gif .jpeg .jpg .png .webp`.
  case all

  /// Whether a file of this name is an image.
  package func contain(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    Self.ends(name, in: suffixes)
  }

  /// Whether a name is that of an image to anybody, decoded here or not.
  static func isImageName(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    ends(name, in: anybody)
  }

  /// The extensions, with their dots.
  package var suffixes: [[UInt8]] {
    switch self {
    case .keras: Self.ofKeras
    case .kerasGenerator: Self.ofKerasGenerator
    case .torchvision: Self.ofTorchvision
    case .all: Self.ofAll
    }
  }

  /// `.bmp, .gif or .png`.
  var listed: String {
    let names = suffixes.map { String(decoding: $0, as: UTF8.self) }
    return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }

  /// Whose rule it is, for people.
  var owner: String {
    switch self {
    case .keras: "Keras's image_dataset_from_directory"
    case .kerasGenerator: "Keras's flow_from_directory"
    case .torchvision: "torchvision's ImageFolder"
    case .all: "assay"
    }
  }

  private static func ends(
    _ name: some BidirectionalCollection<UInt8>, in suffixes: [[UInt8]]
  ) -> Bool {
    suffixes.contains { suffix in
      name.count >= suffix.count
        && zip(name.suffix(suffix.count), suffix).allSatisfy { lowercased($0) == $1 }
    }
  }

  private static let ofKeras = bytes(".bmp", ".gif", ".jpeg", ".jpg", ".png")
  private static let ofKerasGenerator = bytes(
    ".bmp", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff")
  private static let ofTorchvision = bytes(
    ".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
  private static let ofAll = ofKeras + bytes(".webp")
  private static let anybody =
    ofAll
    + bytes(
      ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm", ".jfif", ".avif", ".heic", ".heif", ".jp2",
      ".jpe", ".ico", ".tga", ".svg")

  private static func bytes(_ suffixes: String...) -> [[UInt8]] { suffixes.map { Array($0.utf8) } }

  /// ASCII in lower case.
  static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}

extension Preprocessing.Pipeline {
  /// Which files the library whose pipeline it is takes as images; all that are decoded here, where it
  /// prescribes no listing.
  public var extensions: ImageExtensions {
    switch self {
    case .kerasTF, .kerasHub: .keras
    case .kerasPIL: .kerasGenerator
    case .torchvision: .torchvision
    case .preact, .tfOfficial, .asItIs: .all
    }
  }
}

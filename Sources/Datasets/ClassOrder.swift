/// In which order the folders of a folder per class are the classes 0, 1, 2, ….
public enum ClassOrder: Sendable, Hashable {
  /// By code point, as Keras and torchvision; a class without images keeps its index.
  case codePoint
  /// By timm's `natural_key`: `2` before `10`, whatever the case. As in timm a class without images
  /// has no index, and the images too are in the natural order of their paths.
  case natural
  /// As given: a folder that is not listed is an error, a listed class without folder keeps its index.
  case given([String])
}

/// Which files of a folder are images, by their extension in any case.
public enum ImageExtensions: String, Sendable, Hashable, CaseIterable {
  /// Keras's `ALLOWLIST_FORMATS`: `.bmp .gif .jpeg .jpg .png`.
  case keras
  /// These and `.webp`.
  case all

  /// Whether a file of this name is an image.
  package func contain(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    suffixes.contains { suffix in
      name.count >= suffix.count
        && zip(name.suffix(suffix.count), suffix).allSatisfy { Self.lowercased($0) == $1 }
    }
  }

  private var suffixes: [[UInt8]] { self == .keras ? Self.ofKeras : Self.ofAll }

  private static let ofKeras = [".bmp", ".gif", ".jpeg", ".jpg", ".png"].map { Array($0.utf8) }
  private static let ofAll = ofKeras + [Array(".webp".utf8)]

  /// ASCII in lower case.
  static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}

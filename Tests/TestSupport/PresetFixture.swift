import Archives
import Foundation
public import Tensors

/// A preset of KerasHub with its images and what KerasHub makes of them (`Tools/fixtures/presets.py`), unpacked into a
/// folder of its own.
public final class PresetFixture {
  private let scratch: ScratchFolder
  private let archive: ZipArchive
  private let name: String

  /// The archives' names.
  public static let names = [
    "cspnet", "cspnet-dark", "cspnet3", "deit", "deit-gap", "deit-heads", "densenet",
    "densenet-max", "densenet-wide", "efficientnet", "efficientnet-lite", "efficientnet-v2",
    "mobilenet", "mobilenet-plain", "mobilenet-v2", "resnet-basic", "resnet-bottleneck",
    "resnet-v2", "resnet-v2-basic", "resnet-vd", "resnet-vd-basic", "vgg", "vgg-convolved",
    "vgg-max", "vit", "vit-deep", "vit-gap", "xception", "xception-fixed", "xception-max",
  ]
  /// Those that have the same weights without the layers' names, too.
  public static let nameless = [
    "cspnet", "deit", "efficientnet-v2", "mobilenet", "resnet-vd", "vgg", "vit-gap",
  ]
  /// Those that were saved as a `.keras` archive, too.
  public static let archived = ["resnet-basic", "vgg", "vit"]

  /// Unpacks a preset; `isNameless` takes the weights as Keras before 3.6 wrote them.
  public init(_ name: String, isNameless: Bool = false) throws {
    self.name = name
    scratch = try ScratchFolder()
    archive = try ZipArchive(reading: Fixtures.path("presets/\(name).zip"))
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    for entry in archive.entries {
      var file = String(entry.name.dropFirst(name.count + 1))
      if file.hasPrefix("nameless-") {
        guard isNameless else { continue }
        file.removeFirst("nameless-".count)
      } else if isNameless, file.hasSuffix(".weights.h5") {
        continue
      }
      // What is no part of a preset lies beside it.
      let isBeside = file.hasSuffix(".npy") || file.hasSuffix(".keras")
      let path = isBeside ? scratch.path(file) : "\(folder)/\(file)"
      try Data(archive.content(of: entry, limit: 1 << 24)).write(to: URL(fileURLWithPath: path))
    }
  }

  /// The preset.
  public var folder: String { scratch.path("preset") }

  /// The path of a file in it.
  public func path(_ file: String) -> String { "\(folder)/\(file)" }

  /// The same task as a `.keras` archive.
  public var keras: String { scratch.path("task.keras") }

  /// The path of what KerasHub made: `images`, `input` or `logits`.
  public func array(_ name: String) -> String { scratch.path("\(name).npy") }

  /// The images, N·H·W·C.
  public func images() throws -> (shape: Shape, pixels: [UInt8]) {
    let array = try NumPyArray(reading: array("images"))
    return (array.shape, array.bytes ?? [])
  }

  /// Replaces a text in one of the preset's files, wherever it stands there.
  public func replace(_ text: String, by other: String, in file: String) throws {
    let url = URL(fileURLWithPath: path(file))
    let content = try String(contentsOf: url, encoding: .utf8)
    struct Absent: Error { let text: String }
    guard content.contains(text) else { throw Absent(text: "\(file) has no \(text)") }
    try content.replacing(text, with: other).write(to: url, atomically: true, encoding: .utf8)
  }

  /// Removes one of the preset's files.
  public func remove(_ file: String) throws {
    try FileManager.default.removeItem(atPath: path(file))
  }
}

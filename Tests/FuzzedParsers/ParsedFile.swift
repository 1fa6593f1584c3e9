import Archives
import Checkpoints
import Foundation
import Tensors

/// Parsers that read from files: each input becomes one, under the same name.
enum ParsedFile {
  /// A member of more bytes is not read: that would only try zlib's speed.
  private static let largestMember = 8 << 20

  static func zip(_ bytes: [UInt8]) throws {
    let file = try ScratchFile(bytes)
    let archive = try ZipArchive(reading: file.path)
    // All of them, whatever is wrong with one.
    let results = archive.entries.filter { $0.size <= largestMember }.map { entry in
      Result {
        try archive.verify(entry)
        let content = try archive.content(of: entry, limit: largestMember)
        precondition(content.count == entry.size, "\(content.count) bytes for \(entry.size)")
      }
    }
    for result in results { try result.get() }
  }

  static func npz(_ bytes: [UInt8]) throws {
    let file = try ScratchFile(bytes)
    let archive = try NumPyArchive(file.path)
    let results = archive.names.map { name in
      Result {
        // What a header claims must lie in the member, which the directory bounds.
        guard try archive.header(name).elementCount <= largestMember else { return }
        _ = try archive.tensor(name)
      }
    }
    for result in results { try result.get() }
  }

  static func safetensors(_ bytes: [UInt8]) throws {
    let file = try ScratchFile(bytes)
    for result in reading(try Checkpoint(safetensors: file.path)) { try result.get() }
  }

  static func shards(_ bytes: [UInt8]) throws {
    let file = try ScratchFile(bytes, suffix: ".weights.json")
    try CheckpointParsers.shardIndex(file.path)
  }

  static func latest(_ bytes: [UInt8]) throws {
    let file = try ScratchFile(bytes)
    try CheckpointParsers.latestCheckpoint(file.path)
  }

  /// No value is right, because the data file holds nothing but zeros: that is no refusal.
  static func bundle(_ bytes: [UInt8]) throws {
    let index = try ScratchFile(SealedTable(bytes).bytes, suffix: ".index")
    let data = try ScratchFile(
      [UInt8](repeating: 0, count: 64 << 10), suffix: ".data-00000-of-00001")
    try withExtendedLifetime(data) {
      _ = reading(try Checkpoint(contentsOf: index.path))
    }
  }

  private static func reading(_ checkpoint: Checkpoint) -> [Result<Void, any Error>] {
    checkpoint.layers.flatMap(\.tensors).map { tensor in
      precondition(tensor.shape.elementCount <= 1 << 20, "\(tensor) in a small file")
      return Result { _ = try checkpoint.tensor(tensor) }
    }
  }
}

/// A file that is removed when nothing refers to it any more.
final class ScratchFile {
  let path: String

  /// Writes `bytes` to a file of this process.
  init(_ bytes: [UInt8], suffix: String = "") throws {
    let url = FileManager.default.temporaryDirectory.appending(path: Self.name + suffix)
    path = url.path(percentEncoded: false)
    try Data(bytes).write(to: url)
  }

  /// One name for all, so that an index and its data belong together; tests run one at a time.
  private static let name = "assay-parser-\(ProcessInfo.processInfo.processIdentifier)"

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

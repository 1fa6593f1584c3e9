import Archives
import Foundation
import HDF5

/// A `.keras` archive as a folder: `config.json` and `metadata.json` beside `model.weights.h5`.
///
/// Keras writes it so with `save(zipped=False)`, and so does whoever unpacks an archive.
struct UnpackedArchive {
  /// The weights.
  let weights: String
  /// The model's config.
  let config: String
  /// The version of Keras, and when it was saved.
  let metadata: String

  /// Finds the archive that `path` means, the folder or the weights in it; `nil` where there is none.
  init?(_ path: String) {
    let url = URL(fileURLWithPath: path)
    let isFolder = Self.isDirectory(path)
    guard isFolder || url.lastPathComponent == "model.weights.h5" else { return nil }
    let folder = isFolder ? url : url.deletingLastPathComponent()
    let place = { (name: String) in folder.appending(path: name).path(percentEncoded: false) }
    weights = isFolder ? place("model.weights.h5") : path
    config = place("config.json")
    metadata = place("metadata.json")
    guard [weights, config, metadata].allSatisfy(FileManager.default.fileExists) else { return nil }
  }

  static func isDirectory(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

extension Checkpoint {
  /// Opens an archive that lies unpacked in a folder.
  init(unpacked archive: UnpackedArchive, isolation: CheckpointIsolation) throws {
    let weights = try OpenedFile.reading(archive.weights)
    guard weights.content.isHDF5 else {
      throw CheckpointError.damaged(
        file: archive.weights, object: nil, detail: "it is no HDF5 file")
    }
    let region = FileRegion(
      descriptor: weights.descriptor, offset: 0, length: weights.content.size)
    let (opened, read) = try unsafe isolation.open(region, path: archive.weights)
    var listing = opened
    listing.format = .kerasArchive
    listing.files = [archive.weights, archive.config, archive.metadata]
    try listing.describe(
      config: try Self.text(ofFile: archive.config),
      metadata: try Self.text(ofFile: archive.metadata),
      configPlace: (archive.config, nil), metadataPlace: (archive.metadata, nil))
    unsafe self.init(listing, reader: read)
  }

  static func text(ofFile path: String) throws -> String {
    let file = try ArchiveFile(reading: path)
    guard file.size <= largestText else {
      throw CheckpointError.unsupported(
        file: path, object: nil, detail: "\(file.size) bytes are over the limit of \(largestText)")
    }
    let bytes = try file.bytes(at: 0, count: file.size)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CheckpointError.damaged(file: path, object: nil, detail: "its text is not UTF-8")
    }
    return text
  }
}

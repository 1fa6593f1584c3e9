import Archives
import Foundation
import JSON
import KerasConfigs
import Presets

/// The folder of a preset of KerasHub.
struct PresetFolder {
  private let folder: URL
  /// The config of the backbone.
  let backbone: JSONValue

  /// Finds the preset that `path` means, the folder or the backbone's weights in it; `nil` where there is none.
  init?(_ path: String) {
    let url = URL(fileURLWithPath: path)
    let isFolder = UnpackedArchive.isDirectory(path)
    let weights = ["model.weights.h5", "model.weights.json"]
    guard isFolder || weights.contains(url.lastPathComponent) else { return nil }
    folder = isFolder ? url : url.deletingLastPathComponent()
    let config = folder.appending(path: "config.json").path(percentEncoded: false)
    // A config that is no JSON is refused by whoever reads this folder as an archive.
    guard FileManager.default.fileExists(atPath: config),
      let text = try? Checkpoint.text(ofFile: config), let root = try? JSONDocument(text).root,
      Preset.isBackbone(root)
    else { return nil }
    backbone = root
  }

  func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// The content of a file that must be there.
  func json(_ name: String) throws -> JSONValue {
    let text = try Checkpoint.text(ofFile: path(name))
    do throws(JSONError) {
      return try JSONDocument(text).root
    } catch {
      throw CheckpointError.damaged(file: path(name), object: nil, detail: error.description)
    }
  }
}

extension Checkpoint {
  /// Opens a preset of KerasHub: the backbone's weights and those of the task as those of one network.
  init(preset folder: PresetFolder, isolation: CheckpointIsolation) throws {
    var listing = CheckpointListing(format: .preset)
    listing.files = ["config.json", "metadata.json"].map(folder.path)
    let task = folder.has("task.json") ? try folder.json("task.json") : nil
    let config = try Self.text(ofFile: folder.path(task == nil ? "config.json" : "task.json"))
    let metadata = try Self.text(ofFile: folder.path("metadata.json"))
    if let task {
      listing.files.append(folder.path("task.json"))
      try Self.compare(folder, with: task, &listing)
    }

    try listing.describe(
      config: config, in: (folder.path(task == nil ? "config.json" : "task.json"), nil))
    listing.kerasVersion = try CheckpointListing.kerasVersion(
      metadata, in: (folder.path("metadata.json"), nil))

    var parts = PresetWeights()
    try parts.add(
      "model", of: folder, isolation, below: listing.preset?.backboneGroup,
      named: listing.preset?.backboneName)
    if task != nil { try parts.add("task", of: folder, isolation) }
    listing.layers = parts.layers
    if let model = listing.config?.model {
      listing.layers = ConfiguredNames(model).naming(parts.layers)
    }
    listing.leftOut = parts.leftOut
    listing.files += parts.files
    let homes = parts.homes
    unsafe self.init(listing) { tensor, buffer throws(CheckpointError) in
      guard let home = homes[tensor.path] else {
        preconditionFailure("\(tensor.path) is of another checkpoint")
      }
      // What quantised numbers stand for is known where both files are read as one.
      guard home.tensor.scale == nil else {
        throw .unsupported(
          file: home.checkpoint.files.first ?? "", object: tensor.path, detail: "it is quantised")
      }
      try unsafe home.checkpoint.read(home.tensor, into: buffer)
    }
  }

  /// The files that say once more what `task.json` says must say the same.
  private static func compare(
    _ folder: PresetFolder, with task: JSONValue, _ listing: inout CheckpointListing
  ) throws {
    let preprocessor = task["config"]?["preprocessor"]
    let converter = preprocessor?["config"]?["image_converter"]
    let parts = [
      ("config.json", task["config"]?["backbone"]), ("preprocessor.json", preprocessor),
      ("image_converter.json", converter),
    ]
    for (name, part) in parts {
      guard part?.isNull == false || folder.has(name) else { continue }
      if name != "config.json" { listing.files.append(folder.path(name)) }
      let own = try folder.json(name)
      do throws(PresetError) {
        try Preset.check(own, in: name, against: part)
      } catch {
        throw CheckpointError.damaged(
          file: folder.path(name), object: nil, detail: error.description)
      }
    }
  }
}

/// The layers of a preset's files put together, in the groups that they have in a file of the whole task.
private struct PresetWeights {
  private(set) var layers: [CheckpointLayer] = []
  private(set) var leftOut: [CheckpointLeftOut] = []
  private(set) var files: [String] = []
  /// Where each tensor is, by its path here.
  private(set) var homes: [String: (checkpoint: Checkpoint, tensor: CheckpointTensor)] = [:]

  /// Adds the weights of the backbone, `model`, in one file or several, or those of the task; `group` and `name` are
  /// those of the model around them.
  mutating func add(
    _ stem: String, of folder: PresetFolder, _ isolation: CheckpointIsolation,
    below group: String? = nil, named name: String? = nil
  ) throws {
    let (file, index) = (
      folder.path("\(stem).weights.h5"), folder.path("\(stem).weights.json")
    )
    let checkpoint: Checkpoint
    if folder.has("\(stem).weights.json"), !folder.has("\(stem).weights.h5") {
      checkpoint =
        isolation == .inProcess
        ? try Checkpoint(shardIndex: index)
        : try Checkpoint(shardIndex: index, isolation: isolation)
      files += checkpoint.files
    } else {
      guard folder.has("\(stem).weights.h5") else { throw CheckpointError.missing(file: file) }
      checkpoint = try Checkpoint(opening: file, isolation: isolation)
      files.append(file)
    }
    leftOut += checkpoint.leftOut
    for layer in checkpoint.layers where !layer.tensors.isEmpty || layer.isListed {
      let tensors = layer.tensors.map { $0.moved(below: group ?? "") }
      for (tensor, original) in zip(tensors, layer.tensors) {
        homes[tensor.path] = (checkpoint, original)
      }
      layers.append(
        CheckpointLayer(
          name: layer.name, kerasClass: layer.kerasClass, ordinal: layer.ordinal,
          parents: (name.map { [$0] } ?? []) + layer.parents,
          location: (group ?? "") + layer.location, tensors: tensors))
    }
  }
}

extension CheckpointLayer {
  /// Whether it is one of the model's own layers, and not of what stands before it.
  fileprivate var isListed: Bool { location.hasPrefix("/layers/") }
}

extension CheckpointTensor {
  /// The same tensor with the path that it has where the group of its file is inside another.
  fileprivate func moved(below group: String) -> CheckpointTensor {
    CheckpointTensor(
      name: name, role: role, index: index, shape: shape, type: type, path: group + path,
      storedBytes: storedBytes, plainOffset: plainOffset)
  }
}

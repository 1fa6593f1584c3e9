import Foundation
import Tensors

extension Checkpoint {
  /// Opens weights that an index spreads over several HDF5 files, each file in a process of its own, and
  /// a few of them at a time.
  ///
  /// Throws `.missing` for a file that is not there, with the file's own path.
  init(shardIndex path: String, isolation: CheckpointIsolation) throws {
    let index = try ShardIndex(contentsOf: path)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let paths = index.files.map { folder.appending(path: $0).path(percentEncoded: false) }
    let pool = ShardPool(paths, isolation: isolation)
    var merged = MergedShards(index: index, path: path)
    var leftOut: [CheckpointLeftOut] = []
    for (place, name) in index.files.enumerated() {
      let shard = try pool.checkpoint(at: place)
      try merged.add(shard, at: place, named: name)
      leftOut += shard.leftOut
    }
    try merged.check()

    var listing = CheckpointListing(format: .shardedWeightsV3)
    listing.layers = merged.sortedLayers
    listing.leftOut = leftOut
    listing.files = [path] + paths
    let homes = merged.homes
    unsafe self.init(listing) { tensor, buffer throws(CheckpointError) in
      guard let home = homes[tensor.path] else {
        preconditionFailure("\(tensor.path) is of another checkpoint")
      }
      try unsafe pool.checkpoint(at: home.shard).read(home.tensor, into: buffer)
    }
  }
}

/// The layers of several files put together: a layer may have variables in more than one of them.
private struct MergedShards {
  let index: ShardIndex
  let path: String
  /// Where each variable is, by its path.
  private(set) var homes: [String: (shard: Int, tensor: CheckpointTensor)] = [:]
  private var layers: [String: CheckpointLayer] = [:]
  /// The groups of variables that were found, with the file in which they were.
  private var found: Set<[String]> = []

  init(index: ShardIndex, path: String) {
    self.index = index
    self.path = path
  }

  mutating func add(_ checkpoint: Checkpoint, at shard: Int, named name: String) throws {
    for layer in checkpoint.layers {
      for tensor in layer.tensors {
        let group = Self.plain(tensor.path.split(separator: "/").dropLast())
        let listed = index.shards["/" + group] ?? index.shards[group] ?? []
        guard listed.contains(name) else {
          throw CheckpointError.damaged(
            file: path, object: tensor.path, detail: "it is in \(name), where the index has none")
        }
        guard homes.updateValue((shard, tensor), forKey: tensor.path) == nil else {
          throw CheckpointError.damaged(
            file: path, object: tensor.path, detail: "it is in more than one file")
        }
        found.insert([group, name])
      }
      let known = layers[layer.location]
      let tensors = ((known?.tensors ?? []) + layer.tensors.map(Self.numbered))
        .sorted { $0.index < $1.index }
      layers[layer.location] = CheckpointLayer(
        name: layer.name ?? known?.name, kerasClass: layer.kerasClass, ordinal: layer.ordinal,
        parents: layer.parents, location: layer.location, tensors: tensors)
    }
  }

  /// The index must tell where every variable is, and nothing else: else files are mixed up.
  func check() throws {
    for (group, names) in index.shards {
      let plain = Self.plain(group.split(separator: "/"))
      for name in names where !found.contains([plain, name]) {
        throw CheckpointError.damaged(
          file: path, object: group, detail: "the index puts it into \(name), which has none of it")
      }
    }
  }

  /// By place and class, and by number within a class, as in a single file.
  var sortedLayers: [CheckpointLayer] {
    layers.values.sorted { left, right in
      let (first, second) = (Self.place(of: left), Self.place(of: right))
      return first == second
        ? (left.ordinal ?? 0) < (right.ordinal ?? 0) : first.lexicographicallyPrecedes(second)
    }
  }

  private static func place(of layer: CheckpointLayer) -> [String] {
    let parts = layer.location.split(separator: "/").dropLast().map(String.init)
    return parts + [layer.kerasClass ?? layer.location]
  }

  private static func plain(_ parts: some Sequence<Substring>) -> String {
    parts.joined(separator: "/")
  }

  /// A variable's place in its layer is its name; a file counts only those that it has.
  private static func numbered(_ tensor: CheckpointTensor) -> CheckpointTensor {
    CheckpointTensor(
      name: tensor.name, role: tensor.role, index: Int(tensor.name) ?? tensor.index,
      shape: tensor.shape, type: tensor.type, path: tensor.path, storedBytes: tensor.storedBytes,
      plainOffset: tensor.plainOffset)
  }
}

import Foundation
import HDF5

extension Checkpoint {
  /// Opens the weights that an index spreads over several HDF5 files as one checkpoint.
  ///
  /// Throws `.missing` for a file that is not there, with the file's own path.
  init(shardIndex path: String) throws {
    let index = try ShardIndex(contentsOf: path)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    var files: [HDF5File] = []
    var size = 0
    for name in index.files {
      let shard = folder.appending(path: name).path(percentEncoded: false)
      files.append(try HDF5File(reading: shard))
      size += try FileContent(of: shard).size
    }
    var layout = VariablesLayout(files: files)
    guard var listing = try layout.listing() else {
      throw CheckpointError.notACheckpoint(
        file: path, looksLike: "a list of HDF5 files without any vars")
    }
    listing.format = .shardedWeightsV3
    try Self.refuseEmptyClaims(listing, in: path, size: size)
    let homes = layout.homes
    try Self.compare(index, with: homes, in: path)
    unsafe self.init(listing) { tensor, buffer throws(CheckpointError) in
      guard let file = homes[tensor.path] else {
        preconditionFailure("\(tensor.path) is of another checkpoint")
      }
      try unsafe Self.read(tensor, in: file, into: buffer)
    }
  }

  /// The index must tell where every variable is, and nothing else: else files are mixed up.
  private static func compare(
    _ index: ShardIndex, with homes: [String: HDF5File], in path: String
  ) throws {
    var found: Set<[String]> = []
    for (variable, file) in homes {
      let group = variable.split(separator: "/").dropLast().joined(separator: "/")
      let name = URL(fileURLWithPath: file.path).lastPathComponent
      let listed = index.shards["/" + group] ?? index.shards[group] ?? []
      guard listed.contains(name) else {
        throw CheckpointError.damaged(
          file: path, object: variable, detail: "it is in \(name), where the index has none")
      }
      found.insert([group, name])
    }
    for (group, names) in index.shards {
      let plain = group.split(separator: "/").joined(separator: "/")
      for name in names where !found.contains([plain, name]) {
        throw CheckpointError.damaged(
          file: path, object: group, detail: "the index puts it into \(name), which has none of it")
      }
    }
  }
}

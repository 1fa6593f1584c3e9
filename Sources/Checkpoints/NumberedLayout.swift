import HDF5
import Tensors

/// The layout of Keras 0: groups `layer_0`, `layer_1` …, each with arrays `param_0`, `param_1` ….
///
/// Neither layers nor variables have names; layers without weights count too.
struct NumberedLayout {
  let file: HDF5File

  /// Reads all metadata of a file that says it has `count` layers.
  func listing(count: Int?) throws(HDF5Error) -> CheckpointListing {
    let root = try file.root()
    // Every layer is a group of the root, so that the file itself bounds their number.
    let groups = Set(try root.links().map(\.name))
    guard let count, count >= 0, count <= groups.count else {
      throw HDF5Error(
        file: file.path, object: "/",
        reason: .damaged("nb_layers is no number of layers that it has"))
    }
    var listing = CheckpointListing(format: .numberedWeights)
    var used: Set<String> = []
    for number in 0..<count {
      let group = try root.group("layer_\(number)")
      let names = Set(try group.links().map(\.name))
      let claimed = try group.attribute("nb_params")?.integers().first ?? names.count
      guard claimed >= 0, claimed <= names.count else {
        throw HDF5Error(
          file: file.path, object: group.path,
          reason: .damaged("nb_params is no number of arrays that it has"))
      }
      var tensors: [CheckpointTensor] = []
      for index in 0..<claimed {
        let path = "\(group.path)/param_\(index)"
        tensors.append(
          try CheckpointTensor(
            name: "param_\(index)", role: nil, index: index, path: path, in: root, of: file))
        used.insert(path)
      }
      listing.layers.append(
        CheckpointLayer(name: nil, location: group.path, tensors: tensors))
    }
    for entry in try file.entries() {
      switch entry.kind {
      case .dataset where !used.contains(entry.path):
        listing.leftOut.append(CheckpointLeftOut(path: entry.path, reason: .unlisted, count: 1))
      case .link:
        listing.leftOut.append(CheckpointLeftOut(path: entry.path, reason: .link, count: 1))
      case .group, .dataset, .repeated, .other: break
      }
    }
    return listing
  }
}

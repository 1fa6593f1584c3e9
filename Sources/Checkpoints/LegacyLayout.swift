import Tensors
import HDF5

/// The layout of Keras 1 and 2: a group per layer, and lists of names that give the order.
///
/// A whole model has the same below `model_weights`, and the architecture at the root.
struct LegacyLayout {
  let file: HDF5File
  /// The path of the group with `layer_names`.
  let weights: String

  /// Reads all metadata of the file.
  func listing(format: CheckpointFormat) throws(HDF5Error) -> CheckpointListing {
    let root = try file.root()
    let group = weights == "/" ? try file.root() : try root.group(String(weights.dropFirst()))
    guard let names = try group.nameList("layer_names") else {
      throw HDF5Error(
        file: file.path, object: weights, reason: .damaged("it has no list layer_names"))
    }
    var listing = CheckpointListing(format: format)
    let (ownVersion, ownBackend) = (try group.text("keras_version"), try group.text("backend"))
    let (rootVersion, rootBackend) = (try root.text("keras_version"), try root.text("backend"))
    listing.kerasVersion = ownVersion ?? rootVersion
    listing.backend = ownBackend ?? rootBackend
    listing.modelConfig = try root.text("model_config")
    try refuseRepeats(names, in: weights)
    for name in names {
      guard let place = try self.group(name, in: group) else {
        // Keras cannot load it; the network tells whether the layer had weights.
        listing.layers.append(
          CheckpointLayer(name: plain(name), location: path(of: name, in: group), tensors: []))
        listing.leftOut.append(
          CheckpointLeftOut(path: path(of: name, in: group), reason: .absent, count: 0))
        continue
      }
      let found = try layers(in: place, named: plain(name))
      listing.layers += found.layers
      if !found.isOrdered { listing.recordsLayerOrder = false }
    }
    // Weights that belong to the model itself and to none of its layers.
    let own = "top_level_model_weights"
    if !names.contains(own), try group.links().contains(where: { $0.name == own }) {
      listing.layers += try layers(in: try group.group(own), named: nil).layers
        .filter { !$0.tensors.isEmpty }
    }
    listing.leftOut += try leftOut(beside: listing.layers)
    return listing
  }

  /// The group of a layer, or `nil` where the list of layers names one that is not there.
  ///
  /// A name that begins with a slash leads from the file's root, as h5py reads paths.
  private func group(
    _ name: String, in group: borrowing HDF5Group
  ) throws(HDF5Error) -> HDF5Group? {
    do throws(HDF5Error) {
      guard name.hasPrefix("/") else { return try group.group(name) }
      return try file.root().group(String(name.drop { $0 == "/" }))
    } catch {
      guard error.reason == .notFound else { throw error }
      return nil
    }
  }

  /// A layer's name without the slashes that only lead to the root.
  private func plain(_ name: String) -> String { String(name.drop { $0 == "/" }) }

  /// The path that a name in a list means, from the group that has the list.
  private func path(of name: String, in group: borrowing HDF5Group) -> String {
    if name.hasPrefix("/") { return "/" + name.drop { $0 == "/" } }
    return group.path == "/" ? "/\(name)" : "\(group.path)/\(name)"
  }

  /// The layers in one group: the layer itself, or all those inside it.
  ///
  /// The weights of a model inside the model stand flat in one list, all trainable ones first, so
  /// that each inner layer is told by the folder in its weights' names, never by position. Frozen layers
  /// are no trainable ones: they stand after others that come later in the model.
  private func layers(
    in group: borrowing HDF5Group, named name: String?
  ) throws(HDF5Error) -> (layers: [CheckpointLayer], isOrdered: Bool) {
    guard let names = try group.nameList("weight_names") else {
      // Some tools write the list only where there is something to list.
      if try group.links().isEmpty {
        return ([CheckpointLayer(name: name, location: group.path, tensors: [])], true)
      }
      throw HDF5Error(
        file: file.path, object: group.path, reason: .damaged("it has no list weight_names"))
    }
    try refuseRepeats(names, in: group.path)
    let root = try file.root()
    var folders: [String] = []
    var tensors: [String: [CheckpointTensor]] = [:]
    var metRest = false
    var isOrdered = true
    for (weight, folder) in zip(names, layerFolders(names)) {
      if tensors[folder] == nil { folders.append(folder) }
      let tensor = try CheckpointTensor(
        name: weight, role: VariableRole(variableName: weight),
        index: tensors[folder]?.count ?? 0, path: path(of: weight, in: group), in: root, of: file)
      tensors[folder, default: []].append(tensor)
      if let role = tensor.role {
        // A kernel after a moving mean is that of a frozen layer.
        if role.isTrainable && metRest { isOrdered = false }
        if !role.isTrainable { metRest = true }
      }
    }
    // A single layer may have been renamed, or built in a name scope: its group is its name.
    guard folders.count > 1 else {
      let layer = CheckpointLayer(
        name: name, location: group.path, tensors: folders.first.flatMap { tensors[$0] } ?? [])
      return ([layer], true)
    }
    let layers = folders.map { folder in
      let isInner = !folder.isEmpty && folder != name
      return CheckpointLayer(
        name: isInner ? innerName(folder, in: name) : name,
        parents: isInner ? [name].compactMap(\.self) : [],
        location: isInner ? "\(group.path)/\(folder)" : group.path,
        tensors: tensors[folder] ?? [])
    }
    return (layers, isOrdered)
  }

  /// The folder in each weight's name; Keras 1 wrote flat names, `conv1_W:0`, that begin with the
  /// layer's.
  private func layerFolders(_ names: [String]) -> [String] {
    let folders = names.map { $0.split(separator: "/").dropLast().joined(separator: "/") }
    guard folders.allSatisfy(\.isEmpty) else { return folders }
    let layers = names.compactMap(VariableRole.kerasOneLayer)
    return layers.count == names.count ? layers : folders
  }

  /// The part of a folder that names the layer inside `outer`.
  ///
  /// Most writers give that alone; models built late have `model/outer/inner`.
  private func innerName(_ folder: String, in outer: String?) -> String {
    let names = folder.split(separator: "/")
    guard let place = names.lastIndex(where: { $0 == outer ?? "" }), place < names.count - 1 else {
      return folder
    }
    return names[(place + 1)...].joined(separator: "/")
  }

  private func refuseRepeats(_ names: [String], in object: String) throws(HDF5Error) {
    var met: Set<String> = []
    for name in names where !met.insert(name).inserted {
      throw HDF5Error(file: file.path, object: object, reason: .damaged("\(name) is listed twice"))
    }
  }

  /// Everything in the file that no list of names mentions.
  private func leftOut(
    beside layers: [CheckpointLayer]
  ) throws(HDF5Error) -> [CheckpointLeftOut] {
    let used = Set(layers.flatMap(\.tensors).map(\.path))
    let optimizer = "optimizer_weights"
    let entries = try file.entries()
    let others = entries.compactMap { entry -> CheckpointLeftOut? in
      guard entry.names.first != optimizer else { return nil }
      switch entry.kind {
      case .dataset where !used.contains(entry.path):
        return CheckpointLeftOut(path: entry.path, reason: .unlisted, count: 1)
      case .link: return CheckpointLeftOut(path: entry.path, reason: .link, count: 1)
      case .group, .dataset, .repeated, .other: return nil
      }
    }
    let slots = entries.count { $0.names.first == optimizer && $0.kind == .dataset }
    guard slots > 0 else { return others }
    return others
      + [CheckpointLeftOut(path: "/\(optimizer)", reason: .optimizerState, count: slots)]
  }
}

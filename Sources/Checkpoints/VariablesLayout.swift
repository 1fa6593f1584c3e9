import HDF5

/// The layout of Keras 3: a group `vars` in each layer's group, with variables `0`, `1`, ….
///
/// Groups are named by attribute or by class (`layers/conv2d_1`), not by the layer's name, which
/// stands in `vars@name` from Keras 3.6 on. Nothing in the file records the order of the model.
///
/// It may be spread over several files, each with some of the variables.
struct VariablesLayout {
  let files: [HDF5File]
  /// The file of each variable, by its path.
  private(set) var homes: [String: HDF5File] = [:]

  init(files: [HDF5File]) { self.files = files }

  /// Reads all metadata of the files, or finds that this is another layout.
  mutating func listing() throws(HDF5Error) -> CheckpointListing? {
    var listing = CheckpointListing(format: .weightsV3)
    var owners: [[String]: Owner] = [:]
    for file in files { try collect(file, &listing, &owners) }
    // Keras gives every layer a group `vars`, with or without variables.
    guard !owners.isEmpty else { return nil }
    listing.layers = try layers(of: owners)
    return listing
  }

  /// Takes note of what one file holds.
  private mutating func collect(
    _ file: HDF5File, _ listing: inout CheckpointListing, _ owners: inout [[String]: Owner]
  ) throws(HDF5Error) {
    let root = try file.root()
    let entries = try file.entries()
    let isOwner = { (entry: HDF5Entry) in entry.kind == .group && entry.names.last == "vars" }
    guard entries.contains(where: isOwner) else { return }
    // What training leaves beside the weights; no layer can have these names in a Keras model.
    let training: [(name: String, reason: CheckpointLeftOut.Reason)] = [
      ("metrics", .metricState), ("optimizer", .optimizerState),
    ]
    for (name, reason) in training {
      let count = entries.count { $0.names.first == name && $0.kind == .dataset }
      if count > 0 {
        listing.leftOut.append(CheckpointLeftOut(path: "/\(name)", reason: reason, count: count))
      }
    }
    for entry in entries where !training.contains(where: { $0.name == entry.names.first }) {
      let isRandom = entry.names.contains { $0.removingNumber(after: "_") == "seed_generator" }
      switch entry.kind {
      case .link(let kind):
        throw refusal(entry, "is \(kind); links are not followed", in: file)
      case .repeated:
        throw refusal(entry, "is a second name of another object", in: file)
      case .group where isOwner(entry) && !isRandom:
        let name = try root.group(entry.names.joined(separator: "/")).text("name")
        let path = Array(entry.names.dropLast())
        owners[path, default: Owner()].name = owners[path]?.name ?? name
      case .dataset:
        let owner = Array(entry.names.dropLast(2))
        if isRandom {
          listing.leftOut.append(
            CheckpointLeftOut(path: entry.path, reason: .randomState, count: 1))
        } else if entry.names.dropLast().last == "vars", let number = number(entry.names.last) {
          guard homes.updateValue(file, forKey: entry.path) == nil else {
            throw refusal(entry, "stands in another file of the checkpoint too", in: file)
          }
          owners[owner]?.variables.append(number)
        } else {
          listing.leftOut.append(
            CheckpointLeftOut(path: entry.path, reason: .unlisted, count: 1))
        }
      case .group, .other: break
      }
    }
  }

  /// What a group with `vars` has.
  private struct Owner {
    var name: String?
    var variables: [Int] = []
  }

  /// The owners as layers, sorted by place; those that only hold others are left out.
  private func layers(of owners: [[String]: Owner]) throws(HDF5Error) -> [CheckpointLayer] {
    let holders = Set(owners.keys.flatMap { path in path.indices.map { Array(path[..<$0]) } })
    let places = owners.keys.map { PlacedNames($0) }.sorted()
    var layers: [CheckpointLayer] = []
    for place in places {
      let path = place.names
      guard let owner = owners[path], !owner.variables.isEmpty || !holders.contains(path) else {
        continue
      }
      let location = "/" + path.joined(separator: "/")
      var tensors: [CheckpointTensor] = []
      for (index, variable) in owner.variables.sorted().enumerated() {
        let variablePath = "/" + (path + ["vars", String(variable)]).joined(separator: "/")
        guard let file = homes[variablePath] else { continue }
        tensors.append(
          try CheckpointTensor(
            name: String(variable), role: nil, index: index, path: variablePath,
            in: try file.root(), of: file))
      }
      // Inside a list of layers the names are classes; elsewhere they are anybody's attributes.
      let isListed = Self.isList(path.dropLast().last)
      // Some versions wrote no `vars` where there is nothing to hold: what a list has is a layer.
      let parents = path.indices.dropFirst().compactMap { end -> String? in
        let owner = owners[Array(path[..<end])]
        guard owner != nil || Self.isList(path[..<(end - 1)].last) else { return nil }
        return owner?.name ?? path[end - 1]
      }
      layers.append(
        CheckpointLayer(
          name: path.isEmpty ? nil : owner.name, kerasClass: isListed ? place.last?.stem : nil,
          ordinal: isListed ? place.last?.number : nil, parents: parents, location: location,
          tensors: tensors))
    }
    return layers
  }

  /// Whether a group of this name lists layers by class and number.
  private static func isList(_ name: String?) -> Bool {
    name == "layers" || name == "_layer_checkpoint_dependencies"
  }

  private func refusal(_ entry: HDF5Entry, _ words: String, in file: HDF5File) -> HDF5Error {
    HDF5Error(file: file.path, object: entry.path, reason: .refused(words))
  }

  /// The number that a variable is called by, if it is written as Keras writes it.
  private func number(_ name: String?) -> Int? {
    guard let name, let number = Int(name), number >= 0, String(number) == name else { return nil }
    return number
  }
}

/// A path whose names sort by stem, and then by number: `conv2d_2` before `conv2d_10`.
private struct PlacedNames: Comparable {
  struct Part: Hashable {
    let stem: String
    let number: Int
  }

  let names: [String]
  private let parts: [Part]

  init(_ names: [String]) {
    self.names = names
    parts = names.map { name in
      let stem = name.removingNumber(after: "_")
      let digits = name[stem.endIndex...].dropFirst()
      // The first of its class has no number, and no number begins with a zero.
      guard let number = Int(digits), !digits.hasPrefix("0") else {
        return Part(stem: name, number: 0)
      }
      return Part(stem: String(stem), number: number)
    }
  }

  var last: Part? { parts.last }

  static func < (left: PlacedNames, right: PlacedNames) -> Bool {
    // The model's own variables, at the root, come last, as in the legacy layout.
    if left.names.isEmpty || right.names.isEmpty { return right.names.isEmpty && left != right }
    for (a, b) in zip(left.parts, right.parts) where a != b {
      return (a.stem, a.number) < (b.stem, b.number)
    }
    return left.parts.count < right.parts.count
  }
}

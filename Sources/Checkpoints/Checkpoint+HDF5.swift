import HDF5
import Tensors

extension Checkpoint {
  /// Opens an HDF5 file.
  init(opening path: String, isolation: CheckpointIsolation) throws {
    let file = try OpenedFile.reading(path)
    guard file.content.isHDF5 else {
      throw HDF5Error(file: path, object: nil, reason: .notHDF5)
    }
    let region = FileRegion(descriptor: file.descriptor, offset: 0, length: file.content.size)
    var (listing, read) = try unsafe isolation.open(region, path: path)
    if let config = listing.modelConfig {
      try listing.describe(config: config, in: (path, "model_config"))
    }
    unsafe self.init(listing, reader: read)
  }

  /// Recognises the layout by what the root holds, and lists a file of `size` bytes.
  static func listing(of file: HDF5File, size: Int) throws(HDF5Error) -> CheckpointListing {
    let root = try file.root()
    let listing: CheckpointListing
    if try root.nameList("layer_names") != nil {
      listing = try LegacyLayout(file: file, weights: "/").listing(format: .legacyWeights)
    } else if try root.links().contains(where: { $0.name == "model_weights" }) {
      listing = try LegacyLayout(file: file, weights: "/model_weights")
        .listing(format: .wholeModel)
    } else if let count = try root.attribute("nb_layers") {
      listing = try NumberedLayout(file: file).listing(count: try count.integers().first)
    } else {
      var layout = VariablesLayout(files: [file])
      guard let found = try layout.listing() else {
        let names = try root.links().prefix(5).map(\.name).joined(separator: ", ")
        throw HDF5Error(file: file.path, object: nil, reason: .noKerasLayout(names))
      }
      listing = found
    }
    try refuseEmptyClaims(listing, in: file.path, size: size)
    return listing
  }

  /// Reads a tensor of an HDF5 file.
  static func read(
    _ tensor: CheckpointTensor, in file: HDF5File,
    into buffer: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    do throws(HDF5Error) {
      try unsafe StoredTensor(tensor, in: file).read(into: buffer)
    } catch {
      throw CheckpointError(error)
    }
  }

  /// Refuses many tensors that are each just small enough, but together no file of this size.
  static func refuseEmptyClaims(
    _ listing: CheckpointListing, in path: String, size: Int
  ) throws(HDF5Error) {
    var claimed = 0
    for tensor in listing.layers.flatMap(\.tensors) {
      let (sum, overflow) = claimed.addingReportingOverflow(4 * tensor.shape.elementCount)
      claimed = overflow ? .max : sum
    }
    // Deflate's own limit is 1032; sixteen megabytes harm nobody.
    if claimed > 16 << 20, claimed / 1100 > size {
      throw HDF5Error(
        file: path, object: nil,
        reason: .refused("claims \(claimed) bytes of weights in a file of \(size) bytes"))
    }
  }
}

extension HDF5Error.Reason {
  /// HDF5 of somebody else; `names` are some that its root holds.
  static func noKerasLayout(_ names: String) -> Self {
    .unexpected(
      "an HDF5 file, but with neither layer_names nor model_weights nor any vars "
        + "(its root holds \(names.isEmpty ? "nothing" : names))")
  }
}

extension HDF5Group {
  /// A list of names, which Keras splits into `name0`, `name1` … when it is over 64 KiB.
  func nameList(_ name: String) throws(HDF5Error) -> [String]? {
    if let whole = try attribute(name) { return try whole.strings() }
    var names: [String]?
    var part = 0
    while let attribute = try attribute("\(name)\(part)") {
      names = (names ?? []) + (try attribute.strings())
      part += 1
    }
    return names
  }

  /// A string attribute, or `nil` if there is none of this name.
  func text(_ name: String) throws(HDF5Error) -> String? {
    guard let attribute = try attribute(name) else { return nil }
    return try attribute.string()
  }
}

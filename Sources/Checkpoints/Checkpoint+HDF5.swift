import HDF5
import Tensors

extension Checkpoint {
  /// Opens and lists the file in this process.
  init(opening path: String) throws(HDF5Error) {
    let file = try HDF5File(reading: path)
    unsafe self.init(try CheckpointListing(of: file)) { tensor, buffer throws(CheckpointError) in
      do throws(HDF5Error) {
        try unsafe StoredTensor(tensor, in: file).read(into: buffer)
      } catch {
        throw CheckpointError(error)
      }
    }
  }
}

extension CheckpointListing {
  /// Recognises the layout by what the root holds, and lists the file.
  init(of file: HDF5File) throws(HDF5Error) {
    let root = try file.root()
    if try root.nameList("layer_names") != nil {
      self = try LegacyLayout(file: file, weights: "/").listing(format: .legacyWeights)
    } else if try root.links().contains(where: { $0.name == "model_weights" }) {
      self = try LegacyLayout(file: file, weights: "/model_weights")
        .listing(format: .wholeModel)
    } else if try root.attribute("nb_layers") != nil {
      throw HDF5Error(
        file: file.path, object: nil, reason: .refused("weights of Keras 0, which name no layer"))
    } else if let found = try VariablesLayout(file: file).listing() {
      self = found
    } else {
      let names = try root.links().prefix(5).map(\.name).joined(separator: ", ")
      throw HDF5Error(file: file.path, object: nil, reason: .noKerasLayout(names))
    }
    try refuseEmptyClaims(in: file.path, size: file.size)
  }

  /// Refuses many tensors that are each just small enough, but together no file of this size.
  func refuseEmptyClaims(in path: String, size: Int) throws(HDF5Error) {
    var claimed = 0
    for tensor in layers.flatMap(\.tensors) {
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

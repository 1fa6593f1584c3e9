import Archives
import HDF5
import Tensors

extension Checkpoint {
  /// Lists an `.npz` of arrays named `layer/variable`.
  init(_ arrays: NumPyArchive, in archive: ZipArchive) throws {
    let path = archive.file.path
    var described: [NamedArrays.Description] = []
    for name in arrays.names {
      let header = try arrays.header(name)
      guard let type = ElementType(header.type) else {
        throw CheckpointError.unsupported(
          file: path, object: name, detail: "its elements are truth values, no numbers")
      }
      described.append(
        NamedArrays.Description(
          name: name, shape: header.shape, type: type, storedBytes: try arrays.storedSize(name)))
    }
    var listing = CheckpointListing(format: .numPyArchive)
    listing.layers = NamedArrays.layers(described)
    try Self.refuseEmptyClaims(listing, in: path, size: archive.file.size)
    unsafe self.init(listing) { tensor, buffer throws(CheckpointError) in
      do throws(ArchiveError) {
        try unsafe arrays.read(tensor.path, into: buffer)
      } catch {
        throw CheckpointError(error)
      }
    }
  }
}

extension ElementType {
  /// The meaning of a type of NumPy; `nil` for truth values.
  init?(_ type: NumPyElement) {
    let kind: Kind? =
      switch type.kind {
      case "f": Kind(rawValue: "float\(8 * type.width)")
      case "i": Kind(rawValue: "int\(8 * type.width)")
      case "u": Kind(rawValue: "uint\(8 * type.width)")
      case "V": .bfloat16
      default: nil
      }
    guard let kind else { return nil }
    self.init(kind, isBigEndian: type.isBigEndian)
  }
}

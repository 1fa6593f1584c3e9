import Archives
import Tensors

extension Checkpoint {
  /// Opens a safetensors file of arrays named `layer/variable` or `layer.variable`.
  package init(safetensors path: String) throws {
    let file = try ArchiveFile(reading: path)
    let header = try SafetensorsHeader(of: file)
    var listing = CheckpointListing(format: .safetensors)
    // The usual writer sorts arrays by type and name.
    listing.recordsLayerOrder = false
    listing.layers = NamedArrays.layers(
      header.entries.map { entry in
        NamedArrays.Description(
          name: entry.name, shape: entry.shape, type: entry.type,
          storedBytes: entry.end - entry.begin)
      })
    var offsets: [String: Int] = [:]
    for entry in header.entries { offsets[entry.name] = header.dataOffset + entry.begin }
    unsafe self.init(listing) { [offsets] tensor, buffer throws(CheckpointError) in
      guard let offset = offsets[tensor.path] else {
        preconditionFailure("\(tensor.path) is of another checkpoint")
      }
      do throws(ArchiveError) {
        try unsafe Self.read(tensor, at: offset, of: file, into: buffer)
      } catch {
        throw CheckpointError(error)
      }
    }
  }

  /// Reads float32 straight into its place, anything else in pieces.
  private static func read(
    _ tensor: CheckpointTensor, at offset: Int, of file: ArchiveFile,
    into buffer: UnsafeMutableBufferPointer<Float>
  ) throws(ArchiveError) {
    let isNative = tensor.type.kind == .float32 && 1.littleEndian == 1
    if isNative {
      return try unsafe file.read(
        into: UnsafeMutableRawBufferPointer(buffer), at: offset, member: tensor.path)
    }
    let width = tensor.type.kind.width
    var filled = 0
    while filled < buffer.count {
      let count = min(64 << 10, buffer.count - filled)
      let bytes = try file.bytes(
        at: offset + filled * width, count: count * width, member: tensor.path)
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe tensor.type.decode(
          bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[filled..<filled + count]))
      }
      filled += count
    }
  }
}

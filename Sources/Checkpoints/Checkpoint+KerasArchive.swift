import Archives
import HDF5
import Synchronization

extension Checkpoint {
  /// Opens a `.keras` archive; its weights are read in place where they are stored as they are.
  init(keras archive: ZipArchive, weights: ZipEntry, isolation: CheckpointIsolation) throws {
    let path = archive.file.path
    let check = OnceVerified(weights, in: archive)
    let region: FileRegion
    // Keeps the memory until libhdf5 has its own descriptor.
    var memory: MemoryFile?
    defer { withExtendedLifetime(memory) {} }
    if weights.method == .stored {
      let offset = try archive.contentOffset(of: weights)
      region = FileRegion(
        descriptor: archive.file.descriptor, offset: offset, length: weights.size)
      // Quick enough to do before anything is believed; larger ones when values are read.
      if weights.size <= OnceVerified.atOnce { try check.verify() }
    } else {
      let inflated = try Self.inflate(weights, of: archive)
      memory = inflated
      region = inflated.region(count: weights.size)
      check.isVerified.withLock { $0 = true }
    }
    guard FileContent.isHDF5(region) else {
      // The words for a file that is no HDF5 would be about the archive.
      throw CheckpointError.damaged(
        file: path, object: weights.name, detail: "it is no HDF5 file")
    }
    let (opened, read) = try unsafe isolation.open(region, path: path)
    var listing = opened
    listing.format = .kerasArchive
    try listing.describe(
      config: try Self.text("config.json", in: archive),
      metadata: try Self.text("metadata.json", in: archive),
      configPlace: (path, "config.json"), metadataPlace: (path, "metadata.json"))
    unsafe self.init(listing) { tensor, buffer throws(CheckpointError) in
      do throws(ArchiveError) {
        try check.verify()
      } catch {
        throw CheckpointError(error)
      }
      try unsafe read(tensor, buffer)
    }
  }

  /// The most that compressed weights may have: they are held in memory.
  private static let largestInflated = 4 << 30
  /// The most that a description may have; Keras's largest are a few megabytes.
  static let largestText = 64 << 20

  private static func inflate(
    _ weights: ZipEntry, of archive: ZipArchive
  ) throws -> MemoryFile {
    guard weights.size <= largestInflated else {
      throw CheckpointError.unsupported(
        file: archive.file.path, object: weights.name,
        detail: "\(weights.size) bytes of compressed weights are over the limit of 4 GiB")
    }
    let memory = try MemoryFile(name: archive.file.path)
    var failure: HDF5Error?
    var reader = try ZipMemberReader(weights, in: archive)
    try unsafe reader.forEachPiece { piece in
      guard failure == nil else { return }
      do throws(HDF5Error) {
        try unsafe memory.append(piece)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    try reader.finish()
    return memory
  }

  /// The text of a member, or `nil` if there is none of this name.
  private static func text(_ name: String, in archive: ZipArchive) throws -> String? {
    guard let entry = archive.entry(name) else { return nil }
    let bytes = try archive.content(of: entry, limit: largestText)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CheckpointError.damaged(
        file: archive.file.path, object: name, detail: "its text is not UTF-8")
    }
    return text
  }
}

/// The checksum of a member, verified when it is first needed and only once.
final class OnceVerified: Sendable {
  /// Members of up to this size are verified when the archive is opened.
  static let atOnce = 64 << 20

  let isVerified = Mutex(false)
  private let entry: ZipEntry
  private let archive: ZipArchive

  init(_ entry: ZipEntry, in archive: ZipArchive) {
    self.entry = entry
    self.archive = archive
  }

  /// Throws `.damaged` if the checksum is wrong, every time.
  func verify() throws(ArchiveError) {
    try isVerified.withLock { isVerified throws(ArchiveError) in
      guard !isVerified else { return }
      try archive.verify(entry)
      isVerified = true
    }
  }
}

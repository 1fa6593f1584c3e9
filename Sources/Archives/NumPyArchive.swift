import Foundation
package import Tensors

/// Named arrays in NumPy's `.npz` format: a zip archive of `.npy` files.
///
///     let golden = try NumPyArchive("golden.npz")
///     let logits = try golden.tensor("logits")
package struct NumPyArchive: Sendable {
  /// The names of the arrays in the order of the file.
  package let names: [String]
  private let archive: ZipArchive

  /// Opens the file at `path` and reads its list, but no array.
  package init(_ path: String) throws(ArchiveError) {
    try self.init(ZipArchive(reading: path))
  }

  /// The arrays in an open archive; throws `.foreign` if there is none, or anything else than these
  /// and the members `besides` them.
  package init(_ archive: ZipArchive, besides: Set<String> = []) throws(ArchiveError) {
    let members = archive.entries.map(\.name).filter { !besides.contains($0) }
    names = members.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
    guard !names.isEmpty, names.count == members.count else {
      let other = members.first { !$0.hasSuffix(".npy") }
      throw ArchiveError(
        file: archive.file.path, member: nil,
        reason: .foreign("a zip file with \(other ?? "nothing") in it, not only .npy files"))
    }
    self.archive = archive
  }

  /// The array of this name as float32; throws `.refused` if there is none.
  ///
  /// Pickled, complex and structured arrays are refused.
  package func tensor(_ name: String) throws(ArchiveError) -> Tensor {
    let header = try header(name)
    var tensor = Tensor(shape: header.shape)
    try unsafe tensor.values.withUnsafeMutableBufferPointer { buffer throws(ArchiveError) in
      try unsafe read(name, into: buffer)
    }
    return tensor
  }

  /// The array of this name as the file holds it; throws `.refused` if there is none.
  package func array(_ name: String) throws(ArchiveError) -> NumPyArray {
    let entry = try entry(name)
    var reader = try ZipMemberReader(entry, in: archive)
    let header = try header(of: entry, from: &reader)
    let body = try reader.bytes(reader.left)
    try reader.finish()
    return NumPyArray(header: header, body: body)
  }

  /// What the array's header says; its values are not read.
  package func header(_ name: String) throws(ArchiveError) -> NumPyHeader {
    var reader = try ZipMemberReader(entry(name), in: archive)
    return try header(of: entry(name), from: &reader)
  }

  /// The bytes that the array takes in the file, after any compression, with its header.
  package func storedSize(_ name: String) throws(ArchiveError) -> Int {
    try entry(name).storedSize
  }

  /// Fills `buffer`, which has room for exactly the array's elements, in row-major order.
  package func read(
    _ name: String, into buffer: UnsafeMutableBufferPointer<Float>
  ) throws(ArchiveError) {
    let entry = try entry(name)
    var reader = try ZipMemberReader(entry, in: archive)
    let header = try header(of: entry, from: &reader)
    guard header.elementCount == buffer.count else {
      throw archive.error(entry, .damaged("changed since the file was opened"))
    }
    if header.type.isNativeFloat {
      try unsafe reader.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    // In pieces of whole elements, so that no second copy of a large array exists.
    var filled = header.type.isNativeFloat ? buffer.count : 0
    while filled < buffer.count {
      let count = min(64 << 10, buffer.count - filled)
      let values = header.type.floats(in: try reader.bytes(count * header.type.width)[...])
      _ = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled..<filled + count])
        .update(fromContentsOf: values)
      filled += count
    }
    try reader.finish()
    if header.isFortranOrder, header.shape.rank > 1 {
      let ordered = unsafe NumPyHeader.rowMajor(Array(buffer), header.shape)
      _ = unsafe buffer.update(fromContentsOf: ordered)
    }
  }

  private func entry(_ name: String) throws(ArchiveError) -> ZipEntry {
    guard let entry = archive.entry(name + ".npy") else {
      throw ArchiveError(
        file: archive.file.path, member: nil, reason: .refused("has no array called \(name)"))
    }
    return entry
  }

  /// Reads the header, and checks that exactly the array's bytes follow.
  private func header(
    of entry: ZipEntry, from reader: inout ZipMemberReader
  ) throws(ArchiveError) -> NumPyHeader {
    do {
      var start = try reader.bytes(min(10, reader.left))
      let length = try NumPyHeader.prefixLength(start, name: entry.name)
      if length > 10 { start += try reader.bytes(min(2, reader.left)) }
      let textLength = try NumPyHeader.textLength(start, name: entry.name)
      let header = try NumPyHeader(
        String(decoding: reader.bytes(min(textLength, reader.left)), as: UTF8.self),
        name: entry.name)
      guard reader.left == header.elementCount * header.type.width else {
        throw archive.error(
          entry,
          .damaged("\(reader.left) bytes of data for \(header.shape) of \(header.type.width) each"))
      }
      return header
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw archive.error(entry, .refused("\(error)"))
    }
  }
}

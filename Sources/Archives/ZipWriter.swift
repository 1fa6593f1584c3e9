import CZlib
package import Foundation

/// Writes a zip archive of stored members, one after the other, as `numpy.savez` does.
package struct ZipWriter {
  private struct Member {
    let name: [UInt8]
    let checksum: UInt32
    let size: Int
    let offset: Int
  }

  private let handle: FileHandle
  private var members: [Member] = []
  private var offset = 0

  /// Begins an archive at the start of an empty file.
  package init(to handle: FileHandle) { self.handle = handle }

  /// Adds a member.
  ///
  /// Sizes and places are those of the format without ZIP64: 4 GiB in all.
  package mutating func add(_ data: Data, named name: String) throws {
    guard offset + data.count < Int(UInt32.max) else {
      throw ArchiveError(
        file: name, member: nil, reason: .refused("an archive of 4 GiB or more is not written"))
    }
    let checksum = unsafe data.withUnsafeBytes { bytes in
      unsafe crc32(
        0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count))
    }
    let member = Member(
      name: Array(name.utf8), checksum: UInt32(truncatingIfNeeded: checksum), size: data.count,
      offset: offset)
    let header = Self.bytes(0x0403_4b50, 4) + Self.common(member) + member.name
    try handle.write(contentsOf: Data(header))
    try handle.write(contentsOf: data)
    offset += header.count + data.count
    members.append(member)
  }

  /// Writes the directory, without which the archive is none.
  package mutating func finish() throws {
    var directory: [UInt8] = []
    for member in members {
      directory += Self.bytes(0x0201_4b50, 4) + Self.bytes(20, 2) + Self.common(member)
      // No comment, first disk, no attributes.
      directory += Self.bytes(0, 2) + Self.bytes(0, 2) + Self.bytes(0, 2) + Self.bytes(0, 4)
      directory += Self.bytes(member.offset, 4) + member.name
    }
    let count = Self.bytes(members.count, 2)
    let end =
      Self.bytes(0x0605_4b50, 4) + Self.bytes(0, 4) + count + count
      + Self.bytes(directory.count, 4) + Self.bytes(offset, 4) + Self.bytes(0, 2)
    try handle.write(contentsOf: Data(directory + end))
  }

  /// What a member's header and its entry in the directory share.
  private static func common(_ member: Member) -> [UInt8] {
    // Version 2.0, names in UTF-8, stored; 1 January 1980, so that the same weights give the same
    // bytes.
    bytes(20, 2) + bytes(0x0800, 2) + bytes(0, 2) + bytes(0, 2) + bytes(0x21, 2)
      + bytes(Int(member.checksum), 4) + bytes(member.size, 4) + bytes(member.size, 4)
      + bytes(member.name.count, 2) + bytes(0, 2)
  }

  private static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

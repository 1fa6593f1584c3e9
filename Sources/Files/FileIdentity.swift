import Foundation

/// Which file a path leads to, whatever links and names lead there.
///
/// A file that is there is its device and number; one that is not yet is its folder and its name.
package enum FileIdentity: Hashable, Sendable {
  case existing(device: UInt64, number: UInt64)
  case name(String)

  /// Follows the path, links at its end as well.
  package init(of path: String) {
    var status = stat()
    if unsafe stat(path, &status) == 0 {
      self.init(status)
    } else {
      let target = (try? OutputPlace.followed(path)) ?? path
      self = .name(Self.canonical(target))
    }
  }

  /// What an open descriptor is of.
  package init?(descriptor: Int32) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    self = .existing(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  /// The path from the root, no link in the folders on the way to it.
  package static func canonical(_ path: String) -> String {
    if let whole = resolved(path) { return whole }
    let (folder, name) = split(path)
    return "\(resolved(folder) ?? folder)/\(name)"
  }

  /// The folder of a path, `.` where it names none, and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    let folder = FilePath.folder(of: path)
    return (folder.isEmpty ? "." : folder, FilePath.name(of: path))
  }

  static func resolved(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }
}

/// The files under a folder, however deep.
enum ImageTree {
  /// The paths relative to `root` of all files under `folder`, itself relative, or under `root`.
  ///
  /// Links to folders are not followed, as Keras does not.
  static func paths(
    of folder: [UInt8]?, in root: ImageLocation
  ) throws(DatasetError) -> [[UInt8]] {
    var found: [(folder: [UInt8], names: [[UInt8]])] = []
    var waiting = [folder ?? []]
    while let folder = waiting.popLast() {
      var names: [[UInt8]] = []
      let place = folder.isEmpty ? root : root.appending(folder)
      for entry in try DirectoryListing(place).entries {
        if !entry.isDirectory {
          names.append(entry.name)
        } else if !entry.isLink {
          waiting.append(joined(folder, entry.name))
        }
      }
      found.append((folder, names))
    }
    // Keras sorts whole folder paths, so that `a-b` comes before `a/c`: `-` is less than `/`.
    found.sort { $0.folder.lexicographicallyPrecedes($1.folder) }
    return found.flatMap { part in part.names.map { joined(part.folder, $0) } }
  }

  private static func joined(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] {
    folder.isEmpty ? name : folder + [UInt8(ascii: "/")] + name
  }
}

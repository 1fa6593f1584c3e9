import CHDF5

/// An object met on a walk over a whole file.
package struct HDF5Entry: Sendable, Hashable {
  /// What stands at a path.
  package enum Kind: Sendable, Hashable {
    /// A group; its members follow.
    case group
    /// A dataset; not opened.
    case dataset
    /// Another name of an object that was met before; not entered again.
    case repeated
    /// A link that is not followed.
    case link(HDF5Link.Kind)
    /// A named type, or something newer than this reader.
    case other
  }

  /// The names on the way from the root.
  package let names: [String]
  /// What stands there.
  package let kind: Kind

  /// The path from the root, `/a/b`.
  package var path: String { "/" + names.joined(separator: "/") }
}

extension HDF5File {
  /// Groups nested deeper than this are refused; Keras's deepest models need about twenty.
  package static let deepestNesting = 64

  /// Every object of the file but the root, each group before its members, without any value.
  ///
  /// Members stand in the order of their names' bytes. Cycles end at `.repeated`.
  package func entries() throws(HDF5Error) -> [HDF5Entry] {
    let root = try root()
    var met: Set = [try HDF5Group.info(of: root.handle, at: root.location).identity]
    var entries: [HDF5Entry] = []
    try collect(root, [], &met, &entries)
    return entries
  }

  private func collect(
    _ group: borrowing HDF5Group, _ names: [String], _ met: inout Set<UInt64>,
    _ entries: inout [HDF5Entry]
  ) throws(HDF5Error) {
    for link in try group.links() {
      let names = names + [link.name]
      guard link.kind == .hard else {
        entries.append(HDF5Entry(names: names, kind: .link(link.kind)))
        continue
      }
      let place = group.location.appending(link.name)
      guard names.count <= Self.deepestNesting else {
        throw group.location.error(.refused("nested deeper than \(Self.deepestNesting) groups"))
      }
      let object = try place.handle {
        unsafe H5Oopen(group.handle.id, link.name, hid_t(H5P_DEFAULT))
      }
      let info = try HDF5Group.info(of: object, at: place)
      guard met.insert(info.identity).inserted else {
        entries.append(HDF5Entry(names: names, kind: .repeated))
        continue
      }
      switch info.kind {
      case H5O_TYPE_GROUP.rawValue:
        entries.append(HDF5Entry(names: names, kind: .group))
        try collect(HDF5Group(object, place), names, &met, &entries)
      case H5O_TYPE_DATASET.rawValue:
        entries.append(HDF5Entry(names: names, kind: .dataset))
      default:
        entries.append(HDF5Entry(names: names, kind: .other))
      }
    }
  }
}

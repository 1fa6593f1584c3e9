import CHDF5

/// A group of an open file: names that lead to groups and datasets, and attributes.
package struct HDF5Group: ~Copyable, Sendable {
  let handle: HDF5Handle
  let location: HDF5Location

  init(_ handle: consuming HDF5Handle, _ location: HDF5Location) {
    self.handle = handle
    self.location = location
  }

  /// The path of the group in its file.
  package var path: String { location.object ?? "/" }

  /// The group at a path below this one, `a` or `a/b`.
  package func group(_ path: String) throws(HDF5Error) -> HDF5Group {
    let object = try open(path)
    let place = location.appending(path)
    guard try Self.info(of: object, at: place).kind == H5O_TYPE_GROUP.rawValue else {
      throw place.error(.unexpected("is not a group"))
    }
    return HDF5Group(object, place)
  }

  /// The dataset at a path below this one; its values are not read.
  package func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
    let object = try open(path)
    let place = location.appending(path)
    guard try Self.info(of: object, at: place).kind == H5O_TYPE_DATASET.rawValue else {
      throw place.error(.unexpected("is not a dataset"))
    }
    return try HDF5Dataset(object, place)
  }

  /// The attribute of this name, or `nil` if the group has none.
  package func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute? {
    let place = location.attribute(name)
    guard try place.call({ unsafe H5Aexists(handle.id, name) }) > 0 else { return nil }
    return try HDF5Attribute(
      try place.handle { unsafe H5Aopen(handle.id, name, hid_t(H5P_DEFAULT)) }, place)
  }

  /// The object at a path, reached over hard links only.
  ///
  /// A soft or external link is refused at any step, as Keras does: it may lead to another file.
  private func open(_ path: String) throws(HDF5Error) -> HDF5Handle {
    let names = path.split(separator: "/")
    let absence = location.appending(path).error(.notFound)
    guard let first = names.first, !path.hasPrefix("/") else { throw absence }
    // A group may hold itself, so that a path of any length could be followed.
    guard names.count <= HDF5File.deepestNesting else {
      throw location.error(.refused("a path in it has \(names.count) parts"))
    }
    var place = location.appending(first)
    var object = try Self.open(String(first), in: handle, at: place, absence: absence)
    for name in names.dropFirst() {
      guard try Self.info(of: object, at: place).kind == H5O_TYPE_GROUP.rawValue else {
        throw place.error(.unexpected("is not a group"))
      }
      place = place.appending(name)
      object = try Self.open(String(name), in: object, at: place, absence: absence)
    }
    return object
  }

  private static func open(
    _ name: String, in group: borrowing HDF5Handle, at place: HDF5Location, absence: HDF5Error
  ) throws(HDF5Error) -> HDF5Handle {
    let id = group.id
    guard try place.call({ unsafe H5Lexists(id, name, hid_t(H5P_DEFAULT)) }) > 0 else {
      throw absence
    }
    var kind = H5L_TYPE_ERROR.rawValue
    try place.call { unsafe assay_h5_link_kind(id, name, &kind) }
    guard kind == H5L_TYPE_HARD.rawValue else {
      let words = HDF5Link(name: name, rawKind: kind).kind
      throw place.error(.refused("is \(words); links are not followed"))
    }
    return try place.handle { unsafe H5Oopen(id, name, hid_t(H5P_DEFAULT)) }
  }

  /// What an open object is, and a number that tells it from all others of its file.
  static func info(
    of object: borrowing HDF5Handle, at place: HDF5Location
  ) throws(HDF5Error) -> (kind: Int32, identity: UInt64) {
    let id = object.id
    var kind = H5O_TYPE_UNKNOWN.rawValue
    var identity: UInt64 = 0
    try place.call { unsafe assay_h5_object_info(id, &kind, &identity) }
    return (kind, identity)
  }
}

import CHDF5

/// A name in a group.
package struct HDF5Link: Sendable, Hashable {
  /// How the name leads to its object.
  package enum Kind: Sendable, Hashable, CustomStringConvertible {
    /// To an object of the same file.
    case hard
    /// To a path, which need not exist.
    case soft
    /// To a path in another file.
    case external
    /// In a way that only a plug-in understands.
    case userDefined

    /// The kind in words: `a soft link`.
    package var description: String {
      switch self {
      case .hard: "a hard link"
      case .soft: "a soft link"
      case .external: "an external link"
      case .userDefined: "a user-defined link"
      }
    }
  }

  /// The name.
  package let name: String
  /// How it leads to its object.
  package let kind: Kind

  init(name: String, rawKind: Int32) {
    self.name = name
    kind =
      switch rawKind {
      case H5L_TYPE_HARD.rawValue: .hard
      case H5L_TYPE_SOFT.rawValue: .soft
      case H5L_TYPE_EXTERNAL.rawValue: .external
      default: .userDefined
      }
  }
}

extension HDF5Group {
  /// All names in the group, in the order of their bytes.
  package func links() throws(HDF5Error) -> [HDF5Link] {
    var found = FoundLinks()
    let status = try unsafe withUnsafeMutablePointer(to: &found) { pointer throws(HDF5Error) in
      try location.call {
        unsafe assay_h5_each_link(
          handle.id,
          { name, kind, context in
            guard let name = unsafe name,
              let found = unsafe context?.assumingMemoryBound(to: FoundLinks.self)
            else { return -1 }
            return unsafe found.pointee.add(unsafe UnsafeRawPointer(name), kind)
          }, pointer)
      }
    }
    guard status == 0 else {
      throw location.error(.refused("holds over \(FoundLinks.limit) names"))
    }
    guard !found.hasOddName else { throw location.error(.damaged("a name is not UTF-8")) }
    return found.links
  }
}

/// What the visit of a group's links has met so far.
private struct FoundLinks {
  /// More names than any model has: a group that claims more is an attack or damage.
  static let limit = 1_000_000

  var links: [HDF5Link] = []
  var hasOddName = false

  /// Takes note of a link; a positive answer ends the visit.
  mutating func add(_ name: UnsafeRawPointer, _ kind: Int32) -> herr_t {
    guard links.count < Self.limit else { return 1 }
    if let name = unsafe String(validatingCString: name.assumingMemoryBound(to: CChar.self)) {
      links.append(HDF5Link(name: name, rawKind: kind))
    } else {
      hasOddName = true
    }
    return 0
  }
}

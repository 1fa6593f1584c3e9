/// The names of an exported network's layers: each its own, and such as Keras takes.
struct LayerNames {
  private var names: [String: String] = [:]
  private var used: Set<String> = []

  /// Names for the layers at `paths`, in this order: what Keras or the file calls them, or else their paths.
  init(_ paths: [String], preferred: [String: String]) {
    // Those that are known keep theirs, whatever the paths of others look like.
    let known = paths.filter { preferred[$0] != nil }
    for path in known + paths where names[path] == nil {
      let own = Self.plain(preferred[path] ?? path)
      names[path] = used.contains(own) ? unused(Self.plain(path)) : take(own)
    }
  }

  /// The name of the layer at a path; every call gives the same.
  mutating func name(of path: String) -> String {
    if let name = names[path] { return name }
    let name = unused(Self.plain(path))
    names[path] = name
    return name
  }

  /// The name of the layer at a path, or what it would be called; nothing is named by this.
  func base(of path: String) -> String { names[path] ?? Self.plain(path) }

  /// A name that no layer has: this one, or with a number behind it.
  mutating func unused(_ name: String) -> String {
    var candidate = name
    var number = 0
    while used.contains(candidate) {
      number += 1
      candidate = "\(name)_\(number)"
    }
    return take(candidate)
  }

  private mutating func take(_ name: String) -> String {
    used.insert(name)
    return name
  }

  /// Keras 3 takes no slash, which parts the groups of a file.
  private static func plain(_ path: String) -> String {
    let name = path.split(separator: "/").joined(separator: "_")
    return name.isEmpty ? "layer" : name
  }
}

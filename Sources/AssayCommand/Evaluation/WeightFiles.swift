import Foundation

/// The checkpoints that the user names.
enum WeightFiles {
  /// Expands patterns that the shell was not to see; a name without one stays as it is.
  static func expand(_ names: [String]) throws -> [String] {
    var files: [String] = []
    for name in names {
      guard name.contains(where: { "*?[".contains($0) }),
        !FileManager.default.fileExists(atPath: name)
      else {
        files.append(name)
        continue
      }
      let found = matches(of: name)
      guard !found.isEmpty else {
        throw Failure(.missingInput, "\(name): no file matches this pattern")
      }
      files += found
    }
    // The same file twice would be scored twice.
    var seen = Set<String>()
    return files.filter { seen.insert($0).inserted }
  }

  private static func matches(of pattern: String) -> [String] {
    var result = unsafe glob_t()
    defer { unsafe globfree(&result) }
    guard unsafe glob(pattern, 0, nil, &result) == 0, let paths = unsafe result.gl_pathv else {
      return []
    }
    return (0..<Int(unsafe result.gl_pathc)).compactMap { index in
      unsafe paths[index].map { unsafe String(cString: $0) }
    }
  }
}

public import Foundation
public import Tensors

/// Finds the files under `Fixtures` from this file's own place, so that nothing is copied.
public enum Fixtures {
  /// The folder `Fixtures` of the clone.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// The path of a file given relative to `Fixtures`.
  public static func path(_ relative: String) -> String {
    root.appending(path: relative).path(percentEncoded: false)
  }

  /// The array in a `.npy` file given relative to `Fixtures`.
  public static func tensor(_ relative: String) throws -> Tensor {
    try NumPyFile.read(path(relative))
  }

  /// The bytes of a file given relative to `Fixtures`.
  public static func data(_ relative: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(relative)))
  }
}

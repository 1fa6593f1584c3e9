public import Foundation

/// A folder of a test's own, removed with its contents when the test lets go of it.
public final class ScratchFolder: Sendable {
  /// The folder.
  public let url: URL

  /// Creates an empty folder among the system's temporary files.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in the folder, which need not exist.
  public func path(_ name: String) -> String {
    url.appending(path: name).path(percentEncoded: false)
  }

  /// Writes a file into the folder and returns its path.
  public func write(_ data: some DataProtocol, as name: String) throws -> String {
    try Data(data).write(to: url.appending(path: name))
    return path(name)
  }
}

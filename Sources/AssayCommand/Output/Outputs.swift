import Files
import Foundation

/// All that one command writes, each under the option that names it.
struct Outputs {
  private let files: [(option: String, file: OutputFile)]

  /// Outputs that are not asked for are none.
  init(_ files: [(option: String, file: OutputFile?)]) {
    self.files = files.compactMap { option, file in file.map { (option, $0) } }
  }

  /// Those of both.
  static func + (first: Outputs, second: Outputs) -> Outputs {
    Outputs((first.files + second.files).map { ($0.option, Optional($0.file)) })
  }

  /// Whether nothing is asked for.
  var isEmpty: Bool { files.isEmpty }

  /// Whether one of them goes where results are printed, so that nothing else may.
  private var takeStandardOutput: Bool { files.contains { $0.file.isStandardOutput } }

  /// Fails before hours of work if one cannot be written, would be written over what the command reads, or
  /// over another.
  ///
  /// - Parameter inputs: Paths that the command reads. Of a folder all images in it count.
  func check(reading inputs: [String]) throws {
    for (_, file) in files { try file.check() }
    try check(notAmong: inputs)
    var known: [FileIdentity: String] = [:]
    if let printed = FileIdentity(descriptor: STDOUT_FILENO), Self.isRegular("/proc/self/fd/1") {
      known[printed] = "what is printed, on standard output"
    }
    for (option, file) in files where !file.isStandardOutput && !Self.isShared(file.path) {
      let other = known.updateValue(option, forKey: FileIdentity(of: file.path))
      if let other { throw Failure(.usage, "\(option) \(file.path): is also \(other)") }
    }
    let printed = files.filter(\.file.isStandardOutput).map(\.option)
    if printed.count > 1 {
      throw Failure(.usage, printed.joined(separator: " and ") + ": both are standard output")
    }
  }

  /// Fails if one would be written over what the command reads.
  func check(notAmong inputs: [String]) throws {
    let known = Dictionary(
      inputs.filter(Self.isRegular).map { (FileIdentity(of: $0), $0) },
      uniquingKeysWith: { first, _ in first })
    let folders = inputs.filter(Self.isFolder).map { FileIdentity.canonical($0) + "/" }
    for (option, file) in files where !file.isStandardOutput {
      if let input = known[FileIdentity(of: file.path)] {
        throw Failure(
          .usage, "\(option) \(file.path): would be written over \(input), which is read")
      }
      guard Self.isRegular(file.path) else { continue }
      let target = FileIdentity.canonical(file.path)
      if Self.isImage(target), let folder = folders.first(where: target.hasPrefix) {
        throw Failure(
          .usage, "\(option) \(file.path): would be written over an image in \(folder)")
      }
    }
  }

  /// Shows people the result: on standard output, or beside it where a file of the command's own goes there.
  func show(_ text: String) {
    takeStandardOutput ? StandardError.show(text) : StandardOutput.show(text)
  }

  /// Devices that everybody may write to at once.
  private static func isShared(_ path: String) -> Bool { mode(path) == S_IFCHR }

  private static func isRegular(_ path: String) -> Bool { mode(path) == S_IFREG }

  private static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

  private static func mode(_ path: String) -> mode_t? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }

  private static func isImage(_ path: String) -> Bool {
    ["jpg", "jpeg", "png", "bmp", "gif", "webp", "ppm", "pgm", "tif", "tiff", "jpe"].contains(
      String(path.split(separator: ".").last ?? "").lowercased())
  }
}

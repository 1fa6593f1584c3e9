import Foundation
import TensorBundles

/// Where the files of a TensorFlow checkpoint are, whichever of them the user named.
struct TensorFlowLocation {
  /// What the user gave.
  let path: String
  /// The path without `.index`.
  let prefix: String
  /// The folder of the SavedModel whose variables the files are; `nil` where they are no SavedModel's.
  let savedModel: String?

  private init(_ path: String, prefix: String) {
    self.path = path
    self.prefix = prefix
    savedModel = Self.savedModel(of: prefix)
  }

  /// Finds the checkpoint that `path` means, or that it means something else.
  init?(_ path: String) throws(CheckpointError) {
    let url = URL(fileURLWithPath: path)
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      guard Self.isFile("\(path).index") else { return nil }
      self.init(path, prefix: path)
      return
    }
    if isFolder.boolValue {
      let variables = url.appending(path: "variables/variables").path(percentEncoded: false)
      let state = url.appending(path: "checkpoint").path(percentEncoded: false)
      if Self.isFile(url.appending(path: "saved_model.pb").path(percentEncoded: false)) {
        self = try Self(savedModel: path, variables: variables)
      } else if Self.isFile(state), let prefix = try Self.latest(in: state) {
        self.init(path, prefix: prefix)
      } else if let prefix = try Self.only(in: path) {
        self.init(path, prefix: prefix)
      } else {
        return nil
      }
      return
    }
    if url.lastPathComponent == "saved_model.pb" {
      let folder = url.deletingLastPathComponent()
      self = try Self(
        savedModel: path,
        variables: folder.appending(path: "variables/variables").path(percentEncoded: false))
    } else if let prefix = Self.prefixOfDataFile(path) {
      self.init(path, prefix: prefix)
    } else if Self.isTable(path) {
      guard path.hasSuffix(".index") else {
        throw .unsupported(
          file: path, object: nil,
          detail: "a TensorFlow checkpoint of version 1, or an index that was renamed; "
            + "load it into TensorFlow and save it with tf.compat.v1.train.Saver")
      }
      self.init(path, prefix: String(path.dropLast(".index".count)))
    } else if let prefix = try Self.latest(in: path) {
      self.init(path, prefix: prefix)
    } else {
      // An index that was cut short ends as no index does; its name is all that is left.
      let prefix = String(path.dropLast(".index".count))
      guard path.hasSuffix(".index"), Self.isFile("\(prefix).data-00000-of-00001") else {
        return nil
      }
      self.init(path, prefix: prefix)
    }
  }

  private init(savedModel path: String, variables: String) throws(CheckpointError) {
    guard Self.isFile("\(variables).index") else {
      throw .notACheckpoint(
        file: path, looksLike: "a TensorFlow SavedModel without variables/variables.index")
    }
    self.init(path, prefix: variables)
  }

  /// The folder of the SavedModel that `…/variables/variables` belongs to, if there is one.
  private static func savedModel(of prefix: String) -> String? {
    let url = URL(fileURLWithPath: prefix)
    guard url.lastPathComponent == "variables" else { return nil }
    let folder = url.deletingLastPathComponent().deletingLastPathComponent()
    guard isFile(folder.appending(path: "saved_model.pb").path(percentEncoded: false)) else {
      return nil
    }
    return folder.path(percentEncoded: false)
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }

  private static func isTable(_ path: String) -> Bool {
    guard let file = try? RandomAccessFile(path) else { return false }
    return (try? TensorBundle.isTable(file)) ?? false
  }

  /// The beginning of a name that ends in `.data-00000-of-00001`, if there is an index to it.
  private static func prefixOfDataFile(_ path: String) -> String? {
    guard let range = path.range(of: ".data-", options: .backwards) else { return nil }
    let numbers = path[range.upperBound...].components(separatedBy: "-of-")
    guard numbers.count == 2, numbers.allSatisfy({ $0.count >= 5 && Int($0) != nil }) else {
      return nil
    }
    let prefix = String(path[..<range.lowerBound])
    return isFile("\(prefix).index") ? prefix : nil
  }

  /// The only checkpoint of a folder without the file `checkpoint`, which is often left behind where a
  /// folder is copied; `nil` for a folder without any.
  private static func only(in folder: String) throws(CheckpointError) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let indices = names.filter { $0.hasSuffix(".index") }.sorted {
      NumberedName($0) < NumberedName($1)
    }
    let prefixes = indices.map { String($0.dropLast(".index".count)) }
    guard prefixes.count < 2 else {
      let listed = prefixes.prefix(20).joined(separator: ", ")
      let more = prefixes.count > 20 ? " and \(prefixes.count - 20) more" : ""
      throw .notACheckpoint(
        file: folder,
        looksLike:
          "a folder of \(prefixes.count) TensorFlow checkpoints, and no file 'checkpoint' tells "
          + "the latest; give one of them after the folder's name: \(listed)\(more)")
    }
    return prefixes.first.map {
      URL(fileURLWithPath: folder).appending(path: $0).path(percentEncoded: false)
    }
  }

  /// The latest checkpoint that a file `checkpoint` names (`CheckpointState`, as text).
  ///
  /// TensorFlow often stores a path of the machine that wrote it. What is opened lies always in the
  /// folder of the file, so that a file from elsewhere cannot name another one.
  static func latest(in path: String) throws(CheckpointError) -> String? {
    let opening = "model_checkpoint_path:"
    guard let file = try? RandomAccessFile(path), file.size < 1 << 20,
      let bytes = try? file.bytes(file.size, at: 0),
      bytes.starts(with: opening.utf8)
    else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }
    let quoted = line.dropFirst(opening.count).drop { $0 == " " }
    guard quoted.count > 2, let quote = quoted.first, quoted.last == quote, !quoted.contains("\\")
    else {
      throw .unsupported(
        file: path, object: nil, detail: "its first line names no checkpoint that can be read")
    }
    let named = quoted.dropFirst().dropLast().split(separator: "/")
    let isInside = quoted.dropFirst().first != "/" && !named.contains("..")
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let relative = isInside ? named.joined(separator: "/") : String(named.last ?? "")
    let prefix = folder.appending(path: relative).path(percentEncoded: false)
    guard isFile("\(prefix).index") else { throw .missing(file: "\(prefix).index") }
    return prefix
  }
}

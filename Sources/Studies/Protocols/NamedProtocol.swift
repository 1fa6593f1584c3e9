import Digests
import Files
import Foundation
import Tensors

/// A protocol, and what a report says of where it came from.
public struct NamedProtocol: Sendable {
  /// What it says.
  public let settings: EvaluationProtocol
  /// Its published name; of a file the path, and the SHA-256 of its bytes.
  public let source: String

  /// More bytes have no protocol, which is a page of text.
  static let largestFile = 1 << 16

  /// Reads a protocol: one of the published names, else a file of YAML.
  ///
  /// Files that it names lie relative to its own folder.
  ///
  /// - Throws: ``ProtocolError``.
  public init(_ name: String) throws(ProtocolError) {
    if let known = EvaluationProtocol.published.first(where: { $0.name == name }) {
      settings = known.settings
      source = name
      return
    }
    guard let data = FileManager.default.contents(atPath: name) else { throw .missing(name) }
    guard data.count <= Self.largestFile else {
      throw .tooLarge(file: name, bytes: data.count, limit: Self.largestFile)
    }
    var settings = try ProtocolReader(file: name).settings(in: data)
    settings.labels?.resolve(besides: name)
    self.settings = settings
    source = "\(name), sha256 \(SHA256.hash(data: data).hexadecimal)"
  }
}

extension EvaluationProtocol.Labels {
  /// Makes paths of files that lie beside the protocol.
  fileprivate mutating func resolve(besides file: String) {
    let folder = FilePath.folder(of: file)
    let place = { (path: String) in
      path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    }
    self.file = self.file.map(place)
    classNames = classNames.map(place)
    synsets = synsets.map(place)
    if let mask = classMask, mask != "present" { classMask = place(mask) }
    if let order = classOrder, !["code-point", "natural"].contains(order) {
      classOrder = place(order)
    }
  }
}

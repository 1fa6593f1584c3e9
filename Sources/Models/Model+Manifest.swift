import Binding
import Checkpoints
import Digests
public import Evaluation
import Files
import Foundation
import Networks
import Tensors

// What a report says of a model.
extension Model {
  /// All files that the checkpoint is of.
  public var files: [String] { checkpoint.files }

  /// What of the weights is not finite, in words; `nil` where all is.
  public func nonFiniteWeights() throws -> String? {
    let broken = try graph.parameters.filter { parameter in
      try bound.values(of: parameter).contains { !$0.isFinite }
    }
    guard let first = broken.first else { return nil }
    return
      "\(broken.count) of \(graph.parameters.count) tensors hold values that are not finite, the first "
      + "\(first.path)"
  }

  /// The network as a report names it.
  public var description: EvaluationManifest.Model {
    EvaluationManifest.Model(
      name: identifier, config: defaults.config, parameters: graph.parameterCount, classes: classes,
      input: graph.input.description, dataFormat: graph.dataFormat.rawValue,
      outputActivation: activation)
  }

  /// The checkpoint as a report names it.
  ///
  /// - Throws: ``CheckpointError`` where the hash would be of other bytes than were read.
  public func weightsDescription() throws -> EvaluationManifest.Weights {
    let sha256 = try Self.sha256(of: checkpoint.files)
    guard FileState(of: file) == state else {
      throw CheckpointError.damaged(
        file: file, object: nil, detail: "has changed while it was read")
    }
    return EvaluationManifest.Weights(
      file: file, sha256: sha256, format: checkpoint.format.description,
      kerasVersion: checkpoint.kerasVersion, allowances: plan.allowances,
      conventions: plan.conventionNotes + Self.notes(on: checkpoint))
  }

  /// The SHA-256 of the file or, of a checkpoint of several, of what `sha256sum` prints of them.
  private static func sha256(of files: [String]) throws -> String {
    guard files.count != 1 else { return try sha256(of: files[0]) }
    var hash = SHA256()
    for file in files.sorted() {
      let name = URL(fileURLWithPath: file).lastPathComponent
      hash.update(data: Data("\(try sha256(of: file))  \(name)\n".utf8))
    }
    return hash.finalize().hexadecimal
  }

  /// The SHA-256 of a file, read in pieces.
  private static func sha256(of file: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw CheckpointError.unreadable(file: file, detail: "cannot be read again")
    }
    var hash = SHA256()
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
    }
    return hash.finalize().hexadecimal
  }
}

import Foundation
import JSON
import KerasConfigs
import TensorBundles
import Wire

/// What Keras 2 says of a model beside a SavedModel, in `keras_metadata.pb`.
///
/// A message `SavedMetadata` (Keras's protobuf/saved_metadata.proto): nodes in field 1, each with its path
/// in field 3 and a JSON text in field 5, which for the model itself, `root`, has its class and config.
struct SavedModelConfig {
  /// The file, for the words of errors and for the report.
  let path: String
  /// The model's config as JSON.
  let text: String
  /// The same, read.
  let config: KerasConfig

  private static let largest = 256 << 20

  /// Reads the file in the folder of a SavedModel; `nil` where there is none, or none of a Keras model.
  init?(folder: String) throws(CheckpointError) {
    path = URL(fileURLWithPath: folder).appending(path: "keras_metadata.pb")
      .path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let metadata: String?
    do {
      metadata = try Self.rootMetadata(of: path)
    } catch let error as TensorBundleError {
      throw CheckpointError(error)
    } catch {
      throw .damaged(file: path, object: nil, detail: "\(error)")
    }
    guard let metadata else { return nil }
    do {
      let root = try JSONDocument(metadata).root
      config = try KerasConfig(root)
      text = metadata
    } catch {
      throw .damaged(file: path, object: nil, detail: "the model's config: \(error)")
    }
  }

  private static func rootMetadata(of path: String) throws -> String? {
    let file = try RandomAccessFile(path)
    guard file.size <= largest else {
      throw TensorBundleError(
        file: path, object: nil,
        reason: .refused("\(file.size) bytes are over the limit of \(largest)"))
    }
    let message = try ProtobufMessage(try file.bytes(file.size, at: 0)[...])
    for node in try message.messages(1) where try node.text(3) == "root" {
      return try node.text(5)
    }
    return nil
  }
}

import Digests
import Evaluation
import Files
import Foundation
import Tensors

/// What came out of a shard, as JSON Lines; ``ShardReader`` reads it.
///
/// First whose it is, then for each checkpoint a line an image in their order, then a SHA-256 of all that.
/// The same shard always gives the same bytes.
enum ShardResult {
  /// Whose result it is.
  struct Header: Codable, Hashable {
    var format = ShardResult.format
    /// The SHA-256 of the plan.
    var plan: String
    /// `3/64`.
    var shard: String
    /// What computed it.
    var engines: [String]
  }

  static let format = "assay-shard-1"

  static func path(of shard: Shard, in folder: String) -> String {
    "\(RunPart.folder(of: shard, in: folder))/result"
  }

  /// Writes the file, for each checkpoint the predictions in the order of the images.
  static func write(
    _ header: Header, _ predictions: [[Prediction]], to path: String
  ) throws {
    try RunFile.write(path) { file in
      var hash = SHA256()
      var line = try PredictionLog.encoder.encode(header)
      line.append(newline)
      hash.update(data: line)
      try file.append(line)
      for prediction in predictions.joined() {
        line = try PredictionLine.encode(prediction)
        line.append(newline)
        hash.update(data: line)
        try file.append(line)
      }
      try file.append("\(hash.finalize().hexadecimal)\n".utf8)
    }
  }
}

private let newline = UInt8(ascii: "\n")

import Crypto
import Evaluation
import Foundation
import Tensors

/// What came out of a shard, as JSON Lines.
///
/// First whose it is, then for each checkpoint a line an image in their order, then a SHA-256 of all that.
/// The same shard always gives the same bytes.
struct ShardResult {
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

  let header: Header
  /// For each checkpoint, in the order of the images.
  let predictions: [[Prediction]]

  fileprivate static let format = "assay-shard-1"

  /// How it stands with a shard.
  enum State {
    /// There is no result.
    case missing
    /// There is something else.
    case bad(String)
    /// The bytes are those that were written, and of this run.
    case whole(Contents)
  }

  /// The lines of a whole result, not yet read.
  struct Contents {
    let header: Header
    fileprivate let lines: [Data]
  }

  static func path(of shard: Shard, in folder: String) -> String {
    "\(RunPart.folder(of: shard, in: folder))/result"
  }

  /// The bytes of the file.
  func lines() throws -> Data {
    let encoder = PredictionLog.encoder
    var data = try encoder.encode(header) + [newline]
    for prediction in predictions.joined() {
      data += try encoder.encode(prediction) + [newline]
    }
    return data + Data("\(SHA256.hash(data: data).hexadecimal)\n".utf8)
  }

  /// Looks at the result of a shard without reading its predictions.
  static func state(of shard: Shard, in folder: String, _ pinned: PinnedPlan) -> State {
    let data: Data
    do {
      guard let found = try RunFile.read(path(of: shard, in: folder)) else { return .missing }
      data = found
    } catch {
      return .bad("\(error)")
    }
    return state(data, of: shard, pinned)
  }

  static func state(_ data: Data, of shard: Shard, _ pinned: PinnedPlan) -> State {
    let sum = data.suffix(65)
    guard sum.last == newline,
      String(decoding: sum.dropLast(), as: UTF8.self)
        == SHA256.hash(data: data.dropLast(65)).hexadecimal
    else { return .bad("damaged: other bytes than were written") }
    let lines = data.dropLast(65).split(separator: newline)
    guard let first = lines.first,
      let header = try? PredictionLog.decoder.decode(Header.self, from: first),
      header.format == format
    else { return .bad("not a result in \(format)") }
    guard header.plan == pinned.sha256 else { return .bad("of a run with another plan") }
    guard header.shard == shard.description else { return .bad("of shard \(header.shard)") }
    let images = shard.places(of: pinned.plan.images).count
    guard lines.count == 1 + pinned.plan.checkpoints.count * images else {
      return .bad("not of the images of its plan")
    }
    return .whole(Contents(header: header, lines: Array(lines.dropFirst())))
  }
}

extension ShardResult {
  /// Reads what is whole; `nil` where that is not the result of so many images by these networks.
  init?(_ contents: Contents, _ checkpoints: [EvaluationManifest], images: Int) {
    let decoder = PredictionLog.decoder
    let all = contents.lines.compactMap { try? decoder.decode(Prediction.self, from: $0) }
    guard all.count == contents.lines.count else { return nil }
    header = contents.header
    predictions = checkpoints.indices.map { Array(all[$0 * images..<($0 + 1) * images]) }
    for (checkpoint, predictions) in zip(checkpoints, predictions) {
      guard predictions.allSatisfy({ $0.isOf(checkpoint) }) else {
        return nil
      }
    }
  }
}

private let newline = UInt8(ascii: "\n")

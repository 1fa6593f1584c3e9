import Files
import Foundation

/// The predictions of a log in their order, block by block, so that a log that is larger than memory can be read.
package struct StoredPredictions: ~Copyable {
  /// What was scored with what.
  package let manifest: EvaluationManifest
  private var blocks: LineBlocks
  /// The lines that came with the manifest.
  private var first: [UInt8]?
  /// How many lines and how many predictions have passed.
  private var (lines, count) = (1, 0)

  /// Begins to read a log.
  ///
  /// - Throws: ``PredictionLogError`` where the file is none, ``LineBlocksError`` where it cannot be read.
  package init(contentsOf path: String) throws {
    try self.init(LineBlocks(path))
  }

  init(_ blocks: consuming LineBlocks) throws {
    guard let block = try blocks.next() else { throw PredictionLogError.noLog }
    let end = block.firstIndex(of: newline) ?? block.count
    manifest = try PredictionLog.manifest(Data(block[..<end]))
    first = Array(block[min(end + 1, block.count)...])
    self.blocks = blocks
  }

  /// The next predictions; `nil` after the last one.
  ///
  /// - Throws: ``PredictionLogError`` with the line that is not as it should be.
  package mutating func next() throws -> [Prediction]? {
    guard let block = try first ?? blocks.next() else {
      guard count == manifest.data.images else {
        throw PredictionLogError(
          line: lines, "ends after \(count) of \(manifest.data.images) images")
      }
      return nil
    }
    first = nil
    let predictions = try PredictionLog.predictions(block, of: manifest, after: &lines)
    count += predictions.count
    return predictions
  }
}

private let newline = UInt8(ascii: "\n")

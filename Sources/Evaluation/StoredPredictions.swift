import Files
import Foundation

/// The predictions of a log in their order, of which a block is in memory, so that a log that is larger than that can be
/// read.
package final class StoredPredictions {
  /// What was scored with what.
  package let manifest: EvaluationManifest
  private var blocks: LineBlocks
  /// The lines that came with the manifest.
  private var first: [UInt8]?
  /// Those that were read and not yet given.
  private var read: ArraySlice<Prediction> = []
  /// How many lines and how many predictions have passed.
  private var (lines, count) = (1, 0)

  /// Begins to read a log.
  ///
  /// - Throws: ``PredictionLogError`` where the file is none, ``LineBlocksError`` where it cannot be read.
  package init(contentsOf path: String) throws {
    var blocks = try LineBlocks(path)
    guard let block = try blocks.next() else { throw PredictionLogError.noLog }
    let end = block.firstIndex(of: UInt8(ascii: "\n")) ?? block.count
    manifest = try PredictionLog.manifest(Data(block[..<end]))
    first = Array(block[min(end + 1, block.count)...])
    self.blocks = blocks
  }

  /// The next prediction; `nil` after the last one.
  ///
  /// - Throws: ``PredictionLogError`` with the line that is not as it should be.
  package func next() throws -> Prediction? {
    while read.isEmpty {
      guard let block = try first ?? blocks.next() else {
        guard count == manifest.data.images else {
          throw PredictionLogError(
            line: lines, "ends after \(count) of \(manifest.data.images) images")
        }
        return nil
      }
      first = nil
      read = try PredictionLog.predictions(block, of: manifest, after: &lines)[...]
      count += read.count
    }
    return read.removeFirst()
  }
}

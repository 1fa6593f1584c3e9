package import Files
package import Foundation

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

  /// A file that was opened: a log, or else all of it, since a pipe can be read only once.
  package enum Opened {
    case log(StoredPredictions)
    case other(Data, PredictionLogError)
  }

  /// Opens a file.
  ///
  /// - Throws: ``LineBlocksError`` where it cannot be read.
  package static func open(_ path: String) throws(LineBlocksError) -> Opened {
    var blocks = try LineBlocks(path)
    var block = try blocks.next() ?? []
    let end = block.firstIndex(of: UInt8(ascii: "\n")) ?? block.count
    do throws(PredictionLogError) {
      let manifest = try PredictionLog.manifest(Data(block[..<end]))
      block.removeSubrange(..<min(end + 1, block.count))
      return .log(StoredPredictions(manifest, block, blocks))
    } catch {
      while let more = try blocks.next() { block += more }
      return .other(Data(block), error)
    }
  }

  private init(
    _ manifest: EvaluationManifest, _ first: [UInt8], _ blocks: consuming LineBlocks
  ) {
    self.manifest = manifest
    self.first = first
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

import Digests
import Evaluation
import Files
import Foundation
import Tensors

/// Reads what came out of a shard block by block, so that it need not fit into memory.
///
/// Whether its bytes are those that were written is known only at the end; what was read before counts only then.
struct ShardReader: ~Copyable {
  private let shard: Shard
  private let pinned: PinnedPlan
  private var blocks: LineBlocks
  /// The line that came last, which may be the one with the hash.
  private var held: [UInt8] = []
  private var hash = SHA256()
  /// How many lines of predictions have passed.
  private(set) var count = 0
  /// What computed the predictions; nothing before the first block.
  private(set) var engines: Set<String> = []
  private var headerFault: String?
  private var hasHeader = false

  /// How it stands with a shard.
  enum State: Equatable {
    /// There is no result.
    case missing
    /// There is something else.
    case bad(String)
    /// The bytes are those that were written, and of this run.
    case whole
  }

  /// Begins to read a result.
  init(_ blocks: consuming LineBlocks, of shard: Shard, _ pinned: PinnedPlan) {
    (self.shard, self.pinned) = (shard, pinned)
    self.blocks = blocks
  }

  /// Begins to read the result of a shard in a run's folder; `nil` where there is none.
  init?(_ shard: Shard, in folder: String, _ pinned: PinnedPlan) throws(LineBlocksError) {
    do throws(LineBlocksError) {
      self.init(try LineBlocks(ShardResult.path(of: shard, in: folder)), of: shard, pinned)
    } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
  }

  /// The next lines of predictions; `nil` at the end.
  mutating func next() throws(LineBlocksError) -> [UInt8]? {
    while let block = try blocks.next() {
      var lines = held + block
      let last = lines.dropLast().lastIndex(of: newline).map { $0 + 1 } ?? 0
      held = Array(lines[last...])
      lines.removeSubrange(last...)
      guard !lines.isEmpty else { continue }
      hash.update(data: lines)
      if !hasHeader {
        let end = lines.firstIndex(of: newline) ?? lines.count
        readHeader(Data(lines[..<end]))
        lines.removeSubrange(...end)
      }
      count += lines.count { $0 == newline }
      if !lines.isEmpty { return lines }
    }
    return nil
  }

  private mutating func readHeader(_ line: Data) {
    hasHeader = true
    guard let header = try? PredictionLog.decoder.decode(ShardResult.Header.self, from: line),
      header.format == ShardResult.format
    else {
      headerFault = "not a result in \(ShardResult.format)"
      return
    }
    engines = Set(header.engines)
    if header.plan != pinned.sha256 {
      headerFault = "of a run with another plan"
    } else if header.shard != shard.description {
      headerFault = "of shard \(header.shard)"
    }
  }

  /// What is wrong with all that was read, once the end is reached.
  var fault: String? {
    guard held.last == newline,
      String(decoding: held.dropLast(), as: UTF8.self) == hash.finalize().hexadecimal
    else { return "damaged: other bytes than were written" }
    guard hasHeader else { return "not a result in \(ShardResult.format)" }
    let images = shard.places(of: pinned.plan.images).count
    return headerFault
      ?? (count == pinned.plan.checkpoints.count * images ? nil : "not of the images of its plan")
  }

  /// Looks at the result of a shard without reading its predictions.
  static func state(of shard: Shard, in folder: String, _ pinned: PinnedPlan) -> State {
    do throws(LineBlocksError) {
      guard var reader = try ShardReader(shard, in: folder, pinned) else { return .missing }
      while try reader.next() != nil {}
      return reader.fault.map { .bad($0) } ?? .whole
    } catch {
      return .bad("\(error)")
    }
  }
}

extension ShardReader {
  /// Reads to the end, and hands over each prediction with the number of its checkpoint.
  ///
  /// - Returns: What is wrong, if something is; then none of what was handed over counts.
  mutating func read(
    _ body: (Int, Prediction) -> Void
  ) throws(LineBlocksError) -> String? {
    let checkpoints = pinned.plan.checkpoints
    let images = shard.places(of: pinned.plan.images).count
    var place = 0
    var isReadable = true
    while let block = try next() {
      for prediction in ConcurrentLines.map(block, { PredictionLine.decode($0, $1) }) {
        guard isReadable, images > 0, place < images * checkpoints.count, let prediction,
          prediction.isOf(checkpoints[place / images])
        else {
          isReadable = false
          continue
        }
        body(place / images, prediction)
        place += 1
      }
    }
    return fault ?? (isReadable ? nil : "no predictions of its checkpoints")
  }

  /// Reads to the end, and hands over the lines of a checkpoint.
  mutating func lines(
    of checkpoint: Int, _ body: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    let images = shard.places(of: pinned.plan.images).count
    let wanted = images * checkpoint..<images * (checkpoint + 1)
    while case let first = count, let block = try next() {
      // Mostly a whole block is of one checkpoint.
      guard first < wanted.upperBound, count > wanted.lowerBound else { continue }
      let start = Self.start(ofLine: wanted.lowerBound - first, in: block)
      let end = Self.start(ofLine: wanted.upperBound - first, in: block)
      try body(block[start..<end])
    }
  }

  private static func start(ofLine line: Int, in block: [UInt8]) -> Int {
    var (place, passed) = (0, 0)
    while passed < line, place < block.count {
      if block[place] == newline { passed += 1 }
      place += 1
    }
    return place
  }
}

private let newline = UInt8(ascii: "\n")

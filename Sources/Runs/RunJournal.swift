import Datasets
import Evaluation
import Files
import Foundation
import Synchronization

/// What one process has found, a line a prediction in the order in which they were done.
///
/// A line is a checksum of the rest, the checkpoint, the image's place, the prediction. The first line says of
/// which plan.
///
/// Each process that works on a part writes a journal of its own, `journal-1`, `journal-2`, and reads
/// those before it; so none is harmed by one that was cut off, nor by one that a forgotten copy of the
/// process is still writing. Whatever ended a process, the lines up to the first that is not whole are
/// true.
final class RunJournal: Sendable {
  private let path: String
  private let state: Mutex<State>

  private struct State {
    var descriptor: Int32
    var lastSync = ContinuousClock.now
    var failure: RunError?
  }

  /// Of what a journal is.
  struct Header: Codable, Hashable {
    var format = "assay-journal-1"
    /// The SHA-256 of the plan.
    var plan: String
    /// What computed its predictions.
    var engine: String
  }

  /// How often lines are sent to the disk; a power cut takes those after the last time, which are then done
  /// again.
  private static let syncInterval = Duration.seconds(1)

  /// Begins the next journal of a folder.
  init(in folder: String, _ header: Header) throws {
    var number = Self.files(in: folder).count
    var descriptor: Int32 = -1
    var path = ""
    repeat {
      number += 1
      path = "\(folder)/journal-\(number)"
      descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else { throw RunFile.creationFailure(path) }
    self.path = path
    state = Mutex(State(descriptor: descriptor))
    try write(Self.line(PredictionLog.encoder.encode(header)))
    try RunFile.synchronize(folder: folder)
  }

  deinit { _ = state.withLock { close($0.descriptor) } }

  /// Appends predictions of a checkpoint for images from `first` on.
  ///
  /// - Throws: ``RunError`` where the disk is full or gone; also every time after that.
  func append(_ predictions: [Prediction], of checkpoint: Int, at first: Int) throws {
    var lines = Data()
    for (index, prediction) in predictions.enumerated() {
      lines += Self.line(
        Data("\(checkpoint) \(first + index) ".utf8) + (try PredictionLine.encode(prediction)))
    }
    try write(lines)
  }

  private func write(_ lines: Data) throws(RunError) {
    try state.withLock { state throws(RunError) in
      // After a line that is not whole, further ones would be lost when the journal is read.
      if let failure = state.failure { throw failure }
      do throws(RunError) {
        try RunFile.append(lines, to: state.descriptor, path)
        let now = ContinuousClock.now
        guard state.lastSync.duration(to: now) >= Self.syncInterval else { return }
        state.lastSync = now
        try Self.synchronize(state.descriptor, path)
      } catch {
        state.failure = error
        throw error
      }
    }
  }

  /// Makes sure that all lines are on the disk.
  func synchronize() throws(RunError) {
    try state.withLock { state throws(RunError) in
      if let failure = state.failure { throw failure }
      try Self.synchronize(state.descriptor, path)
    }
  }

  private static func synchronize(_ descriptor: Int32, _ path: String) throws(RunError) {
    guard fdatasync(descriptor) == 0 else {
      throw .inputOutput(path, reason: RunFile.lastReason())
    }
  }

  private static func line(_ body: Data) -> Data {
    Data("\(checksum(body)) ".utf8) + body + [newline]
  }

  /// CRC-32C as eight hexadecimal digits.
  private static func checksum(_ bytes: Data) -> String {
    let digits = String(JournalLine.checksum([UInt8](bytes), 0..<bytes.count), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension RunJournal {
  /// The journals of a folder.
  static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix("journal-") }.sorted().map { "\(folder)/\($0)" }
  }

  /// What all journals of a folder have.
  struct Contents {
    /// For each checkpoint, the predictions by the images' places.
    var known: [[Int: Prediction]]
    /// What computed them.
    var engines: Set<String> = []
  }

  /// Reads the journals of a folder, of a plan, for images at `places`.
  ///
  /// - Throws: ``RunError`` where one is of another plan, or cannot be read.
  static func read(
    _ folder: String, _ pinned: PinnedPlan, places: Range<Int>
  ) throws(RunError) -> Contents {
    var contents = Contents(known: Array(repeating: [:], count: pinned.plan.checkpoints.count))
    for file in files(in: folder) {
      do {
        try contents.add(LineBlocks(file), pinned, places: places)
      } catch let error as LineBlocksError {
        throw .inputOutput(file, reason: SystemReason.words(error.code))
      } catch let error as RunError {
        throw error
      } catch {
        throw .damaged(file, reason: "\(error)")
      }
    }
    return contents
  }
}

extension RunJournal.Contents {
  /// Adds the lines of one journal, up to the first that is not whole.
  mutating func add(
    _ blocks: consuming LineBlocks, _ pinned: PinnedPlan, places: Range<Int>
  ) throws {
    let file = blocks.path
    var engine: String?
    while var block = try blocks.next() {
      // A line without its end was not written whole.
      if block.last != newline {
        block.removeSubrange((block.lastIndex(of: newline).map { $0 + 1 } ?? 0)...)
      }
      guard !block.isEmpty else { return }
      if engine == nil {
        let end = block.firstIndex(of: newline) ?? block.count
        // Who died before the first line was whole has left nothing.
        guard let body = JournalLine.body(block, 0..<end) else { return }
        let header = try? PredictionLog.decoder.decode(
          RunJournal.Header.self, from: Data(block[body]))
        guard let header, header.plan == pinned.sha256 else {
          throw RunError.damaged(file, reason: "not the journal of this run")
        }
        engine = header.engine
        block.removeSubrange(..<min(end + 1, block.count))
      }
      for line in ConcurrentLines.map(block, { JournalLine($0, $1) }) {
        switch line {
        case .torn: return
        case .foreign: throw RunError.damaged(file, reason: "a line that is none of this run")
        case .prediction(let checkpoint, let place, let prediction):
          guard known.indices.contains(checkpoint), places.contains(place),
            prediction.isOf(pinned.plan.checkpoints[checkpoint])
          else { throw RunError.damaged(file, reason: "a line that is none of this run") }
          // What the system could not give then, it may give now.
          if prediction.failure.map({ $0.kind.isTemporary }) == true { continue }
          known[checkpoint][place] = prediction
          if let engine { engines.insert(engine) }
        }
      }
    }
  }
}

private let newline = UInt8(ascii: "\n")

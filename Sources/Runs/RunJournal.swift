import CChecksums
import Datasets
import Evaluation
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
    let encoder = PredictionLog.encoder
    var lines = Data()
    for (index, prediction) in predictions.enumerated() {
      lines += Self.line(
        Data("\(checkpoint) \(first + index) ".utf8) + (try encoder.encode(prediction)))
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
  fileprivate static func checksum(_ bytes: Data) -> String {
    let array = [UInt8](bytes)
    let sum = unsafe array.withUnsafeBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe assay_crc32c(0, $0, buffer.count) } ?? 0
    }
    let digits = String(sum, radix: 16)
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
      try contents.add(RunFile.read(file) ?? Data(), of: file, pinned, places: places)
    }
    return contents
  }

  /// The lines of a journal up to the first that is not whole, without their checksums.
  fileprivate struct Lines: IteratorProtocol {
    private var rest: Data

    init(_ data: Data) { rest = data }

    mutating func next() -> Data? {
      guard let end = rest.firstIndex(of: newline) else { return nil }
      let line = rest[..<end]
      guard line.count > 9, line[line.startIndex + 8] == space,
        String(decoding: line.prefix(8), as: UTF8.self) == checksum(line.dropFirst(9))
      else { return nil }
      rest = rest[(end + 1)...]
      return line.dropFirst(9)
    }
  }
}

extension RunJournal.Contents {
  /// Adds the lines of one journal.
  mutating func add(
    _ data: Data, of file: String, _ pinned: PinnedPlan, places: Range<Int>
  ) throws(RunError) {
    var lines = RunJournal.Lines(data)
    // Who died before the first line was whole has left nothing.
    guard let first = lines.next() else { return }
    let decoder = PredictionLog.decoder
    guard let header = try? decoder.decode(RunJournal.Header.self, from: first),
      header.plan == pinned.sha256
    else { throw .damaged(file, reason: "not the journal of this run") }
    while let line = lines.next() {
      let parts = line.split(separator: space, maxSplits: 2)
      guard parts.count == 3, let checkpoint = Int(String(decoding: parts[0], as: UTF8.self)),
        known.indices.contains(checkpoint),
        let place = Int(String(decoding: parts[1], as: UTF8.self)), places.contains(place),
        let prediction = try? decoder.decode(Prediction.self, from: parts[2]),
        prediction.isOf(pinned.plan.checkpoints[checkpoint])
      else { throw .damaged(file, reason: "a line that is none of this run") }
      // What the system could not give then, it may give now.
      if prediction.failure.map({ $0.kind.isTemporary }) == true { continue }
      known[checkpoint][place] = prediction
      engines.insert(header.engine)
    }
  }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")

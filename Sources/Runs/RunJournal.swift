import CChecksums
import Evaluation
import Foundation
import Synchronization

/// What became of each image, a line an image in the order in which they were done: a checksum of the rest,
/// the image's place, its prediction.
///
/// Whatever ended the process, the lines up to the first that is not whole are true, and the rest is cut
/// off.
final class RunJournal: Sendable {
  private let path: String
  private let state: Mutex<State>

  private struct State {
    var descriptor: Int32
    var lastSync = ContinuousClock.now
    var failure: RunError?
  }

  /// How much may be lost to a power cut.
  private static let syncInterval = Duration.seconds(1)

  /// Opens the journal at `path`, or begins one.
  ///
  /// - Returns: With it, the predictions that it has, by the images' places.
  static func open(
    _ path: String, images: Int
  ) throws(RunError) -> (journal: RunJournal, known: [Int: Prediction]) {
    let descriptor = unsafe Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotCreate(path, reason: DurableFile.lastReason()) }
    let (known, length) = read(
      FileManager.default.contents(atPath: path) ?? Data(), images: images)
    // What follows the last whole line was being written when the process died.
    guard ftruncate(descriptor, off_t(length)) == 0,
      lseek(descriptor, off_t(length), SEEK_SET) == off_t(length)
    else {
      let reason = DurableFile.lastReason()
      close(descriptor)
      throw .inputOutput(path, reason: reason)
    }
    return (RunJournal(path, descriptor), known)
  }

  private init(_ path: String, _ descriptor: Int32) {
    self.path = path
    state = Mutex(State(descriptor: descriptor))
  }

  deinit { _ = state.withLock { close($0.descriptor) } }

  /// The predictions of all whole lines, and how many bytes these are.
  static func read(_ data: Data, images: Int) -> (known: [Int: Prediction], length: Int) {
    let decoder = PredictionLog.decoder
    var known: [Int: Prediction] = [:]
    var start = data.startIndex
    while let end = data[start...].firstIndex(of: newline) {
      let line = data[start..<end]
      guard line.count > 9, line[start + 8] == space,
        String(decoding: line.prefix(8), as: UTF8.self) == checksum(line.dropFirst(9)),
        let gap = line.dropFirst(9).firstIndex(of: space),
        let place = Int(String(decoding: line[(start + 9)..<gap], as: UTF8.self)),
        (0..<images).contains(place),
        let prediction = try? decoder.decode(Prediction.self, from: line[(gap + 1)...])
      else { break }
      known[place] = prediction
      start = end + 1
    }
    return (known, start - data.startIndex)
  }

  /// Appends the predictions of images from `first` on.
  ///
  /// - Throws: ``RunError`` where the disk is full or gone; also every time after that.
  func append(_ predictions: [Prediction], at first: Int) throws {
    let encoder = PredictionLog.encoder
    var lines = Data()
    for (index, prediction) in predictions.enumerated() {
      let body = Data("\(first + index) ".utf8) + (try encoder.encode(prediction))
      lines += Data("\(Self.checksum(body)) ".utf8) + body + [newline]
    }
    try state.withLock { state throws(RunError) in
      // After a line that is not whole, further ones would be lost when the journal is read.
      if let failure = state.failure { throw failure }
      do throws(RunError) {
        try DurableFile.append(lines, to: state.descriptor, path)
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
    try state.withLock { state throws(RunError) in try Self.synchronize(state.descriptor, path) }
  }

  private static func synchronize(_ descriptor: Int32, _ path: String) throws(RunError) {
    guard fdatasync(descriptor) == 0 else {
      throw .inputOutput(path, reason: DurableFile.lastReason())
    }
  }

  /// CRC-32C as eight hexadecimal digits.
  private static func checksum(_ bytes: Data) -> String {
    let array = [UInt8](bytes)
    let sum = unsafe array.withUnsafeBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe assay_crc32c(0, $0, buffer.count) } ?? 0
    }
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")

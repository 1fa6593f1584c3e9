import HDF5
import Synchronization

/// The open files of weights in several files: a few at a time, for each has a process of its own.
///
/// One that was closed to make room is opened again when it is read.
final class ShardPool: Sendable {
  /// How many stay open, beside those that are being read.
  static let mostOpen = 8

  private let paths: [String]
  private let isolation: CheckpointIsolation
  private let state: Mutex<State>

  private struct State {
    /// What each file had when it was opened first.
    var contents: [Int: Int] = [:]
    /// The open ones, that which was used last at the end.
    var open: [(index: Int, checkpoint: Checkpoint)] = []
  }

  init(_ paths: [String], isolation: CheckpointIsolation) {
    self.paths = paths
    self.isolation = isolation
    state = Mutex(State())
  }

  /// One of the files, open for as long as the caller keeps it.
  ///
  /// - Throws: ``CheckpointError``, also where the file is no longer the one that it was.
  func checkpoint(at index: Int) throws(CheckpointError) -> Checkpoint {
    try state.withLock { state throws(CheckpointError) in
      if let place = state.open.firstIndex(where: { $0.index == index }) {
        let used = state.open.remove(at: place)
        state.open.append(used)
        return used.checkpoint
      }
      // Before another process begins, one ends.
      if state.open.count == Self.mostOpen { state.open.removeFirst() }
      let checkpoint = try open(paths[index])
      let content = checkpoint.layers.hashValue
      guard state.contents[index, default: content] == content else {
        throw CheckpointError.damaged(
          file: paths[index], object: nil, detail: "it was replaced while it was read")
      }
      state.contents[index] = content
      state.open.append((index, checkpoint))
      return checkpoint
    }
  }

  private func open(_ path: String) throws(CheckpointError) -> Checkpoint {
    do {
      return try Checkpoint(opening: path, isolation: isolation)
    } catch let error as CheckpointError {
      throw error
    } catch let error as HDF5Error {
      throw CheckpointError(error)
    } catch {
      preconditionFailure("an error of neither room: \(error)")
    }
  }
}

import CImageCodecs
import Dispatch
import Synchronization

/// Memory that all threads of the process share for one purpose: who needs some of it waits, in the order
/// in which it was asked for, until so much is free.
///
/// An image may take a hundred thousand times the bytes of its file, and a process has a thread for every
/// processor; each of them alone stays within bounds, all together would not.
package final class MemoryBudget: Sendable {
  /// For the bytes of image files, held while they are decoded: as many as the largest image has that is
  /// not compressed at all, and a megabyte.
  package static let files = MemoryBudget(
    3 * Int(ASSAY_MAX_PIXELS) + (1 << 20), purpose: "the files of images")
  /// For pixels and what decoding takes beside them: as much as the largest image takes as a progressive
  /// JPEG, pixels of a byte and coefficients of two for each of three channels.
  package static let decoding = MemoryBudget(
    9 * Int(ASSAY_MAX_PIXELS) + (8 << 20), purpose: "decoding")

  /// The whole of it.
  package let byteCount: Int
  private let purpose: String
  private let state: Mutex<State>

  private struct State {
    var free: Int
    var waiting: [(byteCount: Int, turn: DispatchSemaphore)] = []
  }

  package init(_ byteCount: Int, purpose: String) {
    self.byteCount = byteCount
    self.purpose = purpose
    state = Mutex(State(free: byteCount))
  }

  /// Calls `body` while so many bytes are its own, as soon as they are.
  ///
  /// Who holds some of one budget may wait for the other, files first, and never for more of the same.
  ///
  /// - Throws: ``ImageError`` where it asks for more than there ever is.
  package func holding<Result>(
    _ count: Int, _ body: () throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    guard count <= byteCount else {
      throw ImageError(
        .tooLarge,
        "it takes \(Self.megabytes(count)) MB of memory, more than the "
          + "\(Self.megabytes(byteCount)) MB that there are for \(purpose)")
    }
    take(count)
    defer { giveBack(count) }
    return try body()
  }

  private func take(_ count: Int) {
    let turn = state.withLock { state -> DispatchSemaphore? in
      if state.waiting.isEmpty, count <= state.free {
        state.free -= count
        return nil
      }
      let turn = DispatchSemaphore(value: 0)
      state.waiting.append((count, turn))
      return turn
    }
    turn?.wait()
  }

  private func giveBack(_ count: Int) {
    state.withLock { state in
      state.free += count
      // Only in their order, or a large image would wait for ever.
      while let first = state.waiting.first, first.byteCount <= state.free {
        state.free -= first.byteCount
        state.waiting.removeFirst()
        first.turn.signal()
      }
    }
  }

  private static func megabytes(_ count: Int) -> Int { (count + 999_999) / 1_000_000 }
}

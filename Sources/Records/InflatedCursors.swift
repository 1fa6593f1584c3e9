import Synchronization

/// Cursors of compressed files that wait for somebody to go on with them: those of all files of a data set
/// together, so that a thousand shards take no more memory than one.
package final class InflatedCursors: Sendable {
  /// As many as threads read at once; each holds a window of 32 KB, a piece of its file, and the file open.
  private static let most = 64

  /// The one that was used last stands last.
  private let waiting = Mutex<[(path: String, cursor: InflatedCursor)]>([])

  /// None yet.
  package init() {}

  /// The cursor of a file that is nearest before `offset`, or there; it is the caller's then.
  func take(_ path: String, before offset: Int) -> InflatedCursor? {
    waiting.withLock { waiting in
      let place = waiting.indices.filter {
        waiting[$0].path == path && waiting[$0].cursor.offset <= offset
      }.max { waiting[$0].cursor.offset < waiting[$1].cursor.offset }
      return place.map { waiting.remove(at: $0).cursor }
    }
  }

  /// Leaves a cursor for others.
  func give(back cursor: InflatedCursor, _ path: String) {
    waiting.withLock { waiting in
      waiting.append((path, cursor))
      if waiting.count > Self.most { waiting.removeFirst() }
    }
  }
}

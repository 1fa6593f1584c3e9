import Synchronization

/// Cursors of compressed files that wait for somebody to go on with them: those of all files of a data set
/// together, so that a thousand shards take no more memory than one.
package final class InflatedCursors: Sendable {
  /// More than threads that read at once; each holds a window of 32 KB and a piece of its file.
  private static let most = 128

  /// The one that was used last stands last.
  private let waiting = Mutex<[(file: ObjectIdentifier, cursor: InflatedCursor)]>([])

  /// None yet.
  package init() {}

  /// The cursor of a file that is nearest before `offset`, or there; it is the caller's then.
  func take(_ file: ObjectIdentifier, before offset: Int) -> InflatedCursor? {
    waiting.withLock { waiting in
      let place = waiting.indices.filter {
        waiting[$0].file == file && waiting[$0].cursor.offset <= offset
      }.max { waiting[$0].cursor.offset < waiting[$1].cursor.offset }
      return place.map { waiting.remove(at: $0).cursor }
    }
  }

  /// Leaves a cursor for others.
  func give(back cursor: InflatedCursor, _ file: ObjectIdentifier) {
    waiting.withLock { waiting in
      waiting.append((file, cursor))
      if waiting.count > Self.most { waiting.removeFirst() }
    }
  }
}

import Archives

/// What a file in GZIP or zlib unpacks to, at any place, of which little is held in memory.
///
/// A compressed stream can only be read forward. So cursors stay where they stopped, and the nearest one before
/// a place goes on from there: whoever reads in order, even with several threads, unpacks the file a few times at
/// most.
struct InflatedFile: Sendable {
  private let path: String
  private let cursors: InflatedCursors

  init(_ path: String, cursors: InflatedCursors) {
    self.path = path
    self.cursors = cursors
  }

  /// The `count` bytes from `offset` on, or fewer at the end.
  func bytes(_ count: Int, at offset: Int) throws(RecordFault) -> [UInt8] {
    let cursor: InflatedCursor
    if let waiting = cursors.take(path, before: offset) {
      cursor = waiting
    } else {
      do throws(ArchiveError) {
        cursor = InflatedCursor(try ArchiveFile(reading: path))
      } catch {
        throw RecordFault(error)
      }
    }
    try cursor.skip(to: offset)
    let bytes = try cursor.read(count)
    // At the end, nobody goes on from there.
    if !cursor.isAtEnd { cursors.give(back: cursor, path) }
    return bytes
  }
}

/// A place in a compressed stream, which moves forward.
// Unchecked: it belongs to whoever took it from ``InflatedCursors``, one thread at a time.
final class InflatedCursor: @unchecked Sendable {
  private let file: ArchiveFile
  private let inflater: Inflater
  /// Where the next compressed bytes lie.
  private var place = 0
  private var pending: ArraySlice<UInt8> = []
  private var isBetweenMembers = false
  /// How many bytes have come out.
  private(set) var offset = 0
  private(set) var isAtEnd = false

  private static let pieceSize = 64 << 10

  init(_ file: ArchiveFile) {
    self.file = file
    inflater = Inflater(.detected)
  }

  /// Passes over what comes before `target`.
  func skip(to target: Int) throws(RecordFault) {
    while offset < target, !isAtEnd { _ = try read(min(target - offset, Self.pieceSize)) }
    guard offset == target else {
      throw RecordFault("the stream unpacks to \(offset) bytes alone", endsFile: true)
    }
  }

  /// The next `count` bytes, or fewer at the end: what a length claims is believed only as far as bytes come.
  func read(_ count: Int) throws(RecordFault) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, !isAtEnd {
      bytes += try piece(min(count - bytes.count, Self.pieceSize))
    }
    return bytes
  }

  /// What one step unpacks, at most `room` bytes, perhaps none.
  private func piece(_ room: Int) throws(RecordFault) -> ArraySlice<UInt8> {
    if pending.isEmpty {
      do throws(ArchiveError) {
        pending = try file.bytes(at: place, count: min(Self.pieceSize, file.size - place))[...]
      } catch {
        throw RecordFault(error)
      }
      place += pending.count
      guard !pending.isEmpty else {
        guard isBetweenMembers else { throw fault("ends too early") }
        isAtEnd = true
        return []
      }
    }
    if isBetweenMembers {
      // Members of GZIP one after the other are one file; nothing else may follow.
      guard pending.first == 0x1F else { throw fault("has stray bytes behind its end") }
      inflater.restart()
      isBetweenMembers = false
    }
    var output = [UInt8](repeating: 0, count: room)
    let step = unsafe pending.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { unsafe inflater.step(input, into: $0) }
    }
    guard let step else { throw fault("is damaged") }
    pending = pending.dropFirst(step.consumed)
    offset += step.produced
    isBetweenMembers = step.isAtEnd
    return output[..<step.produced]
  }

  private func fault(_ words: String) -> RecordFault {
    RecordFault(
      "the compressed stream \(words), behind \(offset) bytes that it unpacks to; what follows cannot be found",
      endsFile: true)
  }
}

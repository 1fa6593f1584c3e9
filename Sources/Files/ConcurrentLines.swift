import Dispatch
import Foundation
import Synchronization

/// The lines of a block, read on all processors at once.
package enum ConcurrentLines {
  /// What `read` makes of each line, in their order; empty lines are passed over.
  ///
  /// - Parameters:
  ///   - block: Whole lines, as ``LineBlocks`` gives them.
  ///   - read: Is given the block and where in it the line lies, without its end.
  package static func map<Value: Sendable>(
    _ block: [UInt8], _ read: @Sendable (_ bytes: [UInt8], _ line: Range<Int>) -> Value
  ) -> [Value] {
    let parts = parts(of: block, ProcessInfo.processInfo.activeProcessorCount)
    let results = Mutex([[Value]](repeating: [], count: parts.count))
    DispatchQueue.concurrentPerform(iterations: parts.count) { part in
      var values: [Value] = []
      var start = parts[part].lowerBound
      while start < parts[part].upperBound {
        let end = block[start..<parts[part].upperBound].firstNewline ?? parts[part].upperBound
        if end > start { values.append(read(block, start..<end)) }
        start = end + 1
      }
      results.withLock { $0[part] = values }
    }
    return results.withLock { $0.count == 1 ? $0[0] : $0.flatMap(\.self) }
  }

  /// About equal parts that begin and end with lines.
  private static func parts(of block: [UInt8], _ count: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    for part in 1...max(count, 1) where start < block.count {
      let least = max(start, block.count * part / count)
      let end = block[least...].firstNewline.map { $0 + 1 } ?? block.count
      parts.append(start..<end)
      start = end
    }
    return parts
  }
}

extension ArraySlice<UInt8> {
  /// Where the first line ends.
  fileprivate var firstNewline: Int? {
    unsafe withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress, let found = unsafe memchr(start, 0x0A, buffer.count)
      else { return nil }
      return unsafe startIndex + (UnsafeRawPointer(found) - start)
    }
  }
}

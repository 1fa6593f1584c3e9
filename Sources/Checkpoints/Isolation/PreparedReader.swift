import Files
import HDF5
import Sandbox
import Synchronization

/// A child process that may read one file, from the moment at which it is started.
struct PreparedReader: ~Copyable {
  var process: SandboxedProcess
  let block: MemoryBlock
  private let file: FileIdentity?
  private let command: [String]

  /// The one that was started before anybody asked for it.
  private static let waiting = Mutex<PreparedReader?>(nil)

  init(
    of descriptor: Int32, _ executable: String, _ arguments: [String]
  ) throws(SandboxError) {
    let block = try MemoryBlock()
    process = try SandboxedProcess.start(
      executable: executable, arguments: arguments, input: descriptor, memory: block.descriptor)
    self.block = block
    file = FileIdentity(descriptor: descriptor)
    command = [executable] + arguments
  }

  /// Starts one for whoever will first read the file at `path`; nothing happens if that is no file.
  static func prepare(_ path: String, _ executable: String, _ arguments: [String]) {
    guard let opened = try? OpenedFile.reading(path) else { return }
    // What keeps it from starting is said to whoever needs it.
    var reader = try? PreparedReader(of: opened.descriptor, executable, arguments)
    waiting.withLock { swap(&$0, &reader) }
  }

  /// The waiting one, if it reads this file and was started so.
  static func take(
    for descriptor: Int32, _ executable: String, _ arguments: [String]
  ) -> PreparedReader? {
    waiting.withLock { waiting -> PreparedReader? in
      guard let reader = waiting.take() else { return nil }
      if let file = reader.file, file == FileIdentity(descriptor: descriptor),
        reader.command == [executable] + arguments
      {
        return reader
      }
      waiting = consume reader
      return nil
    }
  }
}

import Glibc
import Sandbox
import Synchronization

/// A child process that may read one file, from the moment at which it is started.
struct PreparedReader: ~Copyable {
  var process: SandboxedProcess
  let block: MemoryBlock
  private let file: FileIdentity?
  private let command: [String]

  /// What a file is, whatever its names.
  private struct FileIdentity: Equatable {
    let device: dev_t
    let number: ino_t

    init?(_ descriptor: Int32) {
      var status = stat()
      guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        return nil
      }
      (device, number) = (status.st_dev, status.st_ino)
    }
  }

  /// The one that was started before anybody asked for it.
  private static let waiting = Mutex<PreparedReader?>(nil)

  init(
    of descriptor: Int32, _ executable: String, _ arguments: [String]
  ) throws(SandboxError) {
    let block = try MemoryBlock()
    process = try SandboxedProcess.begin(
      executable: executable, arguments: arguments, input: descriptor, memory: block.descriptor)
    self.block = block
    file = FileIdentity(descriptor)
    command = [executable] + arguments
  }

  /// Starts one for whoever will first read the file at `path`; nothing happens if that is no file.
  static func prepare(_ path: String, _ executable: String, _ arguments: [String]) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard FileIdentity(descriptor) != nil else { return }
    // What keeps it from starting is said to whoever needs it.
    var reader = try? PreparedReader(of: descriptor, executable, arguments)
    waiting.withLock { swap(&$0, &reader) }
  }

  /// The waiting one, if it reads this file and was started so.
  static func take(
    for descriptor: Int32, _ executable: String, _ arguments: [String]
  ) -> PreparedReader? {
    waiting.withLock { waiting -> PreparedReader? in
      guard let reader = waiting.take() else { return nil }
      if let file = reader.file, file == FileIdentity(descriptor),
        reader.command == [executable] + arguments
      {
        return reader
      }
      waiting = consume reader
      return nil
    }
  }
}

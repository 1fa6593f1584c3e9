import HDF5
import Sandbox
import Tensors

/// The child's side of ``CheckpointIsolation/childProcess(executable:arguments:)``.
public enum IsolatedReader {
  /// Gives up the rights of this process and reads the file that its parent handed over, until the
  /// parent lets go of the checkpoint; never returns.
  ///
  /// To be called at the start of a program, before any other thread is started. Started by hand,
  /// it ends the process with exit code 70.
  public static func serve() -> Never {
    var reader = HandedFile()
    SandboxedService.run { request in reader.answer(request) }
  }
}

/// The file that the parent handed over.
private struct HandedFile {
  private var file: HDF5File?
  private var memory: SharedTensor?

  mutating func answer(_ message: MessageReader) -> MessageWriter {
    var reply = MessageWriter()
    do {
      switch try IsolatedRequest(message) {
      case .list(let offset, let size):
        let file = try HDF5File(
          reading: FileRegion(
            descriptor: SandboxDescriptor.input, offset: offset, length: size),
          path: "the file")
        self.file = file
        let listing = try Checkpoint.listing(of: file, size: size)
        reply.write(true)
        listing.write(to: &reply)
      case .read(let tensor):
        guard let file else { throw SandboxError.brokeProtocol("a read before any listing") }
        let stored = try StoredTensor(tensor, in: file)
        try unsafe stored.read(into: buffer(tensor.shape.elementCount))
        reply.write(true)
      }
    } catch {
      // Of another kind are only faults of our own protocol; the parent calls them damage, too.
      let known = error as? HDF5Error
      reply = MessageWriter()
      reply.write(false)
      (known ?? HDF5Error(file: "", object: nil, reason: .damaged("\(error)"))).write(to: &reply)
    }
    return reply
  }

  /// The shared memory, mapped at the first need of it.
  private mutating func buffer(_ count: Int) throws -> UnsafeMutableBufferPointer<Float> {
    guard count > 0 else { return unsafe UnsafeMutableBufferPointer(start: nil, count: 0) }
    let mapped: SharedTensor
    if let memory { mapped = memory } else { mapped = try SharedTensor() }
    memory = mapped
    return unsafe mapped.memory.bytes(count * MemoryLayout<Float>.size)
      .bindMemory(to: Float.self)
  }
}

/// An owner that can be absent and copied, as a closure's state must be.
private final class SharedTensor {
  let memory: SharedMemory

  init() throws { memory = try SharedMemory(inherited: SandboxDescriptor.memory) }
}

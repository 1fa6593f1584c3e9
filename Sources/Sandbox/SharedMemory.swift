import CSandbox
import Glibc

/// Memory that this process and a confined one both see.
///
/// Its size is set once, and the kernel keeps it: a process that shrank it could end the other.
@safe package struct SharedMemory: ~Copyable, @unchecked Sendable {
  private let base: UnsafeMutableRawPointer?
  /// The size in bytes.
  package let byteCount: Int

  /// Sets the size of a block that `MemoryBlock` made, and maps it.
  package init(_ block: borrowing MemoryBlock, byteCount: Int) throws(SandboxError) {
    guard byteCount > 0 else {
      self.init(none: ())
      return
    }
    let code = assay_sandbox_fix_memory(block.descriptor, byteCount)
    guard code == 0 else {
      throw .notStarted("no memory to share: \(SystemError.text(code))")
    }
    try self.init(mapping: block.descriptor, byteCount: byteCount)
  }

  /// Maps the block that this process, a confined one, was given.
  package init(inherited descriptor: Int32) throws(SandboxError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_size > 0 else {
      throw .brokeProtocol("no memory is shared yet")
    }
    try self.init(mapping: descriptor, byteCount: Int(status.st_size))
  }

  private init(none: Void) {
    unsafe base = nil
    byteCount = 0
  }

  private init(mapping descriptor: Int32, byteCount: Int) throws(SandboxError) {
    let address = unsafe mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw .notStarted("no memory to share: \(SystemError.text(errno))")
    }
    unsafe base = address
    self.byteCount = byteCount
  }

  deinit {
    if let base = unsafe base { unsafe munmap(base, byteCount) }
  }

  /// The first `count` bytes; there are as many, or this traps.
  package func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    precondition(count <= byteCount, "\(count) of \(byteCount) shared bytes")
    return unsafe UnsafeMutableRawBufferPointer(start: base, count: count)
  }
}

/// A block of memory without a name or a size yet, to be handed to another process.
package struct MemoryBlock: ~Copyable, Sendable {
  /// The descriptor, open for as long as this value lives.
  package let descriptor: Int32

  /// Makes a block.
  package init() throws(SandboxError) {
    var descriptor: Int32 = -1
    let code = unsafe assay_sandbox_create_memory(&descriptor)
    guard code == 0 else {
      throw .notStarted("no memory to share (memfd_create): \(SystemError.text(code))")
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}

/// The system's words for its error numbers.
enum SystemError {
  static func text(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

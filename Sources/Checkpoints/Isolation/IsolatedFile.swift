import HDF5
import Sandbox
import Synchronization
import Tensors

/// A checkpoint whose HDF5 file a confined child process reads; this process opens the file, hands
/// it over, and checks every answer.
final class IsolatedFile: Sendable {
  private let path: String
  private let size: Int
  private let shortage: AddressSpaceShortage?
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var process: SandboxedProcess
    var memory: SharedMemory
    /// The delay that is left to this file, beyond what its bytes explain.
    var patience: Duration
    /// Why the process is no more.
    var failure: SandboxError?
  }

  /// How much of the processor's time a file may take, all in all, and how long it may keep its
  /// readers waiting at once; the largest model's metadata take a tenth of a second.
  private static let patience = Duration.seconds(8)
  /// The slowest disk that is not called hanging, in bytes a second.
  private static let slowestDisk = 2 << 20
  /// The slowest decompression, in bytes of float32 a second.
  private static let slowestFilter = 64 << 20
  /// The largest listing: an attribute has at most 64 MiB, and a whole model has two large ones.
  private static let largestListing = 256 << 20

  private init(
    path: String, size: Int, process: consuming SandboxedProcess, memory: consuming SharedMemory,
    patience: Duration, shortage: AddressSpaceShortage?
  ) {
    self.path = path
    self.size = size
    self.shortage = shortage
    state = Mutex(State(process: process, memory: memory, patience: patience))
  }

  /// Opens what lies in `region` and lists it; `path` is for the words of errors.
  static func open(
    _ region: FileRegion, path: String, executable: String, arguments: [String]
  ) throws(CheckpointError) -> (IsolatedFile, CheckpointListing) {
    var shortage: AddressSpaceShortage?
    do {
      var reader =
        try PreparedReader.take(for: region.descriptor, executable, arguments)
        ?? PreparedReader(of: region.descriptor, executable, arguments)
      try reader.process.confirm()
      var process = reader.process
      let block = reader.block
      let initial = SandboxedService.initialAddressSpace
      shortage = AddressSpaceShortage(
        granted: try process.allowAddressSpace(initial), wanted: initial)
      let request = IsolatedRequest.list(offset: region.offset, size: region.length)
      let start = process.processorTime
      let reply = try process.ask(
        request.message.bytes, within: patience, limit: largestListing)
      let left = max(.seconds(1), patience - (process.processorTime - start))
      var message = MessageReader(reply)
      if let error = try HDF5Error(failureIn: &message, file: path) { throw error }
      let listing = try CheckpointListing(&message)
      try message.finish()
      try Checkpoint.refuseEmptyClaims(listing, in: path, size: region.length)
      let largest = listing.layers.flatMap(\.tensors).map(\.shape.elementCount).max() ?? 0
      let bytes = largest * MemoryLayout<Float>.size
      let memory = try SharedMemory(block, byteCount: bytes)
      // The shared tensor itself, and in libhdf5 a chunk as float64, compressed and not, twice.
      let wanted = initial + 9 * bytes
      shortage = AddressSpaceShortage(
        granted: try process.allowAddressSpace(wanted), wanted: wanted)
      let isolated = IsolatedFile(
        path: path, size: region.length, process: process, memory: memory, patience: left,
        shortage: shortage)
      return (isolated, listing)
    } catch let error as HDF5Error {
      throw CheckpointError(error, file: path, shortage)
    } catch let error as SandboxError {
      throw CheckpointError(error, file: path, object: nil, shortage)
    } catch {
      preconditionFailure("an error of neither room: \(error)")
    }
  }

  /// What the tensor's bytes explain, on a slow machine.
  private func fairTime(for tensor: CheckpointTensor) -> Duration {
    .seconds(1) * (Double(min(tensor.storedBytes, size)) / Double(Self.slowestDisk))
      + .seconds(1)
      * (Double(tensor.shape.elementCount * MemoryLayout<Float>.size) / Double(Self.slowestFilter))
  }

  /// Fills `buffer` with a tensor.
  func read(
    _ tensor: CheckpointTensor, into buffer: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    let byteCount = buffer.count * MemoryLayout<Float>.size
    try state.withLock { state throws(CheckpointError) in
      precondition(byteCount <= state.memory.byteCount, "\(tensor.path) is of another checkpoint")
      let refusal: HDF5Error?
      do throws(SandboxError) {
        if let failure = state.failure { throw failure }
        let fair = fairTime(for: tensor)
        let start = state.process.processorTime
        let reply = try state.process.ask(
          IsolatedRequest.read(tensor).message.bytes, within: state.patience + fair,
          limit: 1 << 20)
        let delay = state.process.processorTime - start - fair
        if delay > .zero { state.patience = max(.milliseconds(100), state.patience - delay) }
        var message = MessageReader(reply)
        refusal = try HDF5Error(failureIn: &message, file: path)
        try message.finish()
      } catch {
        state.failure = error
        throw CheckpointError(error, file: path, object: tensor.path, shortage)
      }
      if let refusal { throw CheckpointError(refusal, file: path, shortage) }
      unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(
        from: UnsafeRawBufferPointer(state.memory.bytes(byteCount)))
    }
  }
}

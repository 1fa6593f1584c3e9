import COneDNN
import Networks
import Tensors

/// The memory in which one thread runs a plan: its activations and its scratch space.
///
/// It belongs to the thread that made it, because oneDNN's threads do; see
/// ``Plan/runWorkers(_:threadsEach:_:)``.
package struct ExecutionContext: ~Copyable {
  private let plan: Plan
  private let arena: AlignedBuffer
  private let scratchpad: AlignedBuffer
  /// A whole batch of images, kept for the last one, which may be smaller.
  private let images: AlignedBuffer
  private let result: AlignedBuffer

  init(_ plan: Plan) {
    self.plan = plan
    arena = AlignedBuffer(byteCount: plan.arenaByteCount)
    scratchpad = AlignedBuffer(byteCount: plan.scratchpadByteCount)
    let size = MemoryLayout<Float>.stride
    images = AlignedBuffer(byteCount: plan.batch * plan.graph.input.elementCount * size)
    result = AlignedBuffer(byteCount: plan.batch * plan.outputCount * size)
    unsafe images.address.initializeMemory(as: UInt8.self, repeating: 0, count: images.byteCount)
    // Padding inside blocked layouts is read, so it must hold numbers from the start.
    unsafe arena.address.initializeMemory(as: UInt8.self, repeating: 0, count: arena.byteCount)
  }

  /// Runs up to a batch of images.
  ///
  /// - Parameters:
  ///   - count: How many images there are.
  ///   - fill: Writes them, one after the other in the graph's data format, into the given buffer.
  /// - Returns: The result, one row an image.
  package func run(
    count: Int, filling fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> [Float] {
    precondition(count > 0 && count <= plan.batch, "\(count) images for \(plan.batch) places")
    let length = plan.graph.input.elementCount
    let floats = unsafe images.address.assumingMemoryBound(to: Float.self)
    try unsafe fill(UnsafeMutableBufferPointer(start: floats, count: count * length))
    for instruction in plan.instructions { try perform(instruction) }
    let values = unsafe result.address.assumingMemoryBound(to: Float.self)
    return unsafe Array(UnsafeBufferPointer(start: values, count: count * plan.outputCount))
  }

  /// Runs up to a batch of images that already lie in an array.
  func run(_ values: ArraySlice<Float>, count: Int) throws -> [Float] {
    try unsafe run(count: count) { buffer in
      _ = unsafe buffer.update(fromContentsOf: values)
    }
  }

  private func perform(_ instruction: Instruction) throws(EngineError) {
    switch instruction {
    case .execute(let primitive, let arguments, let path):
      do {
        try unsafe primitive.execute(
          arguments.map { unsafe dn_argument(role: $0.role, data: address(of: $0.place)) })
      } catch {
        throw EngineError("\(path): \(error.description)")
      }
    case .clear(let place, let byteCount):
      unsafe address(of: place).initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    case .softmax(let place, let rows, let length):
      let values = unsafe UnsafeMutableBufferPointer(
        start: address(of: place).assumingMemoryBound(to: Float.self), count: rows * length)
      for row in 0..<rows {
        let range = row * length..<(row + 1) * length
        let probabilities = unsafe Engine.softmax(values[range])
        for (index, probability) in zip(range, probabilities) {
          unsafe values[index] = probability
        }
      }
    }
  }

  private func address(of place: Place) -> UnsafeMutableRawPointer {
    switch place {
    case .images: unsafe images.address
    case .result: unsafe result.address
    case .arena(let offset): unsafe arena.address + offset
    case .scratchpad: unsafe scratchpad.address
    case .constant(let buffer): unsafe buffer.address
    }
  }
}

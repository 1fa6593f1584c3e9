import COneDNN
import Networks
import Tensors

/// The memory in which one thread runs a plan: its activations and its scratch space.
///
/// It belongs to the thread that made it, because oneDNN's threads do; see
/// ``Plan/runWorkers(_:_:)``.
package struct ExecutionContext: ~Copyable {
  /// The plan, which outlives every job on this context; it owns the threads that own contexts.
  private unowned let plan: Plan
  private let arena: AlignedBuffer
  private let scratchpad: AlignedBuffer
  private let imageMemory: AlignedBuffer
  private let results: AlignedBuffer
  private let taps: AlignedBuffer

  init(_ plan: Plan) {
    self.plan = plan
    arena = AlignedBuffer(byteCount: plan.arenaByteCount)
    scratchpad = AlignedBuffer(byteCount: plan.scratchpadByteCount)
    let size = MemoryLayout<Float>.stride
    imageMemory = AlignedBuffer(byteCount: plan.inputOffsets[plan.inputOffsets.count - 1] * size)
    results = AlignedBuffer(byteCount: plan.outputOffsets[plan.outputOffsets.count - 1] * size)
    taps = AlignedBuffer(byteCount: (plan.tapRanges.last?.upperBound ?? 0) * size)
    // The places of a last, smaller batch and the padding inside blocked layouts are computed too.
    for memory in [imageMemory, arena] {
      unsafe memory.address.initializeMemory(
        as: UInt8.self, repeating: 0, count: memory.byteCount)
    }
  }

  /// Where the caller writes images, one after the other in the graph's data format; a whole batch
  /// has room.
  package var images: UnsafeMutableBufferPointer<Float> { unsafe input(0) }

  /// The same for the tensor of one input.
  func input(_ place: Int) -> UnsafeMutableBufferPointer<Float> {
    let range = plan.inputOffsets[place]..<plan.inputOffsets[place + 1]
    let values = unsafe imageMemory.address.assumingMemoryBound(to: Float.self) + range.lowerBound
    return unsafe UnsafeMutableBufferPointer(start: values, count: range.count)
  }

  /// Runs the first `count` of ``images``.
  ///
  /// - Returns: The result, one row an image.
  package func run(count: Int) throws(EngineError) -> [Float] {
    precondition(count > 0 && count <= plan.batch, "\(count) images for \(plan.batch) places")
    try execute()
    return result(0, count: count)
  }

  /// Runs a whole batch, of whatever the inputs have.
  func execute() throws(EngineError) {
    for instruction in plan.instructions { try perform(instruction) }
  }

  /// One of the results after ``execute()``, of `count` images.
  func result(_ place: Int, count: Int) -> [Float] {
    let range = plan.outputOffsets[place]..<plan.outputOffsets[place + 1]
    let values = unsafe results.address.assumingMemoryBound(to: Float.self) + range.lowerBound
    return unsafe Array(
      UnsafeBufferPointer(start: values, count: range.count / plan.batch * count))
  }

  /// Runs a whole batch, of whatever ``images`` has, and tells how long each instruction took.
  func profile() throws(EngineError) -> [Duration] {
    var durations: [Duration] = []
    for instruction in plan.instructions {
      let start = ContinuousClock.now
      try perform(instruction)
      durations.append(start.duration(to: .now))
    }
    return durations
  }

  /// The values of a tap after ``run(count:)``, by its place among the plan's, of `count` images.
  package func tapped(_ tap: Int, count: Int) -> [Float] {
    let range = plan.tapRanges[tap]
    let values = unsafe taps.address.assumingMemoryBound(to: Float.self) + range.lowerBound
    return unsafe Array(
      UnsafeBufferPointer(start: values, count: range.count / plan.batch * count))
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
    case .winograd(let convolution, let source, let destination, _):
      unsafe convolution.execute(
        source: address(of: source), destination: address(of: destination),
        scratch: scratchpad.address)
    case .direct(let operation, let source, let addend, let first, let second, _):
      unsafe operation.execute(
        source: address(of: source),
        addend: addend.map { unsafe UnsafeRawPointer(address(of: $0)) },
        first: first.map { unsafe address(of: $0) }, second: second.map { unsafe address(of: $0) })
    case .bands(
      let operation, let source, let addend, let factors, let destination, let rowMeans, _):
      unsafe operation.execute(
        source: address(of: source),
        addend: addend.map { unsafe UnsafeRawPointer(address(of: $0)) },
        factors: factors.map { unsafe UnsafeRawPointer(address(of: $0)) },
        into: address(of: destination),
        rowMeans: rowMeans.map { unsafe address(of: $0) }, scratch: scratchpad.address)
    case .channels(let copy, let sources, let destination, _):
      unsafe copy.execute(
        sources.map { unsafe UnsafeRawPointer(address(of: $0)) }, into: address(of: destination))
    case .attention(let operation, let sources, let destination, _):
      unsafe operation.execute(
        sources.map { unsafe UnsafeRawPointer(address(of: $0)) },
        into: address(of: destination), scratch: scratchpad.address)
    case .loop(let operation, let sources, let destination, _):
      unsafe operation.execute(
        sources.map { unsafe UnsafeRawPointer(address(of: $0)) },
        into: address(of: destination))
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
    case .images(let offset): unsafe imageMemory.address + offset
    case .result(let offset): unsafe results.address + offset
    case .tap(let offset): unsafe taps.address + offset
    case .arena(let offset): unsafe arena.address + offset
    case .scratchpad: unsafe scratchpad.address
    case .constant(let buffer): unsafe buffer.address
    }
  }
}

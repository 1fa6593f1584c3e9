import COneDNN
public import Networks
public import Tensors

/// A network compiled for this machine: kernels, packed weights, and a plan of its memory.
///
/// A plan never changes, so any number of threads may run it at once, each with an
/// `ExecutionContext` of its own.
public final class Plan: Executor {
  /// The network that was compiled.
  public let graph: Graph
  /// How many images one call of the primitives takes.
  public let batch: Int
  /// How many threads compute.
  public let threads: Int
  /// How many calls run side by side, the threads shared out among them.
  public let streams: Int
  /// Whether every convolution is computed directly.
  public let exact: Bool
  /// The numbers in which convolutions are computed.
  public let precision: Precision
  /// Where batch norms take their mean and variance from.
  public let statistics: BatchStatistics
  /// The values that ``trace(_:)`` gives, in order.
  public let taps: [Node.ID]

  let workers = PlanWorkers()
  let instructions: [Instruction]
  let arenaByteCount: Int
  let scratchpadByteCount: Int
  /// Where the value of each tap lies among all of them, and its length, in values.
  let tapRanges: [Range<Int>]
  /// Where the tensor of each input lies among all of them, and of each output, in values; last, the ends.
  let inputOffsets: [Int]
  let outputOffsets: [Int]

  /// Compiles a network for batches of up to `batch` images.
  ///
  /// - Parameters:
  ///   - bound: The network and its weights.
  ///   - batch: How many images one call of the primitives takes; more are split, fewer filled up.
  ///   - threads: How many threads compute. The result does not depend on it.
  ///   - streams: How many batches are computed side by side, the threads shared out among them. By
  ///     default each thread has a batch of its own, which wastes nothing; one stream of all threads
  ///     is the quickest way to a single batch.
  ///   - exact: Whether every product is computed directly. Else 3×3 convolutions of stride 1
  ///     are computed by Winograd's F(4×4, 3×3) where that is quicker: two to three times, with
  ///     differences of 1e-6 to 3e-6 of a layer's largest output instead of 2e-7, in AVX-512, and
  ///     weights that take four times the memory; and 1×1 convolutions and dense layers of many
  ///     channels in float32 by Strassen's algorithm, at most 1.1 times as quick, with as small
  ///     differences and 1.75 times the memory.
  ///   - byLoops: Whether plain loops compute everything, which any network could be computed by.
  ///   - precision: The numbers in which convolutions are computed.
  ///   - statistics: Where batch norms take their statistics from.
  ///   - taps: The values that ``trace(_:)`` gives; only these are kept from being fused.
  /// - Throws: ``EngineError``, or whatever reading a weight throws.
  public init(
    compiling bound: BoundGraph, batch: Int, threads: Int = 1, streams: Int? = nil,
    exact: Bool = false, byLoops: Bool = false, precision: Precision = .float32,
    statistics: BatchStatistics = .moving, taps: Set<Node.ID> = []
  ) throws {
    if byLoops, precision != .float32 {
      throw EngineError("plain loops compute in f32 alone")
    }
    let streams = streams ?? threads
    precondition(batch > 0, "a plan needs room for an image")
    precondition((1...threads).contains(streams), "\(streams) streams on \(threads) threads")
    graph = bound.graph
    self.batch = batch
    self.threads = threads
    self.streams = streams
    self.exact = exact
    self.precision = precision
    self.statistics = statistics
    self.taps = taps.sorted()
    var compiler = PlanCompiler(
      bound, batch: batch, threads: threads / streams, exact: exact,
      allowing: byLoops ? [.loops] : KernelFamily.allCases, precision: precision,
      statistics: statistics, taps: self.taps)
    try compiler.compile()
    instructions = compiler.instructions
    arenaByteCount = compiler.memory.byteCount
    scratchpadByteCount = compiler.scratchpadByteCount
    tapRanges = compiler.tapRanges
    inputOffsets = compiler.inputOffsets
    outputOffsets = compiler.outputOffsets
  }

  /// The number of values in the result for one image: for a classifier, its classes.
  public var outputCount: Int { graph.outputCount }

  /// The results for a batch of each of the graph's inputs, and the values that were tapped when the plan was
  /// compiled.
  ///
  /// More images than ``batch`` are split over the threads; each is still computed alike, so the
  /// result does not depend on how they are split.
  ///
  /// - Throws: ``EngineError`` when the tensors do not have the graph's input shapes, or when their
  ///   number is not ``batch`` though batch norms take the statistics of the batch.
  public func trace(_ inputs: [Tensor]) throws -> Trace {
    let count = try graph.count(of: inputs)
    guard statistics == .moving || count == batch else {
      throw EngineError("batch statistics need exactly \(batch) images, not \(count)")
    }
    let outputs = graph.outputs.count
    let tiles = (count + batch - 1) / batch
    let next = TileCounter(tiles)
    let results = ResultStore(count: tiles, arrays: outputs + taps.count)
    try runWorkers(min(streams, tiles)) { context in
      while let tile = next.take() {
        let first = tile * self.batch
        let number = min(self.batch, count - first)
        for (place, tensor) in inputs.enumerated() {
          let length = tensor.values.count / count
          let slice = tensor.values[first * length..<(first + number) * length]
          _ = unsafe context.input(place).update(fromContentsOf: slice)
        }
        try context.execute()
        for output in 0..<outputs {
          results.store(context.result(output, count: number), array: output, tile: tile)
        }
        for tap in self.taps.indices {
          results.store(context.tapped(tap, count: number), array: outputs + tap, tile: tile)
        }
      }
    }
    let values = taps.enumerated().map { place, node in
      (
        node,
        Tensor(shape: graph.shape(of: node, count: count), values: results.joined(outputs + place))
      )
    }
    return Trace(
      results: graph.outputs.enumerated().map { place, port in
        Tensor(shape: graph.shape(of: port.value, count: count), values: results.joined(place))
      },
      values: Dictionary(uniqueKeysWithValues: values))
  }

  /// What is done, step by step: the layer's path and the kernel that computes it.
  package var steps: [(path: String, kernel: String)] {
    instructions.compactMap(\.step)
  }
}

/// One thing that a plan does.
enum Instruction {
  /// Executes a primitive on the arrays at these places.
  case execute(CompiledPrimitive, [(role: dn_role, place: Place)], path: String)
  /// Convolves by Winograd's algorithm, in the context's scratch memory.
  case winograd(WinogradConvolution, source: Place, destination: Place, path: String)
  /// Runs one of Assay's own kernels.
  case direct(
    DirectOperation, source: Place, addend: Place?, first: Place?, second: Place?, path: String)
  /// Runs a chain of rows, in the context's scratch memory.
  case bands(
    BandOperation, source: Place, addend: Place?, factors: Place?, destination: Place,
    rowMeans: Place?, paths: [String])
  /// Copies maps side by side.
  case channels(ChannelCopy, sources: [Place], destination: Place, path: String)
  /// Runs an attention of queries, keys and values, in the context's scratch memory.
  case attention(AttentionOperation, sources: [Place], destination: Place, path: String)
  /// Fills an array with zeros.
  case clear(Place, byteCount: Int)
  /// Computes a primitive by plain loops.
  case loop(LoopOperation, sources: [Place], destination: Place, path: String)
  /// Turns rows of logits into probabilities, in place.
  case softmax(Place, rows: Int, length: Int)
}

extension Instruction {
  /// The layer's path and the kernel that computes it; `nil` for what is no layer.
  var step: (path: String, kernel: String)? {
    switch self {
    case .execute(let primitive, _, let path): (path, primitive.kernel)
    case .winograd(let convolution, _, _, let path): (path, convolution.kernel)
    case .direct(let operation, _, _, _, _, let path): (path, operation.kernel)
    case .loop(let operation, _, _, let path): (path, operation.kernel)
    case .bands(let operation, _, _, _, _, _, let paths):
      (paths.joined(separator: " → "), operation.kernel)
    case .channels(let copy, _, _, let path): (path, copy.kernel)
    case .attention(let operation, _, _, let path): (path, operation.kernel)
    case .clear, .softmax: nil
    }
  }
}

extension Instruction {
  /// The paths of the layers that it computes.
  var paths: [String] {
    if case .bands(_, _, _, _, _, _, let paths) = self { return paths }
    return step.map { [$0.path] } ?? []
  }
}

/// Where an array lies.
enum Place {
  /// The caller's tensors, at an offset in bytes.
  case images(Int)
  /// The caller's results, at an offset in bytes.
  case result(Int)
  /// The values of a tap, at an offset in bytes.
  case tap(Int)
  /// The context's memory, at an offset in bytes.
  case arena(Int)
  /// The context's scratch memory.
  case scratchpad
  /// Weights.
  case constant(AlignedBuffer)
}

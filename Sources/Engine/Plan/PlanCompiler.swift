import COneDNN
import Networks
import Tensors

/// Turns a program into instructions: lets the primitives choose their layouts, keeps these from
/// step to step, and gives every value a place in memory.
struct PlanCompiler {
  let bound: BoundGraph
  private(set) var program: Program
  let batch: Int
  /// The threads that will run one call: oneDNN shares the work out when a primitive is made.
  let threads: Int
  /// Whether every convolution is computed directly.
  let exact: Bool
  /// The kernels that may be used.
  let allowed: [KernelFamily]
  let precision: Precision
  /// Whether maps are float32 but those that a convolution reads: in float32, and in other precisions where a
  /// network's convolutions are not such that would hand each other maps of these.
  let keepsFloats: Bool
  let statistics: BatchStatistics
  /// The values that the caller wants to see, in order.
  let taps: [Node.ID]
  /// Where the tensor of each input lies among all of them, and of each output, in values; last, the ends.
  let inputOffsets: [Int]
  let outputOffsets: [Int]

  var instructions: [Instruction] = []
  var memory = MemoryPlan()
  var scratchpadByteCount = 0
  /// Where kernels lie between the file and their packed form, one after the other.
  var plainKernel = AlignedBuffer(byteCount: 0)
  /// Where the value of each tap lies among all of them, in values.
  var tapRanges: [Range<Int>] = []
  /// The values that exist at the current step: how and where they lie.
  var values: [Program.Value: Stored] = [:]
  /// The values that lie in larger ones, and where these lie.
  var parts: [Program.Value: Blocks] = [:]
  var slots = ChannelSlots()
  var roots: [Program.Value: Place] = [:]
  /// The means of the rows of values, where the means of these as a whole are read.
  var rowMeans: [Program.Value: Place] = [:]
  /// The values that are made of weights alone.
  var constants: [Program.Value: LoopOperand] = [:]
  /// The values that lie as Assay's own kernels read them, in one form or several.
  var maps: [Program.Value: [StoredMap]] = [:]
  /// The forms in which values are read.
  private(set) var needs: [Program.Value: MapNeeds] = [:]
  /// The convolutions of bfloat16 maps that Winograd's algorithm computes, by the values they define.
  private(set) var transformed: Set<Program.Value> = []
  /// Whose kernels compute each step.
  private(set) var families: [KernelFamily] = []
  let machine = DirectMachine()
  let bands = BandMachine()
  /// The last step that touches the memory of a value, additions in place included.
  private(set) var lastUse: [Program.Value: Int] = [:]

  /// A value in memory.
  struct Stored {
    let layout: Layout
    let place: Place
  }

  init(
    _ bound: BoundGraph, batch: Int, threads: Int, exact: Bool,
    allowing allowed: [KernelFamily] = KernelFamily.allCases, precision: Precision,
    statistics: BatchStatistics, taps: [Node.ID]
  ) {
    self.allowed = allowed
    self.bound = bound
    self.batch = batch
    self.threads = threads
    self.exact = exact
    self.precision = precision
    self.statistics = statistics
    self.taps = taps
    let isNarrow =
      switch precision {
      case .float32: false
      case .bfloat16: true
      case .int8: machine.hasByteProducts
      }
    let keepsFloats =
      precision == .float32 || isNarrow && Program(bound.graph).goesByRows
    self.keepsFloats = keepsFloats
    let isChained = keepsFloats && allowed.contains(.bands)
    // A calibration has ranges of the network's own values alone.
    let isCalibrated = if case .int8 = precision { true } else { false }
    // Between maps of other numbers Assay's own kernels know no function but ReLU.
    program = .optimized(
      bound.graph, statistics: statistics, taps: Set(taps),
      chaining: isChained, sampling: isChained && !isCalibrated, lanes: bands.lanes
    ) {
      keepsFloats && dn_function($0) != nil
    }
    inputOffsets = bound.graph.inputs.map { bound.graph[$0.value].shape.elementCount }
      .reduce(into: [0]) { $0.append($0[$0.count - 1] + $1 * batch) }
    outputOffsets = bound.graph.outputs.map { bound.graph[$0.value].shape.elementCount }
      .reduce(into: [0]) { $0.append($0[$0.count - 1] + $1 * batch) }
    var start = 0
    tapRanges = taps.map { tap in
      let range = start..<start + batch * bound.graph[tap].shape.elementCount
      start = range.upperBound
      return range
    }
    program = program.addingSamples { runsDirectly($0) }
    lastUse = program.lastUses()
    transformed = convolutionsByWinograd()
    needs = mapNeeds()
  }

  mutating func compile() throws {
    if precision == .bfloat16, !machine.hasBFloat16 {
      throw EngineError("bf16 needs a processor with AVX512_BF16; this one has none that is used")
    }
    if precision != .float32, statistics == .ofBatch {
      throw EngineError("statistics of the batch are computed in f32 alone")
    }
    families = try families(among: allowed)
    OneDNN.setThreadsOfCaller(threads)
    for (port, offset) in zip(program.inputs, inputOffsets) {
      let input = try Layout.plain(extents(of: port.value), port.order)
      values[port.value] = Stored(layout: input, place: .images(offset * Self.floatSize))
      try tap(port.value, at: 0)
    }
    let chains = bandChains()
    slots = keepsFloats ? channelSlots() : directSlots()
    for (index, step) in program.steps.enumerated() {
      do {
        if families[index] == .bands {
          // Those of a chain behind the first are computed with it.
          switch step.kind {
          case .concatenate: try concatenate(step, at: index)
          case .attention(let attention): try attend(attention, step, at: index)
          default: if let chain = chains[index] { try compileBands(chain, at: index) }
          }
          if values[step.output] == nil, parts[step.output] == nil { continue }
        } else {
          try compile(step, at: index)
        }
        try tap(step.output, at: index)
        if let activation = step.activation { try tap(activation.output, at: index) }
      } catch let error as EngineError {
        throw EngineError(
          "\(step.path): \(error.description)", isOfCalibration: error.isOfCalibration)
      }
    }
    for (port, offset) in zip(program.outputs, outputOffsets) {
      try unpack(port.value, "output", at: program.steps.count)
      let plain = try Layout.plain(extents(of: port.value), port.order)
      try reorder(
        stored(port.value), to: Stored(layout: plain, place: .result(offset * Self.floatSize)),
        path: "output")
    }
  }

  private static let floatSize = MemoryLayout<Float>.stride

  /// Copies a value for the caller at once, before its memory goes to another.
  private mutating func tap(_ value: Program.Value, at index: Int) throws {
    guard let tap = taps.firstIndex(of: value) else { return }
    try unpack(value, "tap \(value)", at: index)
    let plain = try Layout.plain(extents(of: value), DN_NHWC)
    let offset = tapRanges[tap].lowerBound * MemoryLayout<Float>.stride
    try reorder(
      stored(value), to: Stored(layout: plain, place: .tap(offset)), path: "tap \(value)")
  }

  private mutating func compile(_ step: Program.Step, at index: Int) throws {
    if try meanOfRows(step, at: index) { return }
    switch families[index] {
    case .direct: try compileDirectly(step, at: index)
    case .bands: preconditionFailure("\(step.path) belongs to a chain")
    case .oneDNN: try compileByOneDNN(step, at: index)
    case .loops: try loopStep(step, at: index)
    }
  }

  /// The steps of Assay's own kernels, which give a second value along with the first.
  private mutating func compileDirectly(_ step: Program.Step, at index: Int) throws {
    switch step.kind {
    case .convolution(let convolution): try compile(convolution, step, at: index)
    case .maxPool(let pooling, let zeros):
      try poolDirectly(step, pooling, maximum: true, zeros: zeros, at: index)
    case .averagePool(let pooling):
      try poolDirectly(step, pooling, maximum: false, zeros: false, at: index)
    case .concatenate: try concatenateDirectly(step, at: index)
    default: try computeElements(step, at: index)
    }
  }

  /// Copies a value into plain order, and makes probabilities of each of its rows.
  mutating func softmax(_ step: Program.Step, at index: Int) throws {
    let plain = try Layout.plain(extents(of: step.output), DN_NHWC)
    let output = define(step.output, plain, at: index)
    try reorder(
      stored(step.inputs[0]), to: Stored(layout: plain, place: output), path: step.path)
    let form = program.form(of: step.output)
    let length = form.channels
    instructions.append(
      .softmax(output, rows: batch * form.elementCount / length, length: length))
  }

  /// Copies an array into plain order, a map into that of its data format, and calls it by other extents.
  mutating func flatten(
    _ step: Program.Step, _ order: DataFormat, at index: Int
  ) throws {
    let plain = try Layout.plain(
      extents(of: step.inputs[0]), order == .channelsLast ? DN_NHWC : DN_NCHW)
    let isRow = program.shape(of: step.output).rank == 1
    let result = try Layout.plain(extents(of: step.output), isRow ? DN_NCHW : DN_NHWC)
    let output = define(step.output, result, at: index)
    try reorder(
      stored(step.inputs[0]), to: Stored(layout: plain, place: output), path: step.path)
  }
}

extension Program {
  /// The last step that touches the memory in which each value lies.
  fileprivate func lastUses() -> [Value: Int] {
    var last = Dictionary(
      outputs.map { ($0.value, steps.count) }, uniquingKeysWith: { first, _ in first })
    for (index, step) in steps.enumerated().reversed() {
      if case .convolution(let convolution) = step.kind, convolution.addsInPlace,
        let place = step.inputs.last
      {
        // The sum lies where this operand lay.
        last[place] = last[step.output] ?? index
      }
      for input in step.inputs where last[input] == nil { last[input] = index }
    }
    return last
  }
}

extension Program.Port {
  /// How the tensor outside lies.
  var order: dn_order { format == .channelsLast ? DN_NHWC : DN_NCHW }
}

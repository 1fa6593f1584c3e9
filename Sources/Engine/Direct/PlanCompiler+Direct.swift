import CDirect
import COneDNN
import Networks
import Tensors

/// A value as a map of Assay's own kernels.
struct StoredMap {
  let map: cd_map
  let place: Place
}

// The steps that Assay's own kernels compute.
extension PlanCompiler {
  /// Appends a convolution with the kernel that has been read last.
  mutating func convolveDirectly(
    _ step: Program.Step, _ convolution: Program.Convolution, bias: [Float]?, at index: Int
  ) throws {
    if transformed.contains(step.output), let shape = shapeForWinograd(step) {
      return try convolveByWinograd(step, shape, bias: bias, at: index)
    }
    let input = step.inputs[0]
    let source = try narrow(input, border: convolution.border, step.path, at: index)
    let (from, to) = (extents(of: input), extents(of: step.output))
    let layer = convolution.layer
    let description = unsafe cd_convolution(
      batch: Int32(batch), source: source.map, outputs: Int32(to.channels),
      kernel_height: Int32(layer.kernel.height), kernel_width: Int32(layer.kernel.width),
      stride: Int32(layer.strides.height), top: Int32(layer.padding.top),
      left: Int32(layer.padding.left), out_height: Int32(to.height), out_width: Int32(to.width),
      finish: cd_finish())
    let kernel = unsafe machine.pack(
      description, inputs: Int(from.channels), kernel: plainKernel)

    var finish = DirectFinish()
    finish.relu = convolution.relu
    finish.shift = bias.map { AlignedBuffer($0) }
    if source.map.type == CD_U8, let quantization = try quantization(of: input) {
      let scale = kernel.steps.map { $0 * quantization.step }
      let zero = Float(quantization.zero)
      finish.scale = AlignedBuffer(scale)
      // What stands for 0 counts in every tap.
      finish.shift = AlignedBuffer(
        scale.indices.map { (bias?[$0] ?? 0) - zero * kernel.sums[$0] * scale[$0] })
    }
    var addend: StoredMap?
    if convolution.adds, let operand = step.inputs.last {
      addend = try wide(operand, step.path, at: index)
    }
    let results = try results(of: step, &finish, addend: addend, at: index)
    let operation = unsafe DirectOperation(
      description, packed: kernel.packed, finish: finish, machine, threads: threads)
    append(operation, source, addend, results, step.path)
  }

  private mutating func convolveByWinograd(
    _ step: Program.Step, _ shape: WinogradConvolution.Shape, bias: [Float]?, at index: Int
  ) throws {
    let source = try narrow(step.inputs[0], border: 0, step.path, at: index)
    let convolution = WinogradConvolution(shape, kernel: plainKernel, bias: bias)
    let output = define(step.output, map(step.output, CD_BF16), over: nil, at: index)
    scratchpadByteCount = max(scratchpadByteCount, convolution.scratchByteCount)
    instructions.append(
      .winograd(convolution, source: source.place, destination: output, path: step.path))
  }

  /// Appends a pooling.
  mutating func poolDirectly(
    _ step: Program.Step, _ pooling: LayerOperation.Pooling, maximum: Bool, zeros: Bool,
    at index: Int
  ) throws {
    let source = try wide(step.inputs[0], step.path, at: index)
    var finish = DirectFinish()
    let results = try results(of: step, &finish, addend: nil, at: index)
    let to = extents(of: step.output)
    append(
      pool(source.map, pooling, maximum: maximum, zeros: zeros, to: to, finish), source, nil,
      results, step.path)
  }

  /// Appends what is done element by element: a sum, a batch norm, a ReLU.
  mutating func computeElements(_ step: Program.Step, at index: Int) throws {
    let source = try wide(step.inputs[0], step.path, at: index)
    var finish = DirectFinish()
    var addend: StoredMap?
    switch step.kind {
    case .add: addend = try wide(step.inputs[1], step.path, at: index)
    case .relu: finish.relu = true
    case .batchNorm(_, let node, let relu):
      let (scale, shift) = try scaleAndShift(of: bound.graph[node])
      finish.scale = AlignedBuffer(scale)
      finish.shift = AlignedBuffer(shift)
      finish.relu = relu
    default: preconditionFailure("\(step.path) is not computed element by element")
    }
    let results = try results(of: step, &finish, addend: addend, at: index)
    let to = extents(of: step.output)
    append(
      pool(source.map, .identity, maximum: true, zeros: false, to: to, finish), source, addend,
      results, step.path)
  }

  private func pool(
    _ source: cd_map, _ pooling: LayerOperation.Pooling, maximum: Bool, zeros: Bool,
    to: dn_extents, _ finish: DirectFinish
  ) -> DirectOperation {
    let description = unsafe cd_pooling(
      batch: Int32(batch), source: source, maximum: maximum, counts_zeros: zeros,
      window_height: Int32(pooling.window.height), window_width: Int32(pooling.window.width),
      stride_height: Int32(pooling.strides.height), stride_width: Int32(pooling.strides.width),
      top: Int32(pooling.padding.top), left: Int32(pooling.padding.left),
      out_height: Int32(to.height), out_width: Int32(to.width), finish: cd_finish())
    return unsafe DirectOperation(description, finish: finish, machine, threads: threads)
  }

  private mutating func append(
    _ operation: DirectOperation, _ source: StoredMap, _ addend: StoredMap?,
    _ results: (first: Place?, second: Place?), _ path: String
  ) {
    instructions.append(
      .direct(
        operation, source: source.place, addend: addend?.place, first: results.first,
        second: results.second, path: path))
  }
}

// Where results go.
extension PlanCompiler {
  /// Decides the maps of a step's one or two values, and gives them their places.
  private mutating func results(
    of step: Program.Step, _ finish: inout DirectFinish, addend: StoredMap?, at index: Int
  ) throws -> (first: Place?, second: Place?) {
    finish.addend = addend?.map
    var forms = try forms(of: step.output)
    if let activation = step.activation {
      let (scale, shift) = try scaleAndShift(of: bound.graph[activation.node])
      var (gain, offset) = (scale, shift)
      finish.secondRelu = activation.relu
      // The first must be a map that another form can be made from.
      let first = forms.first { $0.type != CD_U8 } ?? forms.first.map { _ in wideMap(step.output) }
      let others = try self.forms(of: activation.output)
      let second = others.first { $0.type != CD_U8 } ?? others.first
      if let second, second.type == CD_U8, let bytes = try quantization(of: activation.output) {
        // One multiplication less: bytes are made of the value before it is 1 step wide.
        gain = gain.map { $0 / bytes.step }
        offset = offset.map { $0 / bytes.step }
      }
      finish.gain = AlignedBuffer(gain)
      finish.offset = AlignedBuffer(offset)
      (finish.first, finish.second) = (first, second)
      return (
        first.map { define(step.output, $0, over: addend, at: index) },
        second.map { define(activation.output, $0, over: nil, at: index) }
      )
    }
    if forms.isEmpty { forms = [wideMap(step.output)] }
    finish.first = forms.first { $0.type != CD_U8 }
    finish.second = forms.first { $0.type == CD_U8 }
    if finish.second != nil, let bytes = try quantization(of: step.output) {
      finish.quantum = 1 / bytes.step
    }
    return (
      finish.first.map { define(step.output, $0, over: addend, at: index) },
      finish.second.map { define(step.output, $0, over: nil, at: index) }
    )
  }

  /// The maps in which a value is wanted: at most one to go on with, and one of bytes.
  private func forms(of value: Program.Value) throws -> [cd_map] {
    guard let needs = needs[value] else { return [] }
    switch precision {
    case .float32: return [wideMap(value)]
    case .bfloat16:
      guard needs.isWide || needs.narrowBorder != nil else { return [map(value, CD_F32)] }
      return [map(value, CD_BF16, border: needs.narrowBorder ?? 0)]
    case .int8:
      var forms: [cd_map] = []
      if needs.isWide { forms.append(map(value, CD_BF16)) } else if needs.isPlain {
        forms.append(map(value, CD_F32))
      }
      if let border = needs.narrowBorder {
        forms.append(map(value, CD_U8, border: border, zero: try quantization(of: value)?.zero ?? 0))
      }
      return forms
    }
  }

  private func map(
    _ value: Program.Value, _ type: cd_type, border: Int = 0, zero: Int = 0
  ) -> cd_map {
    let extents = extents(of: value)
    return cd_map(
      type: type, channels: Int32(extents.channels), height: Int32(extents.height),
      width: Int32(extents.width), border: Int32(border), zero: Int32(zero))
  }

  /// The map in which sums and pools read a value.
  private func wideMap(_ value: Program.Value) -> cd_map {
    map(value, precision == .float32 ? CD_F32 : CD_BF16)
  }

  /// Gives a new map its place: that of the map which is added, if the two are alike.
  private mutating func define(
    _ value: Program.Value, _ map: cd_map, over addend: StoredMap?, at index: Int
  ) -> Place {
    let place: Place
    if let addend, case .arena = addend.place, addend.map == map {
      place = addend.place
    } else {
      let last = lastUse[value] ?? index
      place = .arena(
        memory.place(
          byteCount: machine.byteCount(of: map, batch: batch), from: index, to: last))
    }
    keep(StoredMap(map: map, place: place), of: value)
    return place
  }

  private mutating func keep(_ stored: StoredMap, of value: Program.Value) {
    maps[value, default: []].append(stored)
  }
}

// Where operands come from.
extension PlanCompiler {
  /// A value as convolutions read it.
  private mutating func narrow(
    _ value: Program.Value, border: Int, _ path: String, at index: Int
  ) throws -> StoredMap {
    let wanted: cd_map
    switch precision {
    case .float32: return try wide(value, path, at: index)
    case .bfloat16: wanted = map(value, CD_BF16, border: border)
    case .int8:
      wanted = map(value, CD_U8, border: border, zero: try quantization(of: value)?.zero ?? 0)
    }
    let kept = maps[value]?.first { $0.map.type == wanted.type && $0.map.border >= border }
    return try kept ?? convert(value, to: wanted, path, at: index)
  }

  /// A value as sums and pools read it.
  private mutating func wide(
    _ value: Program.Value, _ path: String, at index: Int
  ) throws -> StoredMap {
    if let kept = maps[value]?.first(where: { $0.map.type != CD_U8 }) { return kept }
    // oneDNN may have left it in another order.
    let layout = try Layout.blocked(extents(of: value))
    let original = stored(value)
    let plain = map(value, CD_F32)
    if original.layout == layout { return StoredMap(map: plain, place: original.place) }
    let place = Place.arena(
      memory.place(byteCount: layout.byteCount, from: index, to: lastUse[value] ?? index))
    try reorder(original, to: Stored(layout: layout, place: place), path: path)
    keep(StoredMap(map: plain, place: place), of: value)
    return StoredMap(map: plain, place: place)
  }

  /// A value in another form, kept for whoever wants it next.
  private mutating func convert(
    _ value: Program.Value, to wanted: cd_map, _ path: String, at index: Int
  ) throws -> StoredMap {
    let quantum = wanted.type == CD_U8 ? 1 / (try quantization(of: value)?.step ?? 1) : 1
    if value == 0, Int(wanted.channels) % machine.lanes != 0 {
      let place = define(value, wanted, over: nil, at: index)
      let operation = DirectOperation(
        images: wanted, batch: batch, channelsFirst: bound.graph.dataFormat == .channelsFirst,
        quantum: quantum, machine)
      let stored = StoredMap(map: wanted, place: place)
      instructions.append(
        .direct(
          operation, source: .images, addend: nil, first: place, second: nil, path: path))
      return stored
    }
    let source = try wide(value, path, at: index)
    var finish = DirectFinish()
    finish.quantum = quantum
    let place = define(value, wanted, over: nil, at: index)
    if wanted.type == CD_U8 { finish.second = wanted } else { finish.first = wanted }
    let results: (Place?, Place?) = wanted.type == CD_U8 ? (nil, place) : (place, nil)
    append(
      pool(
        source.map, .identity, maximum: true, zeros: false, to: extents(of: value), finish),
      source, nil, results, path)
    return StoredMap(map: wanted, place: place)
  }

  /// Has a value in the form in which oneDNN and the caller read it.
  mutating func unpack(_ value: Program.Value, _ path: String, at index: Int) throws {
    guard values[value] == nil, maps[value] != nil else { return }
    let wanted = map(value, CD_F32)
    let kept = maps[value]?.first { $0.map == wanted }
    let stored = try kept ?? convert(value, to: wanted, path, at: index)
    values[value] = Stored(layout: try Layout.blocked(extents(of: value)), place: stored.place)
  }

  /// How a value's numbers become bytes; `nil` where the precision has none.
  private func quantization(of value: Program.Value) throws -> Quantization? {
    guard case .int8(let calibration) = precision else { return nil }
    let path = bound.graph[value].path
    guard let range = calibration.ranges[path] else {
      throw EngineError(
        "the calibration has no range for the values of \(path); it was made for another network")
    }
    return Quantization(range)
  }

  /// A batch norm as `x · scale + shift`.
  private func scaleAndShift(of node: Node) throws -> (scale: [Float], shift: [Float]) {
    let fold = try affine(of: node)
    // Rounded once, as mean and shift may all but cancel.
    let shift = fold.scale.indices.map {
      Float(Double(fold.shift[$0]) - Double(fold.mean[$0]) * Double(fold.scale[$0]))
    }
    return (fold.scale, shift)
  }
}

extension LayerOperation.Pooling {
  /// Windows of one pixel, which change nothing.
  fileprivate static var identity: Self { Self(window: 1, strides: 1, padding: .none) }
}

extension cd_map {
  static func == (left: cd_map, right: cd_map) -> Bool {
    left.type == right.type && left.channels == right.channels && left.height == right.height
      && left.width == right.width && left.border == right.border && left.zero == right.zero
  }
}

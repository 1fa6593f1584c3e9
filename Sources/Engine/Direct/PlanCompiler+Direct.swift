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
    finish.made = SumFinish(convolution.function)
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
      finish.addendStride = convolution.addendStride
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
    let results = partMap(of: step.output) ?? map(step.output, CD_BF16)
    let convolution = WinogradConvolution(
      shape, kernel: plainKernel, bias: bias, images: (source.map.imageCount, results.imageCount))
    let output = try define(step.output, results, over: nil, at: index)
    scratchpadByteCount = max(scratchpadByteCount, convolution.scratchByteCount)
    instructions.append(
      .winograd(convolution, source: source.place, destination: output, path: step.path))
  }

  /// Appends a pooling.
  mutating func poolDirectly(
    _ step: Program.Step, _ pooling: Planar.Pooling, maximum: Bool, zeros: Bool,
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
    case .relu: finish.made = SumFinish(.relu)
    case .batchNorm(_, let node, let relu):
      let (scale, shift) = try scaleAndShift(of: bound.graph[node])
      finish.scale = AlignedBuffer(scale)
      finish.shift = AlignedBuffer(shift)
      finish.made = SumFinish(relu ? .relu : nil)
    default: preconditionFailure("\(step.path) is not computed element by element")
    }
    let results = try results(of: step, &finish, addend: addend, at: index)
    let to = extents(of: step.output)
    append(
      pool(source.map, .identity, maximum: true, zeros: false, to: to, finish), source, addend,
      results, step.path)
  }

  func pool(
    _ source: cd_map, _ pooling: Planar.Pooling, maximum: Bool, zeros: Bool,
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

  mutating func append(
    _ operation: DirectOperation, _ source: StoredMap, _ addend: StoredMap?,
    _ results: (first: Place?, second: Place?), _ path: String
  ) {
    instructions.append(
      .direct(
        operation, source: source.place, addend: addend?.place, first: results.first,
        second: results.second, path: path))
  }
}

extension cd_map {
  /// From one image to the next of a map without a border, in values.
  fileprivate var imageCount: Int { Int(max(whole, channels)) * Int(height) * Int(width) }
}

extension Planar.Pooling {
  /// Windows of one pixel, which change nothing.
  static var identity: Self { Self(window: 1, strides: 1, padding: .none) }
}

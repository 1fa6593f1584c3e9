import CBands
import COneDNN
import Networks
import Tensors

// The steps of a chain become one instruction.
extension PlanCompiler {
  /// Appends the steps at these places as one chain, at the place of the first.
  mutating func compileBands(_ chain: [Int], at index: Int) throws {
    let steps = chain.map { program.steps[$0] }
    let first = steps[0], last = steps[steps.count - 1]
    let factors = mapAndFactors(of: first)
    let map = factors?.map ?? first.inputs[0]
    let layers = try bandLayers(steps)
    let source =
      layers[0].kind == CB_IMAGES
      ? Blocks(
        place: try plain(map, first, at: index).place,
        image: program.shape(of: map).elementCount)
      : try blocks(of: map, first, at: index)
    let row = try factors.map { try plain($0.factors, first, at: index) }
    var addend: Stored?
    let read = steps.count > 1 ? steps[steps.count - 2].output : map
    let other = last.addend(besides: read) ?? (last.adds ? read : nil)
    if let other {
      try unpack(other, last.path, at: index)
      addend = try stored(other, as: Layout.blocked(extents(of: other)), last, at: index)
    }
    let output: Blocks
    if let addend, let other, case .convolution = last.kind,
      mayWriteOver(addend, reading: source), parts[other] == nil, slots[last.output] == nil,
      stored(other).layout == addend.layout
    {
      define(last.output, inPlaceOf: addend)
      output = Blocks(place: addend.place, image: imageCount(of: last.output))
    } else {
      output = try defineBlocks(last.output, at: index)
    }
    let operation = BandOperation(
      layers, batch: batch, threads: threads, images: (source.image, output.image),
      isInPlace: isSameMemory(source.place, output.place), bands)
    scratchpadByteCount = max(scratchpadByteCount, operation.scratchByteCount)
    instructions.append(
      .bands(
        operation, source: source.place, addend: addend?.place, factors: row?.place,
        destination: output.place, rowMeans: placeRowMeans(of: last, at: index),
        paths: steps.map(\.path)))
  }

  /// Whether the sum may lie where its operand lay.
  ///
  /// Where the rows of one image are shared out, a thread reads rows of the source that another one may have
  /// written already, if the source is what is added.
  private func mayWriteOver(_ addend: Stored, reading source: Blocks) -> Bool {
    guard case .arena = addend.place else { return false }
    return !isSameMemory(source.place, addend.place) || threads <= batch
  }

  private func isSameMemory(_ place: Place, _ other: Place) -> Bool {
    guard case .arena(let first) = place, case .arena(let second) = other else { return false }
    return first == second
  }

  /// The numbers that 1×1 convolutions, dense layers and attention multiply, where nothing else is said.
  var products: cb_products { precision == .float32 ? CB_FLOATS : machine.bfloat16Products }

  private mutating func bandLayers(_ steps: [Program.Step]) throws -> [BandLayer] {
    var layers: [BandLayer] = []
    for step in steps {
      // What is added to a pool is added by it.
      if case .add = step.kind, !layers.isEmpty {
        layers[layers.count - 1].adds = true
      } else {
        layers.append(try bandLayer(step))
      }
    }
    return layers
  }

  private mutating func bandLayer(_ step: Program.Step) throws -> BandLayer {
    let place = mapAndFactors(of: step)?.map ?? step.inputs[0]
    var layer = BandLayer(
      kind: CB_AFFINE, source: extents(of: place), destination: extents(of: step.output),
      windows: dn_windows(1, 1, 1, .none))
    switch step.kind {
    case .dense(let dense):
      try takePointwise(
        Program.Convolution(layer: dense.convolution, node: dense.node), products, &layer)
    case .convolution(let convolution) where readsImages(convolution, step):
      let own = convolution.layer
      let inputs = own.kernel.height * own.kernel.width * Int(layer.source.channels)
      try takeWindows(convolution, CB_IMAGES, &layer) { bands, kernel in
        bands.packPointwise(kernel, inputs: inputs, outputs: own.filters, CB_FLOATS)
      }
    case .convolution(let convolution)
    where !convolution.isDepthwise(of: Int(layer.source.channels)):
      try takePointwise(
        convolution, isKept(convolution) ? CB_FLOATS : products,
        bytesOf: takesBytes(step) ? step.inputs[0] : nil, &layer)
    case .convolution(let convolution):
      let (own, channels) = (convolution.layer, Int(layer.source.channels))
      try takeWindows(convolution, CB_DEPTHWISE, &layer) { bands, kernel in
        bands.packDepthwise(
          kernel, channels: channels, taps: own.kernel.height * own.kernel.width)
      }
    case .batchNorm(_, let node, let relu):
      let (scale, shift) = try scaleAndShift(of: bound.graph[node])
      layer.scale = bands.padded(scale)
      layer.shift = bands.padded(shift)
      layer.finish = SumFinish(relu ? .relu : nil)
    case .add: layer.adds = true
    case .relu: layer.finish = SumFinish(.relu)
    case .layerNorm(let norm):
      layer.kind = CB_NORMALIZE
      (layer.epsilon, layer.isCentered) = (norm.settings.epsilon, norm.settings.isCentered)
      layer.scale = try norm.gamma.map { bands.padded(try numbers(of: $0)) }
      layer.shift = try norm.beta.map { bands.padded(try numbers(of: $0)) }
    case .maxPool(let pooling, let zeros): layer.pool(pooling, CB_MAXIMUM, zeros: zeros)
    case .averagePool(let pooling):
      // The mean of one pixel is the pixel.
      layer.pool(pooling, pooling.window == 1 ? CB_MAXIMUM : CB_MEAN, zeros: false)
    default: layer.hasFactors = true
    }
    return layer
  }

  /// - Parameter pack: Lays the kernel that has been read as the windows read it.
  private mutating func takeWindows(
    _ convolution: Program.Convolution, _ kind: cb_kind, _ layer: inout BandLayer,
    packing pack: (BandMachine, AlignedBuffer) -> AlignedBuffer
  ) throws {
    let bias = try readFolded(convolution)
    let own = convolution.layer
    layer.kind = kind
    layer.windows = dn_windows(own.kernel, own.strides, own.dilation, own.padding)
    layer.kernel = pack(bands, plainKernel)
    layer.shift = bias.map { bands.padded($0) }
    layer.adds = convolution.adds
    layer.finish = SumFinish(convolution.function)
  }

  /// The products of float32: fewer of them by Strassen's algorithm, where that is quicker.
  ///
  /// That is decided by the layer alone, as the numbers change with it.
  private func floatProducts(_ inputs: Int, _ filters: Int, _ map: dn_extents) -> cb_products {
    !exact
      && cb_pays_strassen(Int32(inputs), Int32(filters), Int32(map.height), Int32(map.width))
      ? CB_STRASSEN : CB_FLOATS
  }

  /// - Parameter bytes: The value that it reads, if it multiplies bytes.
  private mutating func takePointwise(
    _ convolution: Program.Convolution, _ products: cb_products,
    bytesOf bytes: Program.Value? = nil, _ layer: inout BandLayer
  ) throws {
    let bias = try readFolded(convolution)
    let (inputs, filters) = (Int(layer.source.channels), convolution.layer.filters)
    layer.kind = CB_POINTWISE
    layer.adds = convolution.adds
    layer.finish = SumFinish(convolution.function)
    guard let bytes, let quantization = try quantization(of: bytes) else {
      let products = products == CB_FLOATS ? floatProducts(inputs, filters, layer.source) : products
      layer.products = products
      layer.kernel = bands.packPointwise(plainKernel, inputs: inputs, outputs: filters, products)
      layer.shift = bias.map { bands.padded($0) }
      return
    }
    let kernel = bands.packBytes(plainKernel, inputs: inputs, outputs: filters)
    let scale = kernel.steps.map { $0 * quantization.step }
    let zero = Float(quantization.zero)
    layer.products = machine.hasTiles ? CB_BYTE_TILES : CB_BYTE_DOTS
    (layer.kernel, layer.quantum, layer.zero) = (kernel.packed, 1 / quantization.step, zero)
    layer.scale = bands.padded(scale)
    // What stands for 0 counts in every product.
    layer.shift = bands.padded(
      scale.indices.map { (bias?[$0] ?? 0) - zero * kernel.sums[$0] * scale[$0] })
  }
}

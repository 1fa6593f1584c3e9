import CBands
import CLoops
import Foundation
import TestSupport

/// A chain of CBands beside the same layers in double precision, one number after the other.
@safe final class BandChain {
  private typealias Layer = BandKernelTests.Layer

  /// A layer's extents and numbers, without any padding of channels.
  private struct Numbers {
    let layer: Layer
    let products: cb_products
    var inputs, outputs, height, width, outHeight, outWidth: Int
    var size = 1, stride = 1, dilation = 1, top = 0
    var kernel: [Float] = []
    var shift: [Float] = []

    mutating func readWindows(_ size: Int, _ stride: Int, _ dilation: Int) {
      (self.size, self.stride, self.dilation) = (size, stride, dilation)
      top = (size - 1) * dilation / 2
      let lost = (size - 1) * dilation - 2 * top
      outHeight = (height - lost - 1) / stride + 1
      outWidth = (width - lost - 1) / stride + 1
    }

    mutating func pool(_ size: Int, _ stride: Int, top: Int) {
      (self.size, self.stride, self.top) = (size, stride, top)
      (outHeight, outWidth) = ((height - 1) / stride + 1, (width - 1) / stride + 1)
    }

    var readsPlainOrder: Bool { if case .images = layer.kind { true } else { false } }
  }

  private let test: BandKernelTests.Case
  private let instructions: cb_instructions
  private let products: cb_products
  private let lanes: Int
  private var layers: [Numbers] = []
  /// The images, N·H·W·C.
  var source: [Float]
  /// The means of the rows that the last call gave, of a chain that ends in a depthwise convolution.
  private(set) var rowMeans: [Float] = []
  private let addend: [Float]
  private let factors: [Float]

  init(
    _ test: BandKernelTests.Case, _ instructions: cb_instructions, _ products: cb_products
  ) {
    (self.test, self.instructions, self.products) = (test, instructions, products)
    lanes = Int(cb_lanes(instructions))
    var random = SplitMix(seed: 7)
    func numbers(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float(Int64(random.next() >> 40) - 1 << 23) / Float(1 << 23) }
    }
    source = numbers(test.batch * test.height * test.width * test.channels)
    factors = numbers(test.batch * test.channels)
    var (channels, height, width) = (test.channels, test.height, test.width)
    for layer in test.layers {
      var one = Numbers(
        layer: layer, products: layer.isKept ? CB_STRASSEN : products, inputs: channels,
        outputs: channels, height: height, width: width,
        outHeight: height, outWidth: width)
      switch layer.kind {
      case .factors: break
      case .affine, .normalize: (one.kernel, one.shift) = (numbers(channels), numbers(channels))
      case .pointwise(let outputs):
        one.outputs = outputs
        (one.kernel, one.shift) = (numbers(channels * outputs), numbers(outputs))
        switch one.products {
        case CB_FLOATS, CB_STRASSEN: break
        case CB_DOTS, CB_TILES: one.kernel = one.kernel.map(\.asBFloat16)
        default: one.kernel = Self.inSteps(one.kernel, outputs)
        }
      case .depthwise(let size, let stride, let dilation):
        one.readWindows(size, stride, dilation)
        (one.kernel, one.shift) = (numbers(size * size * channels), numbers(channels))
      case .pool(let size, let stride, let top, _, _): one.pool(size, stride, top: top)
      case .images(let outputs, let size, let stride):
        one.readWindows(size, stride, 1)
        one.outputs = outputs
        (one.kernel, one.shift) = (numbers(size * size * channels * outputs), numbers(outputs))
      }
      layers.append(one)
      (channels, height, width) = (one.outputs, one.outHeight, one.outWidth)
    }
    addend = numbers(test.batch * height * width * channels)
  }

  /// The nearest kernel of whole steps, of which the largest weight of each filter is 127.
  private static func inSteps(_ kernel: [Float], _ outputs: Int) -> [Float] {
    var most = [Float](repeating: 0, count: outputs)
    for (place, weight) in kernel.enumerated() {
      most[place % outputs] = max(most[place % outputs], abs(weight))
    }
    return kernel.enumerated().map { place, weight in
      let step = most[place % outputs] / 127
      return (weight / step).rounded(.toNearestOrEven) * step
    }
  }

  /// The results, N·H·W·C.
  func expected() -> [Double] { layers.reduce(source.map(Double.init)) { computed($1, $0) } }

  private func computed(_ one: Numbers, _ x: [Double]) -> [Double] {
    var results: [Double] = []
    for n in 0..<test.batch {
      for place in 0..<one.outHeight * one.outWidth {
        let (row, column) = (place / one.outWidth, place % one.outWidth)
        for o in 0..<one.outputs {
          var y = one.shift.isEmpty ? 0 : Double(one.shift[o])
          func value(_ i: Int, _ row: Int, _ column: Int) -> Double {
            x[((n * one.height + row) * one.width + column) * one.inputs + i]
          }
          switch one.layer.kind {
          case .affine: y += value(o, row, column) * Double(one.kernel[o])
          case .normalize(let isCentered):
            let all = (0..<one.inputs).map { value($0, row, column) }
            let mean = isCentered ? all.reduce(0, +) / Double(all.count) : 0
            let squares = all.map { ($0 - mean) * ($0 - mean) }
            let variance = squares.reduce(0, +) / Double(all.count)
            y += (all[o] - mean) / (variance + 1e-3).squareRoot() * Double(one.kernel[o])
          case .factors: y += value(o, row, column) * Double(factors[n * one.inputs + o])
          case .pointwise:
            for i in 0..<one.inputs {
              var x = value(i, row, column)
              switch one.products {
              case CB_FLOATS, CB_STRASSEN: break
              case CB_DOTS, CB_TILES: x = Double(Float(x).asBFloat16)
              default:
                let byte = Float(128).addingProduct(Float(x), 50).rounded(.toNearestOrEven)
                x = (Double(min(max(byte, 0), 255)) - 128) / 50
              }
              y += x * Double(one.kernel[i * one.outputs + o])
            }
          case .images:
            for tap in 0..<one.size * one.size {
              let r = row * one.stride - one.top + tap / one.size
              let c = column * one.stride - one.top + tap % one.size
              guard (0..<one.height).contains(r), (0..<one.width).contains(c) else { continue }
              for i in 0..<one.inputs {
                y += value(i, r, c) * Double(one.kernel[(tap * one.inputs + i) * one.outputs + o])
              }
            }
          case .pool(_, _, _, let isMaximum, let zeros):
            var window: [Double] = []
            for tap in 0..<one.size * one.size {
              let r = row * one.stride - one.top + tap / one.size
              let c = column * one.stride - one.top + tap % one.size
              let isInside = (0..<one.height).contains(r) && (0..<one.width).contains(c)
              if isInside || zeros { window.append(isInside ? value(o, r, c) : 0) }
            }
            y += isMaximum ? window.max() ?? .nan : window.reduce(0, +) / Double(window.count)
          case .depthwise:
            for tap in 0..<one.size * one.size {
              let r = row * one.stride - one.top + tap / one.size * one.dilation
              let c = column * one.stride - one.top + tap % one.size * one.dilation
              guard (0..<one.height).contains(r), (0..<one.width).contains(c) else { continue }
              y += value(o, r, c) * Double(one.kernel[tap * one.inputs + o])
            }
          }
          if one.layer.adds { y += Double(addend[results.count]) }
          y = min(max(y, Double(one.layer.least)), Double(one.layer.most))
          results.append(one.layer.isSilu ? y / (1 + exp(-y)) : y)
        }
      }
    }
    return results
  }

  /// Where the results go: to memory of their own, or over what is added or read.
  enum Target { case own, addend, source }

  /// The results in blocks of channels.
  func run(threads: Int, over target: Target = .own) -> [Float] {
    run(layers[...], stored, threads, over: target)
  }

  /// Whether results of several layers take as much memory as what the first of them reads, a window.
  var fitsSource: Bool {
    guard let first = layers.first, let last = layers.last, layers.count > 1,
      case .depthwise = first.layer.kind
    else { return false }
    return (first.inputs, first.height, first.width)
      == (last.outputs, last.outHeight, last.outWidth)
  }

  func runLayerByLayer() -> [Float] {
    layers.indices.reduce(stored) { run(layers[$1...$1], $0, 1) }
  }

  /// The images as the first layer reads them.
  private var stored: [Float] {
    layers[0].readsPlainOrder ? source : blocks(source, layers[0].inputs)
  }

  private func run(
    _ layers: ArraySlice<Numbers>, _ source: [Float], _ threads: Int, over target: Target = .own
  ) -> [Float] {
    var kept: [GuardedMemory] = []
    func memory(_ values: [Float]) -> UnsafeMutablePointer<Float> {
      let one = GuardedMemory(byteCount: values.count * MemoryLayout<Float>.stride)
      kept.append(one)
      let address = unsafe one.address.bindMemory(to: Float.self, capacity: values.count)
      unsafe address.update(from: values, count: values.count)
      return unsafe address
    }
    let descriptions = unsafe layers.map { one in
      var layer = unsafe cb_layer()
      unsafe (layer.inputs, layer.outputs) = (Int32(one.inputs), Int32(one.outputs))
      unsafe (layer.height, layer.width) = (Int32(one.height), Int32(one.width))
      unsafe (layer.out_height, layer.out_width) = (Int32(one.outHeight), Int32(one.outWidth))
      unsafe (layer.kernel_height, layer.kernel_width) = (Int32(one.size), Int32(one.size))
      unsafe (layer.stride_height, layer.stride_width) = (Int32(one.stride), Int32(one.stride))
      unsafe (layer.dilation_height, layer.dilation_width) = (
        Int32(one.dilation), Int32(one.dilation)
      )
      unsafe (layer.top, layer.left) = (Int32(one.top), Int32(one.top))
      unsafe (layer.least, layer.most, layer.adds) = (
        one.layer.least, one.layer.most, one.layer.adds
      )
      unsafe (layer.has_function, layer.function) = (one.layer.isSilu, CL_SILU)
      if !one.shift.isEmpty { unsafe layer.shift = UnsafePointer(memory(padded(one.shift))) }
      switch one.layer.kind {
      case .affine:
        unsafe layer.kind = CB_AFFINE
        unsafe layer.scale = UnsafePointer(memory(padded(one.kernel)))
      case .normalize(let isCentered):
        unsafe (layer.kind, layer.epsilon, layer.centered) = (CB_NORMALIZE, 1e-3, isCentered)
        unsafe layer.scale = UnsafePointer(memory(padded(one.kernel)))
      case .factors: unsafe (layer.kind, layer.has_factors) = (CB_AFFINE, true)
      case .pointwise:
        let products = one.products
        unsafe (layer.kind, layer.products) = (CB_POINTWISE, products)
        let count = unsafe Int(
          cb_pointwise_floats(layer.inputs, layer.outputs, products, instructions))
        let packed = unsafe memory(Array(repeating: 0, count: count))
        if products == CB_BYTE_DOTS || products == CB_BYTE_TILES {
          var steps = [Float](repeating: 0, count: one.outputs)
          var sums = steps
          unsafe cb_pack_bytes(
            layer.inputs, layer.outputs, instructions, one.kernel, packed, &steps, &sums)
          let scale = steps.map { $0 / 50 }
          let shift = one.shift.indices.map { one.shift[$0] - 128 * sums[$0] * scale[$0] }
          unsafe (layer.quantum, layer.zero) = (50, 128)
          unsafe layer.scale = UnsafePointer(memory(padded(scale)))
          unsafe layer.shift = UnsafePointer(memory(padded(shift)))
        } else {
          unsafe cb_pack_pointwise(
            layer.inputs, layer.outputs, products, instructions, one.kernel, packed)
        }
        unsafe layer.kernel = UnsafePointer(packed)
      case .images:
        unsafe layer.kind = CB_IMAGES
        let inputs = Int32(one.size * one.size * one.inputs)
        let count = unsafe Int(
          cb_pointwise_floats(inputs, layer.outputs, CB_FLOATS, instructions))
        let packed = unsafe memory(Array(repeating: 0, count: count))
        unsafe cb_pack_pointwise(
          inputs, layer.outputs, CB_FLOATS, instructions, one.kernel, packed)
        unsafe layer.kernel = UnsafePointer(packed)
      case .pool(_, _, _, let isMaximum, let zeros):
        unsafe layer.kind = isMaximum ? CB_MAXIMUM : CB_MEAN
        unsafe layer.counts_zeros = zeros
      case .depthwise:
        unsafe layer.kind = CB_DEPTHWISE
        let taps = Int32(one.size * one.size)
        let count = unsafe Int(cb_depthwise_floats(layer.inputs, taps, instructions))
        let packed = unsafe memory(Array(repeating: 0, count: count))
        unsafe cb_pack_depthwise(layer.inputs, taps, instructions, one.kernel, packed)
        unsafe layer.kernel = UnsafePointer(packed)
      }
      return unsafe layer
    }
    let last = layers[layers.endIndex - 1]
    let image = blockCount(last.outputs) * lanes * last.outHeight * last.outWidth
    let added = unsafe memory(blocks(addend, last.outputs))
    let read = unsafe memory(source)
    let results =
      switch target {
      case .own: unsafe memory(Array(repeating: 0, count: test.batch * image))
      case .addend: unsafe added
      case .source: unsafe read
      }
    let meanCount = image / last.outWidth * test.batch
    let endsInWindows = if case .depthwise = last.layer.kind { true } else { false }
    let means = unsafe endsInWindows ? memory(Array(repeating: 0, count: meanCount)) : nil
    let first = layers[layers.startIndex]
    let channels = first.readsPlainOrder ? first.inputs : blockCount(first.inputs) * lanes
    let sourceImage = channels * first.height * first.width
    var arrays = unsafe cb_arrays(
      source: read, addend: added,
      factors: memory(factors),
      destination: results, source_image: sourceImage, destination_image: image, row_means: means)
    return unsafe descriptions.withUnsafeBufferPointer { descriptions in
      var chain = unsafe cb_chain(
        batch: Int32(test.batch), count: Int32(descriptions.count),
        layers: descriptions.baseAddress, in_place: target == .source)
      let scratch = unsafe GuardedMemory(
        byteCount: cb_scratch_bytes(&chain, instructions, Int32(threads)))
      unsafe cb_run(&chain, instructions, Int32(threads), &arrays, scratch.address)
      rowMeans =
        unsafe means.map { unsafe Array(UnsafeBufferPointer(start: $0, count: meanCount)) } ?? []
      let values = unsafe Array(UnsafeBufferPointer(start: results, count: test.batch * image))
      // Last, as the memory is given back after its last use.
      precondition(
        (kept + [scratch]).allSatisfy(\.isIntact), "something was written beside its memory")
      return values
    }
  }

  /// The same means in double precision, of results as ``run(threads:)`` gives them.
  func expectedRowMeans(of results: [Float]) -> [Double] {
    let width = layers[layers.count - 1].outWidth
    return rowMeans.indices.map { place in
      let first = place / lanes * width * lanes + place % lanes
      return (0..<width).reduce(0.0) { $0 + Double(results[first + $1 * lanes]) } / Double(width)
    }
  }

  private func blockCount(_ channels: Int) -> Int { (channels + lanes - 1) / lanes }

  private func padded(_ values: [Float]) -> [Float] {
    values + Array(repeating: 0, count: blockCount(values.count) * lanes - values.count)
  }

  /// N·H·W·C in blocks; the channels beyond the last hold what nobody may take notice of.
  private func blocks(_ values: [Float], _ channels: Int) -> [Float] {
    let pixels = values.count / (test.batch * channels), blocks = blockCount(channels)
    return (0..<test.batch * blocks * pixels * lanes).map { place in
      let channel = place / (lanes * pixels) % blocks * lanes + place % lanes
      let (pixel, n) = (place / lanes % pixels, place / (lanes * pixels * blocks))
      return channel < channels ? values[(n * pixels + pixel) * channels + channel] : 1e30
    }
  }

  /// The results of ``run(threads:)`` as N·H·W·C.
  func plain(_ blocked: [Float]) -> [Float] {
    let last = layers[layers.count - 1]
    let pixels = last.outHeight * last.outWidth, blocks = blockCount(last.outputs)
    return (0..<test.batch * pixels * last.outputs).map { place in
      let (channel, pixel) = (place % last.outputs, place / last.outputs % pixels)
      let block = place / (last.outputs * pixels) * blocks + channel / lanes
      return blocked[(block * pixels + pixel) * lanes + channel % lanes]
    }
  }
}

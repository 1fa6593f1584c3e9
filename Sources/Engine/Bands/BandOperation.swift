import CBands
import CLoops
import COneDNN
import Networks

// What Assay asks of CBands goes through this file, `BandMachine` and `ChannelCopy`.

/// A chain of layers that are computed row by row: see `cb_chain`.
///
/// It never changes, so any thread may execute it.
@safe final class BandOperation: @unchecked Sendable {
  private let layers: [BandLayer]
  private let descriptions: UnsafeMutableBufferPointer<cb_layer>
  private let batch: Int
  private let threads: Int
  private let machine: BandMachine
  private let images: (source: Int, destination: Int)
  private let isInPlace: Bool

  /// - Parameters:
  ///   - layers: What is done to a map, one after the other.
  ///   - images: From one image to the next, in values, of what is read and of the results.
  ///   - isInPlace: Whether the results are written over what is read.
  init(
    _ layers: [BandLayer], batch: Int, threads: Int, images: (source: Int, destination: Int),
    isInPlace: Bool, _ machine: BandMachine
  ) {
    self.layers = layers
    unsafe descriptions = .allocate(capacity: layers.count)
    _ = unsafe descriptions.initialize(from: layers.map { unsafe $0.description })
    (self.batch, self.threads, self.machine) = (batch, threads, machine)
    self.images = images
    self.isInPlace = isInPlace
  }

  deinit { unsafe descriptions.deallocate() }

  private var chain: cb_chain {
    unsafe cb_chain(
      batch: Int32(batch), count: Int32(layers.count),
      layers: UnsafePointer(descriptions.baseAddress), in_place: isInPlace)
  }

  /// What it is, in the manner of oneDNN's names.
  var kernel: String {
    let kinds = layers.map { layer in
      switch layer.kind {
      case CB_POINTWISE: "1x1\(BandMachine.suffix(of: layer.products))"
      case CB_DEPTHWISE: "dw"
      case CB_IMAGES: "\(layer.windows.kernel_height)x\(layer.windows.kernel_width)"
      case CB_NORMALIZE: "norm"
      case CB_MAXIMUM where layer.windows.kernel_height * layer.windows.kernel_width == 1: "sample"
      case CB_MAXIMUM: "max"
      case CB_MEAN: "mean"
      default: "affine"
      }
    }
    return "bands:\(machine.name) \(kinds.joined(separator: "+"))"
  }

  /// The scratch memory that a call needs.
  var scratchByteCount: Int {
    var chain = unsafe chain
    return unsafe cb_scratch_bytes(&chain, machine.instructions, Int32(threads))
  }

  /// Runs on the calling thread's threads and waits.
  func execute(
    source: UnsafeRawPointer, addend: UnsafeRawPointer?, factors: UnsafeRawPointer?,
    into destination: UnsafeMutableRawPointer, rowMeans: UnsafeMutableRawPointer?,
    scratch: UnsafeMutableRawPointer
  ) {
    var chain = unsafe chain
    var arrays = unsafe cb_arrays(
      source: source.assumingMemoryBound(to: Float.self),
      addend: addend?.assumingMemoryBound(to: Float.self),
      factors: factors?.assumingMemoryBound(to: Float.self),
      destination: destination.assumingMemoryBound(to: Float.self),
      source_image: images.source, destination_image: images.destination,
      row_means: rowMeans?.assumingMemoryBound(to: Float.self))
    unsafe cb_run(&chain, machine.instructions, Int32(threads), &arrays, scratch)
  }
}

/// A layer of a chain with its constants.
struct BandLayer {
  var kind: cb_kind
  var source: dn_extents
  var destination: dn_extents
  var windows = dn_windows()
  /// Of 1×1 convolutions.
  var products = CB_FLOATS
  /// As ``BandMachine`` packs it.
  var kernel: AlignedBuffer?
  /// Whether zeros lie around a map that is pooled.
  var countsZeros = false
  /// Per channel, up to whole blocks.
  var shift: AlignedBuffer?
  var scale: AlignedBuffer?
  /// Whether it multiplies each channel of each image by a number of its own.
  var hasFactors = false
  /// Of a layer norm.
  var epsilon: Float = 0
  var isCentered = true
  /// Of products of bytes: the bytes between two values that differ by 1, and the byte of 0.
  var quantum: Float = 0
  var zero: Float = 0
  /// Whether a map is added.
  var adds = false
  var finish = SumFinish()

  /// Makes it a pool.
  mutating func pool(_ pooling: Planar.Pooling, _ kind: cb_kind, zeros: Bool) {
    (self.kind, countsZeros) = (kind, zeros)
    windows = dn_windows(pooling.window, pooling.strides, 1, pooling.padding)
  }

  /// Pointers into the constants, valid as long as these are.
  fileprivate var description: cb_layer {
    func values(_ buffer: AlignedBuffer?) -> UnsafePointer<Float>? {
      unsafe buffer.map { unsafe UnsafePointer($0.address.assumingMemoryBound(to: Float.self)) }
    }
    var layer = unsafe cb_layer()
    unsafe (layer.kind, layer.products) = (kind, products)
    unsafe (layer.inputs, layer.outputs) = (Int32(source.channels), Int32(destination.channels))
    unsafe (layer.height, layer.width) = (Int32(source.height), Int32(source.width))
    unsafe (layer.out_height, layer.out_width) = (
      Int32(destination.height), Int32(destination.width)
    )
    unsafe (layer.kernel_height, layer.kernel_width) = (
      Int32(windows.kernel_height), Int32(windows.kernel_width)
    )
    unsafe (layer.stride_height, layer.stride_width) = (
      Int32(windows.stride_height), Int32(windows.stride_width)
    )
    unsafe (layer.dilation_height, layer.dilation_width) = (
      Int32(windows.dilation_height), Int32(windows.dilation_width)
    )
    unsafe (layer.top, layer.left) = (Int32(windows.top), Int32(windows.left))
    unsafe (layer.kernel, layer.shift, layer.scale) = (values(kernel), values(shift), values(scale))
    unsafe (layer.has_factors, layer.adds) = (hasFactors, adds)
    unsafe layer.counts_zeros = countsZeros
    unsafe (layer.quantum, layer.zero) = (quantum, zero)
    unsafe (layer.epsilon, layer.centered) = (epsilon, isCentered)
    unsafe (layer.least, layer.most) = (finish.least, finish.most)
    if let function = finish.function {
      unsafe layer.has_function = true
      unsafe (layer.function, layer.parameters) = function
    }
    return unsafe layer
  }
}

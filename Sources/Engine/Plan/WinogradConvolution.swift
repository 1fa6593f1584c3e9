import CLoops
import COneDNN
import CWinograd
import Networks

// Everything that Assay asks of CWinograd goes through this file.

/// A 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3), with its transformed kernel.
///
/// It never changes, so any thread may execute it.
@safe final class WinogradConvolution: @unchecked Sendable {
  private let shape: Shape
  private let kernelValues: AlignedBuffer
  private let bias: AlignedBuffer?

  /// Transforms a Keras kernel, H·W·I·O, which is not kept.
  ///
  /// - Parameters:
  ///   - function: What is made of the sums, if it is more than ReLU.
  ///   - images: From one image to the next, in values; 0 where they lie without gaps.
  init(
    _ shape: Shape, kernel: AlignedBuffer, bias: [Float]?, then function: Function? = nil,
    images: (source: Int, destination: Int) = (0, 0)
  ) {
    var shape = shape
    if let function, !shape.description.relu {
      shape.description.has_function = true
      (shape.description.function, shape.description.parameters) = function.fused
    }
    shape.description.source_image = images.source
    shape.description.destination_image = images.destination
    self.shape = shape
    var description = shape.description
    let count = unsafe cw_kernel_count(&description)
    kernelValues = AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
    self.bias = bias.map { AlignedBuffer($0) }
    let values = unsafe kernelValues.address.assumingMemoryBound(to: Float.self)
    unsafe cw_transform_kernel(
      &description, shape.instructions, kernel.address.assumingMemoryBound(to: Float.self), values)
  }

  /// The scratch memory that it needs while it runs, in bytes.
  var scratchByteCount: Int {
    var description = shape.description
    return unsafe cw_scratch_bytes(&description, shape.instructions, Int32(shape.threads))
  }

  /// What it is, in the manner of oneDNN's names.
  var kernel: String {
    switch shape.instructions {
    case CW_AVX512: "winograd:avx512"
    case CW_AVX2: "winograd:avx2"
    default: "winograd:portable"
    }
  }

  /// Runs on the calling thread's threads and waits.
  func execute(
    source: UnsafeMutableRawPointer, destination: UnsafeMutableRawPointer,
    scratch: UnsafeMutableRawPointer
  ) {
    var description = shape.description
    unsafe cw_convolve(
      &description, shape.instructions, Int32(shape.threads),
      source,
      kernelValues.address.assumingMemoryBound(to: Float.self),
      bias?.address.assumingMemoryBound(to: Float.self),
      destination, scratch)
  }
}

extension WinogradConvolution {
  /// A convolution that is quicker by Winograd's algorithm than directly.
  struct Shape {
    fileprivate(set) var description: cw_convolution
    let instructions: cw_instructions
    let threads: Int

    /// `nil` where the algorithm does not apply, or where oneDNN's direct kernels are quicker.
    ///
    /// That is decided by the layer and the instruction set alone: with the batch or the threads
    /// the numbers would change too.
    ///
    /// - Parameter bfloat16: Whether the maps are in bfloat16; what is between is not.
    init?(_ convolution: dn_convolution, bfloat16: Bool = false, threads: Int) {
      let windows = convolution.windows
      let (source, destination) = (convolution.source, convolution.destination)
      let block = Int64(dn_channel_block())
      guard windows.kernel_height == 3, windows.kernel_width == 3, windows.stride_height == 1,
        windows.stride_width == 1, windows.dilation_height == 1, windows.dilation_width == 1,
        convolution.groups == 1, source.channels % block == 0, destination.channels % block == 0,
        Self.wins(source, destination), let instructions = Self.instructions
      else { return nil }
      description = cw_convolution(
        batch: Int32(source.batch), inputs: Int32(source.channels),
        outputs: Int32(destination.channels), height: Int32(source.height),
        width: Int32(source.width), top: Int32(windows.top), left: Int32(windows.left),
        out_height: Int32(destination.height), out_width: Int32(destination.width),
        adds_to_destination: convolution.adds_to_destination, relu: convolution.function.isReLU,
        has_function: false, function: CL_AFFINE, parameters: (0, 0, 0), bf16: bfloat16,
        source_image: 0, destination_image: 0
      )
      self.instructions = instructions
      self.threads = threads
    }

    /// Whether the algorithm is quicker for these maps.
    ///
    /// Measured on a Zen 4, one thread, against oneDNN 2.6.3, AVX-512 (AVX2): 56×56×64 2.7 times as
    /// quick (1.8), 28×28×128 2.6 (2.2), 28×28×512 3.1, 14×14×256 2.0 (1.5), 7×7×512 1.9 (1.6), 32×32×16 2.3 (1.6),
    /// 8×8×16 1.3, 6×6×64 1.3; but 5×5×64 0.9, as most of its tiles is cut off. Without AVX2 oneDNN's
    /// direct kernel takes fifteen times as long at 28×28×64.
    private static func wins(_ source: dn_extents, _ destination: dn_extents) -> Bool {
      let pixels = destination.height * destination.width
      let tiles = ((destination.height + 3) / 4) * ((destination.width + 3) / 4)
      // A tile costs as much as 4 outputs do directly; below 32 the kernel is read for too few.
      guard pixels >= 8 * tiles, pixels >= 32, source.channels >= 16, destination.channels >= 16
      else { return false }
      // The kernel takes four times the plain one: at 7×7×512 38 MB, which even a single image gets from the memory
      // sooner than direct sums are done (1.05 of a whole ResNet50). Larger ones pay where pixels are more.
      let kernelBytes = 36 * 4 * source.channels * destination.channels
      return kernelBytes <= 64 << 20 || pixels >= 100
    }

    /// The instruction set of oneDNN, which may be told to use less than the machine has.
    private static var instructions: cw_instructions? {
      let wanted = OneDNN.matched(avx512: CW_AVX512, avx2: CW_AVX2, portable: CW_PORTABLE)
      return cw_supported(wanted) ? wanted : nil
    }
  }
}

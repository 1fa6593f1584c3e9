import CBands
import CDirect
import CLoops
import COneDNN

// Everything that Assay asks of CDirect goes through this file.

/// What is done with a value once it is computed, and the maps that it goes to: see `cd_finish`.
struct DirectFinish {
  /// Per channel; `nil` is 1 or 0.
  var scale: AlignedBuffer?
  var shift: AlignedBuffer?
  /// The map that is added, and from each of its rows and columns that is to the next.
  var addend: cd_map?
  var addendStride = 1
  /// What is made of the value.
  var made = SumFinish()
  /// Where the value goes.
  var first: cd_map?
  /// Where the value goes that is made of the first.
  var second: cd_map?
  var gain: AlignedBuffer?
  var offset: AlignedBuffer?
  var secondRelu = false
  /// The bytes between two values that differ by 1.
  var quantum: Float = 1

  /// The description; its pointers are valid as long as this value.
  fileprivate var description: cd_finish {
    func values(_ buffer: AlignedBuffer?) -> UnsafePointer<Float>? {
      unsafe buffer.map { unsafe UnsafePointer($0.address.assumingMemoryBound(to: Float.self)) }
    }
    let relu = made.least == 0 && made.most == .infinity
    return unsafe cd_finish(
      scale: values(scale), shift: values(shift), adds: addend != nil, relu: relu,
      addend: addend ?? cd_map(), addend_stride: Int32(addendStride),
      is_clipped: !relu && (made.least > -.infinity || made.most < .infinity), least: made.least,
      most: made.most, has_function: made.function != nil,
      function: made.function?.function ?? CL_AFFINE,
      parameters: made.function?.parameters ?? (0, 0, 0), has_first: first != nil,
      has_second: second != nil,
      first: first ?? cd_map(), second: second ?? cd_map(), gain: values(gain),
      offset: values(offset), second_relu: secondRelu, quantum: quantum)
  }
}

/// One of Assay's own kernels with its constants; it never changes, so any thread may execute it.
@safe final class DirectOperation: @unchecked Sendable {
  @safe private enum Kind {
    case convolution(cd_convolution, packed: AlignedBuffer)
    case pooling(cd_pooling)
    case images(cd_map, batch: Int32, channelsFirst: Bool, quantum: Float)
  }

  private let kind: Kind
  private let machine: DirectMachine
  private let threads: Int32
  /// Keeps what the description points to.
  private let finish: DirectFinish

  /// What it is, in the manner of oneDNN's names.
  let kernel: String

  /// A convolution whose kernel has been packed.
  init(
    _ convolution: cd_convolution, packed: AlignedBuffer, finish: DirectFinish,
    _ machine: DirectMachine, threads: Int
  ) {
    var description = unsafe convolution
    unsafe description.finish = finish.description
    unsafe kind = .convolution(description, packed: packed)
    self.finish = finish
    self.machine = machine
    self.threads = Int32(threads)
    kernel = "direct:\(unsafe machine.name(for: convolution.source.type))"
  }

  /// A pooling or, with windows of one pixel, what is done element by element.
  init(_ pooling: cd_pooling, finish: DirectFinish, _ machine: DirectMachine, threads: Int) {
    var description = unsafe pooling
    unsafe description.finish = finish.description
    unsafe kind = .pooling(description)
    self.finish = finish
    self.machine = machine
    self.threads = Int32(threads)
    let isPool = unsafe pooling.window_height * pooling.window_width > 1
    kernel = "\(isPool ? "pool" : "eltwise"):\(machine.name(for: CD_F32))"
  }

  /// The caller's images as a map of the few channels that a first convolution reads.
  init(
    images map: cd_map, batch: Int, channelsFirst: Bool, quantum: Float, _ machine: DirectMachine
  ) {
    unsafe kind = .images(
      map, batch: Int32(batch), channelsFirst: channelsFirst, quantum: quantum)
    finish = DirectFinish()
    self.machine = machine
    threads = 1
    kernel = "images"
  }

  /// Runs on the calling thread's threads and waits.
  func execute(
    source: UnsafeRawPointer, addend: UnsafeRawPointer?, first: UnsafeMutableRawPointer?,
    second: UnsafeMutableRawPointer?
  ) {
    let results = unsafe cd_results(addend: addend, first: first, second: second)
    switch kind {
    case .convolution(var description, let packed):
      unsafe cd_convolve(
        &description, machine.instructions, threads, source, packed.address, results)
    case .pooling(var description):
      unsafe cd_pool(&description, machine.instructions, threads, source, results)
    case .images(var map, let batch, let channelsFirst, let quantum):
      unsafe cd_import_images(
        &map, batch, channelsFirst, quantum, source.assumingMemoryBound(to: Float.self), first)
    }
  }
}

/// The instructions that Assay's own kernels use on this machine.
struct DirectMachine {
  let instructions: cd_instructions

  /// Those of oneDNN, which may be told to use less than the machine has.
  init() {
    instructions = cd_best(
      OneDNN.matched(
        amx: CD_AMX, avx512: CD_AVX512_BF16, avx2: CD_AVX2, portable: CD_PORTABLE))
  }

  /// The channels in a block of a map.
  var lanes: Int { Int(cd_lanes(instructions)) }

  /// The channels in a block of a map of bfloat16.
  var bfloat16Block: Int { hasTiles ? 2 * lanes : lanes }

  /// How chains multiply bfloat16 here, if at all.
  var bfloat16Products: cb_products {
    hasTiles ? CB_TILES : hasBFloat16 ? CB_DOTS : CB_FLOATS
  }

  /// Whether products of bytes are instructions here.
  var hasByteProducts: Bool { instructions.rawValue >= CD_AVX512_VNNI.rawValue }

  /// Whether products of bfloat16 are instructions here.
  var hasBFloat16: Bool { instructions.rawValue >= CD_AVX512_BF16.rawValue }

  /// Whether products of tiles are, which is sixteen times the multiply-adds of float32.
  var hasTiles: Bool { instructions == CD_AMX }

  func byteCount(of map: cd_map, batch: Int) -> Int {
    var map = map
    return unsafe cd_map_bytes(&map, Int32(batch), instructions)
  }

  fileprivate func name(for type: cd_type) -> String {
    switch (instructions, type) {
    case (CD_AMX, CD_BF16): "amx_bf16"
    case (CD_AMX, CD_U8): "amx_int8"
    case (CD_AMX, _): "avx512"
    case (CD_AVX512_BF16, CD_BF16): "avx512_bf16"
    case (CD_AVX512_BF16, CD_U8), (CD_AVX512_VNNI, CD_U8): "avx512_vnni"
    case (CD_AVX512_BF16, _), (CD_AVX512_VNNI, _), (CD_AVX512, _): "avx512"
    case (CD_AVX2, _): "avx2"
    default: "portable"
    }
  }

  /// A kernel H·W·I·O in the order in which the convolution reads it.
  ///
  /// - Returns: It, and of a kernel of bytes the value of 1 and the sum of the bytes, per filter.
  func pack(
    _ convolution: cd_convolution, inputs: Int, kernel: AlignedBuffer
  ) -> (packed: AlignedBuffer, steps: [Float], sums: [Float]) {
    var convolution = unsafe convolution
    let packed = AlignedBuffer(byteCount: unsafe cd_kernel_bytes(&convolution, instructions))
    var steps = [Float](repeating: 1, count: Int(unsafe convolution.outputs))
    var sums = [Float](repeating: 0, count: steps.count)
    unsafe cd_pack_kernel(
      &convolution, instructions, Int32(inputs),
      kernel.address.assumingMemoryBound(to: Float.self), packed.address, &steps, &sums)
    return (packed, steps, sums)
  }
}

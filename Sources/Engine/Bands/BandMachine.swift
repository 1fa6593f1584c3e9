import CBands
import COneDNN

/// The instructions that the chains use on this machine.
struct BandMachine {
  let instructions: cb_instructions

  /// Those of oneDNN, which may be told to use less than the machine has.
  init() {
    instructions = cb_best(
      OneDNN.matched(avx512: CB_AVX512, avx2: CB_AVX2, portable: CB_PORTABLE))
  }

  /// The channels in a block of a map.
  var lanes: Int { Int(cb_lanes(instructions)) }

  var name: String {
    switch instructions {
    case CB_AVX512: "avx512"
    case CB_AVX2: "avx2"
    default: "portable"
    }
  }

  /// What names of kernels have for products of other numbers than float32.
  static func suffix(of products: cb_products) -> String {
    switch products {
    case CB_TILES: ":amx"
    case CB_DOTS: ":bf16"
    case CB_STRASSEN: ":strassen"
    case CB_BYTE_TILES: ":amx-int8"
    case CB_BYTE_DOTS: ":int8"
    default: ""
    }
  }

  /// Numbers per channel, with zeros up to whole blocks.
  func padded(_ values: [Float]) -> AlignedBuffer {
    AlignedBuffer(values + Array(repeating: 0, count: (lanes - values.count % lanes) % lanes))
  }

  /// A kernel of inputs · outputs in the order in which the products read it.
  func packPointwise(
    _ kernel: AlignedBuffer, inputs: Int, outputs: Int, _ products: cb_products
  ) -> AlignedBuffer {
    let (inputs, outputs) = (Int32(inputs), Int32(outputs))
    return unsafe packed(kernel, cb_pointwise_floats(inputs, outputs, products, instructions)) {
      unsafe cb_pack_pointwise(inputs, outputs, products, instructions, $0, $1)
    }
  }

  /// The same of bytes.
  ///
  /// - Returns: It, and the value of 1 and the sum of the bytes, per filter.
  func packBytes(
    _ kernel: AlignedBuffer, inputs: Int, outputs: Int
  ) -> (packed: AlignedBuffer, steps: [Float], sums: [Float]) {
    var steps = [Float](repeating: 1, count: outputs)
    var sums = [Float](repeating: 0, count: outputs)
    let count = cb_pointwise_floats(Int32(inputs), Int32(outputs), CB_BYTE_DOTS, instructions)
    let packed = unsafe packed(kernel, count) {
      unsafe cb_pack_bytes(Int32(inputs), Int32(outputs), instructions, $0, $1, &steps, &sums)
    }
    return (packed, steps, sums)
  }

  /// A kernel of taps · channels, block by block.
  func packDepthwise(_ kernel: AlignedBuffer, channels: Int, taps: Int) -> AlignedBuffer {
    unsafe packed(kernel, cb_depthwise_floats(Int32(channels), Int32(taps), instructions)) {
      unsafe cb_pack_depthwise(Int32(channels), Int32(taps), instructions, $0, $1)
    }
  }

  private func packed(
    _ kernel: AlignedBuffer, _ count: Int,
    by pack: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> AlignedBuffer {
    let result = AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
    unsafe pack(
      kernel.address.assumingMemoryBound(to: Float.self),
      result.address.assumingMemoryBound(to: Float.self))
    return result
  }
}

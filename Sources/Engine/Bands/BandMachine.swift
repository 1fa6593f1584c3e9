import CBands
import COneDNN

/// The instructions that the chains use on this machine.
struct BandMachine {
  let instructions: cb_instructions

  /// Those of oneDNN, which may be told to use less than the machine has.
  init() {
    switch OneDNN.instructionSet {
    case "AVX-512": instructions = cb_best(CB_AVX512)
    case "AVX2": instructions = cb_best(CB_AVX2)
    default: instructions = CB_PORTABLE
    }
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

  /// Numbers per channel, with zeros up to whole blocks.
  func padded(_ values: [Float]) -> AlignedBuffer {
    AlignedBuffer(values + Array(repeating: 0, count: (lanes - values.count % lanes) % lanes))
  }

  /// A kernel of inputs · outputs in the order in which the products read it.
  func packPointwise(_ kernel: AlignedBuffer, inputs: Int, outputs: Int) -> AlignedBuffer {
    let count = Int(cb_pointwise_floats(Int32(inputs), Int32(outputs), instructions))
    let packed = AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
    unsafe cb_pack_pointwise(
      Int32(inputs), Int32(outputs), instructions,
      kernel.address.assumingMemoryBound(to: Float.self),
      packed.address.assumingMemoryBound(to: Float.self))
    return packed
  }

  /// A kernel of taps · channels, block by block.
  func packDepthwise(_ kernel: AlignedBuffer, channels: Int, taps: Int) -> AlignedBuffer {
    let count = Int(cb_depthwise_floats(Int32(channels), Int32(taps), instructions))
    let packed = AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
    unsafe cb_pack_depthwise(
      Int32(channels), Int32(taps), instructions,
      kernel.address.assumingMemoryBound(to: Float.self),
      packed.address.assumingMemoryBound(to: Float.self))
    return packed
  }
}

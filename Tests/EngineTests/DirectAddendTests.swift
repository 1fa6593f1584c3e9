import CDirect
import Tensors
import TestSupport
import Testing

@Suite("Direct convolutions add a map, or some of its rows and columns")
struct DirectAddendTests {
  /// A 1×1 convolution of one block to two, of 5 × 9 pixels, and what is added to it; planes of both.
  private func run(
    _ instructions: cd_instructions, stride: Int, _ type: cd_type
  ) -> (alone: [Float], added: [Float], addend: DirectMap) {
    let lanes = Int(cd_lanes(instructions)), (batch, height, width) = (2, 5, 9)
    func values(_ role: String, _ count: Int) -> [Float] {
      HashedWeights.values(layer: role, role: "beta", shape: [count])
    }
    var description = unsafe cd_convolution(
      batch: Int32(batch), source: directMap(CD_F32, lanes, height, width),
      outputs: Int32(2 * lanes), kernel_height: 1, kernel_width: 1, stride: 1, top: 0, left: 0,
      out_height: Int32(height), out_width: Int32(width), finish: cd_finish())
    let first = directMap(CD_F32, 2 * lanes, height, width)
    // The last rows and columns that are added are not the map's last.
    let map = directMap(type, 2 * lanes, height * stride, width * stride, border: 1)
    let addend = DirectMap(
      map, batch: batch, instructions,
      planes: values("addend", batch * 2 * lanes * height * width * stride * stride))
    unsafe description.finish.has_first = true
    unsafe description.finish.first = first
    let from = unsafe DirectMap(
      description.source, batch: batch, instructions,
      planes: values("source", batch * lanes * height * width))
    let packed = GuardedMemory(byteCount: unsafe cd_kernel_bytes(&description, instructions))
    var (steps, sums) = (
      [Float](repeating: 0, count: 2 * lanes), [Float](repeating: 0, count: 2 * lanes)
    )
    unsafe cd_pack_kernel(
      &description, instructions, Int32(lanes), values("kernel", 2 * lanes * lanes), packed.address,
      &steps, &sums)
    let results = [false, true].map { adds in
      unsafe description.finish.adds = adds
      unsafe description.finish.addend = map
      unsafe description.finish.addend_stride = Int32(stride)
      let to = DirectMap(first, batch: batch, instructions)
      unsafe cd_convolve(
        &description, instructions, 2, from.memory.address, packed.address,
        cd_results(
          addend: adds ? addend.memory.address : nil, first: to.memory.address, second: nil))
      #expect(to.memory.isIntact && packed.isIntact && from.memory.isIntact)
      return to.planes
    }
    return (results[0], results[1], addend)
  }

  @Test(
    "Each sum has the number added that lies at its place", arguments: directInstructions,
    [1, 2, 3])
  func strides(_ set: UInt32, _ stride: Int) {
    for type in [CD_F32, CD_BF16] {
      let (alone, added, addend) = run(cd_instructions(rawValue: set), stride: stride, type)
      let expected = alone.enumerated().map { index, sum in
        let (x, y, rest) = (index % 9, index / 9 % 5, index / 45)
        return sum
          + addend.value(rest / addend.channels, rest % addend.channels, y * stride, x * stride)
      }
      let same = added.map(\.bitPattern) == expected.map(\.bitPattern)
      #expect(same, "stride \(stride) of \(type)")
    }
  }
}

import CDirect
import Tensors
import TestSupport
import Testing

@Suite("Direct kernels convolve, with every instruction set that the machine has")
struct DirectKernelTests {
  /// A convolution's extents; outputs are counted in blocks of the instruction set's lanes.
  struct Case: Sendable {
    var batch = 2
    /// As many channels, or as many blocks of them.
    var channels: Int?
    var blocks = 1
    var outputBlocks = 1
    var height: Int
    var width: Int
    var kernel: Int
    var stride = 1
    var top = 0
    var left = 0
    var bottom = 0
    var right = 0
    /// How much wider the border is than the padding.
    var spare = 0

    var border: Int { max(top, left, bottom, right) + spare }
    var outHeight: Int { (height + top + bottom - kernel) / stride + 1 }
    var outWidth: Int { (width + left + right - kernel) / stride + 1 }
  }

  static let cases =
    [
      Case(height: 1, width: 1, kernel: 1),
      Case(batch: 1, blocks: 3, outputBlocks: 3, height: 5, width: 13, kernel: 1),
      Case(blocks: 2, outputBlocks: 2, height: 7, width: 15, kernel: 1, stride: 2, spare: 1),
      Case(
        outputBlocks: 2, height: 7, width: 7, kernel: 3, top: 1, left: 1, bottom: 1, right: 1),
      Case(
        batch: 3, blocks: 2, outputBlocks: 3, height: 9, width: 14, kernel: 3, stride: 2, top: 0,
        left: 1, bottom: 1, right: 0, spare: 2),
      Case(height: 6, width: 1, kernel: 3, top: 1, left: 1, bottom: 1, right: 1),
      Case(
        outputBlocks: 5, height: 5, width: 29, kernel: 5, top: 2, left: 1, bottom: 0, right: 3),
      Case(
        channels: 3, height: 15, width: 29, kernel: 7, stride: 2, top: 3, left: 3, bottom: 3,
        right: 3),
      Case(
        channels: 1, outputBlocks: 2, height: 13, width: 5, kernel: 5, top: 2, left: 2, bottom: 2,
        right: 2, spare: 1),
      Case(
        batch: 5, channels: 4, outputBlocks: 3, height: 14, width: 13, kernel: 3, stride: 2, top: 0,
        left: 0, bottom: 1, right: 1),
    ] + (2...31).map { Case(batch: 1, outputBlocks: 3, height: 2, width: $0, kernel: 1) }

  /// Values in −0.2 … 0.2.
  private func values(_ role: String, _ count: Int) -> [Float] {
    HashedWeights.values(layer: role, role: "beta", shape: [count])
  }

  /// Runs a case with plain sums as its result, for several numbers of threads.
  ///
  /// - Returns: The sums of the first run, and what plain loops in Double find.
  private func run(
    _ c: Case, _ type: cd_type, zero: Int = 0, _ instructions: cd_instructions
  ) -> (result: [Float], expected: [Double], steps: [Float], sums: [Float]) {
    let lanes = Int(cd_lanes(instructions))
    let inputs = c.channels ?? c.blocks * lanes
    let outputs = c.outputBlocks * lanes
    var source = values("source", c.batch * inputs * c.height * c.width)
    var kernel = values("kernel", c.kernel * c.kernel * inputs * outputs)
    if type == CD_BF16 {
      source = source.map(\.asBFloat16)
      kernel = kernel.map(\.asBFloat16)
    } else if type == CD_U8 {
      source = source.map { ((($0 + 0.2) / 0.4) * 255).rounded() }
      // Whole numbers up to 127 in every filter, which the packing then keeps.
      kernel = kernel.map { ($0 * 600).rounded() }
      for output in 0..<outputs { kernel[output] = output % 2 == 0 ? 127 : -127 }
    }
    var description = unsafe cd_convolution(
      batch: Int32(c.batch),
      source: directMap(type, inputs, c.height, c.width, border: c.border, zero: zero),
      outputs: Int32(outputs), kernel_height: Int32(c.kernel), kernel_width: Int32(c.kernel),
      stride: Int32(c.stride), top: Int32(c.top), left: Int32(c.left),
      out_height: Int32(c.outHeight), out_width: Int32(c.outWidth), finish: cd_finish())
    let first = directMap(CD_F32, outputs, c.outHeight, c.outWidth, border: 1)
    unsafe description.finish.has_first = true
    unsafe description.finish.first = first
    let from = unsafe DirectMap(description.source, batch: c.batch, instructions, planes: source)
    let before = from.memory.bytes
    let packed = GuardedMemory(byteCount: unsafe cd_kernel_bytes(&description, instructions))
    var steps = [Float](repeating: 0, count: outputs)
    var sums = steps
    unsafe cd_pack_kernel(
      &description, instructions, Int32(inputs), kernel, packed.address, &steps, &sums)
    #expect(packed.isIntact)
    var alone: [Float] = []
    for threads in [1, 2, 4] {
      let to = DirectMap(first, batch: c.batch, instructions)
      unsafe cd_convolve(
        &description, instructions, Int32(threads), from.memory.address, packed.address,
        cd_results(addend: nil, first: to.memory.address, second: nil))
      #expect(to.memory.isIntact && to.hasZeroBorder)
      if alone.isEmpty { alone = to.planes }
      // Thousands of numbers would not help whoever reads a failure.
      let same = to.planes.map(\.bitPattern) == alone.map(\.bitPattern)
      #expect(same, "\(threads) threads")
    }
    #expect(from.memory.bytes == before && packed.isIntact)
    let expected = c.sums(
      source, kernel, inputs: inputs, outputs: outputs, padding: type == CD_U8 ? zero : 0)
    return (alone, expected, steps, sums)
  }

  @Test(
    "In f32 the result is the sum of the products, within 3e-6 of the largest",
    // Few channels have kernels in bf16 and u8 alone.
    arguments: cases.indices.filter { cases[$0].channels == nil }, directInstructions)
  func single(_ index: Int, _ set: UInt32) {
    let run = run(Self.cases[index], CD_F32, cd_instructions(rawValue: set))
    run.result.expect(run.expected, within: 3e-6)
  }

  @Test(
    "In bf16 the products are exact and their sums as in f32",
    arguments: cases.indices, directInstructions.filter { $0 >= CD_AVX512_BF16.rawValue })
  func half(_ index: Int, _ set: UInt32) {
    let run = run(Self.cases[index], CD_BF16, cd_instructions(rawValue: set))
    run.result.expect(run.expected, within: 5e-6)
  }

  @Test(
    "In 8 bits the sums are exact, and padding is what stands for 0",
    arguments: cases.indices, directInstructions)
  func bytes(_ index: Int, _ set: UInt32) {
    for zero in [0, 113, 255] {
      let run = run(Self.cases[index], CD_U8, zero: zero, cd_instructions(rawValue: set))
      #expect(run.steps.allSatisfy { $0 == 1 })
      let exact = run.result.map(Double.init) == run.expected
      #expect(exact, "zero \(zero)")
    }
  }

  @Test("The largest bytes and weights overflow nothing", arguments: directInstructions)
  func extremes(_ set: UInt32) {
    let instructions = cd_instructions(rawValue: set)
    let lanes = Int(cd_lanes(instructions))
    for weight: Float in [127, -127] {
      var description = unsafe cd_convolution(
        batch: 1, source: directMap(CD_U8, 2 * lanes, 1, 5), outputs: Int32(lanes),
        kernel_height: 1, kernel_width: 1, stride: 1, top: 0, left: 0, out_height: 1, out_width: 5,
        finish: cd_finish())
      let first = directMap(CD_F32, lanes, 1, 5)
      unsafe description.finish.has_first = true
      unsafe description.finish.first = first
      let from = unsafe DirectMap(
        description.source, batch: 1, instructions,
        planes: [Float](repeating: 255, count: 10 * lanes))
      let packed = GuardedMemory(byteCount: unsafe cd_kernel_bytes(&description, instructions))
      var (steps, sums) = ([Float](repeating: 0, count: lanes), [Float](repeating: 0, count: lanes))
      let kernel = [Float](repeating: weight, count: 2 * lanes * lanes)
      unsafe cd_pack_kernel(
        &description, instructions, Int32(2 * lanes), kernel, packed.address, &steps, &sums)
      #expect(sums.allSatisfy { $0 == weight * Float(2 * lanes) })
      let to = DirectMap(first, batch: 1, instructions)
      unsafe cd_convolve(
        &description, instructions, 1, from.memory.address, packed.address,
        cd_results(addend: nil, first: to.memory.address, second: nil))
      #expect(to.planes.allSatisfy { $0 == 255 * weight * Float(2 * lanes) })
      #expect(packed.isIntact && from.memory.isIntact)
    }
  }
}

extension DirectKernelTests.Case {
  /// The sums as planes, of plain loops.
  fileprivate func sums(
    _ source: [Float], _ weights: [Float], inputs: Int, outputs: Int, padding: Int
  ) -> [Double] {
    var result: [Double] = []
    for n in 0..<batch {
      for o in 0..<outputs {
        for y in 0..<outHeight {
          for x in 0..<outWidth {
            var sum = 0.0
            for ky in 0..<kernel {
              for kx in 0..<kernel {
                let (row, column) = (y * stride + ky - top, x * stride + kx - left)
                let inside = (0..<height).contains(row) && (0..<width).contains(column)
                for i in 0..<inputs {
                  let value =
                    inside
                    ? source[((n * inputs + i) * height + row) * width + column] : Float(padding)
                  let weight = weights[((ky * kernel + kx) * inputs + i) * outputs + o]
                  sum += Double(value) * Double(weight)
                }
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return result
  }
}

extension [Float] {
  /// Expects values whose distance is at most a share of the largest.
  func expect(
    _ expected: [Double], within share: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(count == expected.count, sourceLocation: sourceLocation)
    let largest = expected.map(abs).max() ?? 0
    // A NaN is as far as can be.
    let worst = zip(self, expected).map { $0.isNaN ? .infinity : abs(Double($0) - $1) }.max() ?? 0
    #expect(
      worst <= share * largest, "\(worst) of \(largest)", sourceLocation: sourceLocation)
  }
}

import CLoops
import CWinograd
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Winograd's kernels convolve, with every instruction set that the machine has")
struct WinogradKernelTests {
  /// A convolution's extents and what is fused with it.
  struct Case: Sendable {
    var batch = 2
    var inputs = 16
    var outputs = 16
    var height: Int
    var width: Int
    var top = 1
    var left = 1
    var bottom = 1
    var right = 1
    var bias = true
    var adds = false
    var relu = false
    var isSilu = false
    /// Values between the images, of other parts of the maps.
    var between = 0

    var outHeight: Int { height + top + bottom - 2 }
    var outWidth: Int { width + left + right - 2 }
  }

  static let cases = [
    Case(height: 8, width: 8),
    Case(height: 7, width: 13, adds: true, relu: true),
    Case(batch: 3, inputs: 48, outputs: 32, height: 9, width: 6, bias: false, relu: true),
    Case(
      batch: 1, inputs: 32, outputs: 48, height: 5, width: 10, top: 0, left: 0, bottom: 0, right: 0),
    Case(inputs: 16, outputs: 80, height: 1, width: 1, adds: true),
    Case(batch: 9, height: 14, width: 15, top: 2, left: 0, bottom: 1, right: 3),
    Case(batch: 3, inputs: 32, height: 8, width: 9, relu: true, between: 48),
    Case(inputs: 32, height: 7, width: 10, adds: true, isSilu: true),
  ]

  @Test(
    "The result is the sum of the products, within 3e-6 of the largest",
    arguments: cases.indices, [CW_PORTABLE.rawValue, CW_AVX2.rawValue, CW_AVX512.rawValue])
  func convolve(_ index: Int, _ set: UInt32) throws {
    let instructions = cw_instructions(rawValue: set)
    guard cw_supported(instructions) else { return }
    let c = Self.cases[index]
    let lanes = Int(cw_lanes(instructions))
    let source = values("source", c.batch * c.inputs * c.height * c.width)
    let kernel = values("kernel", 9 * c.inputs * c.outputs)
    let bias = values("bias", c.outputs)
    let before = values("before", c.batch * c.outputs * c.outHeight * c.outWidth)

    // Planes come as N·C·H·W.
    var expected = before.map { c.adds ? Double($0) : 0 }
    for n in 0..<c.batch {
      for o in 0..<c.outputs {
        for y in 0..<c.outHeight {
          for x in 0..<c.outWidth {
            let place = ((n * c.outputs + o) * c.outHeight + y) * c.outWidth + x
            var sum = expected[place] + (c.bias ? Double(bias[o]) : 0)
            for ky in 0..<3 {
              for kx in 0..<3 {
                let (row, column) = (y + ky - c.top, x + kx - c.left)
                guard (0..<c.height).contains(row), (0..<c.width).contains(column) else { continue }
                for i in 0..<c.inputs {
                  let value = source[((n * c.inputs + i) * c.height + row) * c.width + column]
                  let weight = kernel[((ky * 3 + kx) * c.inputs + i) * c.outputs + o]
                  sum += Double(value) * Double(weight)
                }
              }
            }
            if c.relu { sum = max(0, sum) }
            expected[place] = c.isSilu ? sum / (1 + exp(-sum)) : sum
          }
        }
      }
    }
    let largest = expected.map(abs).max() ?? 0

    var alone: [Float] = []
    for threads in [1, 2, 5] {
      let blocked = run(
        c, instructions, threads, source: apart(blocks(source, c.inputs, lanes)),
        kernel: kernel, bias: c.bias ? bias : nil, before: apart(blocks(before, c.outputs, lanes)))
      if alone.isEmpty { alone = blocked }
      #expect(blocked.map(\.bitPattern) == alone.map(\.bitPattern), "\(threads) threads")
    }
    func blocks(_ planes: [Float], _ channels: Int, _ lanes: Int) -> [Float] {
      let size = planes.count / (c.batch * channels)
      return planes.indices.map { place in
        let (lane, pixel, block) = (place % lanes, place / lanes % size, place / lanes / size)
        return planes[(block * lanes + lane) * size + pixel]
      }
    }
    // What belongs to other maps is not a number, and stays so.
    func apart(_ values: [Float]) -> [Float] {
      let size = values.count / c.batch
      return (0..<c.batch).flatMap {
        values[$0 * size..<($0 + 1) * size] + [Float](repeating: .nan, count: c.between)
      }
    }
    let wanted = apart(blocks(expected.map { Float($0) }, c.outputs, lanes))
    #expect(zip(alone, wanted).allSatisfy { $0.isNaN == $1.isNaN })
    let worst =
      zip(alone, wanted).filter { !$1.isNaN }.map { abs(Double($0) - Double($1)) }.max()
      ?? .infinity
    #expect(alone.count == wanted.count)
    #expect(worst <= 3e-6 * largest, "\(worst) of \(largest)")
  }

  private func values(_ role: String, _ count: Int) -> [Float] {
    HashedWeights.values(layer: role, role: "beta", shape: [count])
  }

  private func run(
    _ c: Case, _ instructions: cw_instructions, _ threads: Int, source: [Float], kernel: [Float],
    bias: [Float]?, before: [Float]
  ) -> [Float] {
    var description = cw_convolution(
      batch: Int32(c.batch), inputs: Int32(c.inputs), outputs: Int32(c.outputs),
      height: Int32(c.height), width: Int32(c.width), top: Int32(c.top), left: Int32(c.left),
      out_height: Int32(c.outHeight), out_width: Int32(c.outWidth), adds_to_destination: c.adds,
      relu: c.relu, has_function: c.isSilu, function: CL_SILU, parameters: (0, 0, 0), bf16: false,
      source_image: c.inputs * c.height * c.width + c.between,
      destination_image: c.outputs * c.outHeight * c.outWidth + c.between)
    let count = unsafe cw_kernel_count(&description)
    let scratch = unsafe cw_scratch_bytes(&description, instructions, Int32(threads))
    let memory = unsafe [
      aligned(source), aligned(before), aligned([Float](repeating: .nan, count: count)),
      aligned([Float](repeating: .nan, count: scratch / 4)),
    ]
    defer { unsafe memory.forEach { unsafe $0.deallocate() } }
    unsafe cw_transform_kernel(&description, instructions, kernel, memory[2])
    unsafe cw_convolve(
      &description, instructions, Int32(threads), memory[0], memory[2], bias, memory[1], memory[3])
    return unsafe Array(UnsafeBufferPointer(start: memory[1], count: before.count))
  }

  private func aligned(_ values: [Float]) -> UnsafeMutablePointer<Float> {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: values.count * MemoryLayout<Float>.stride, alignment: 64)
    let result = unsafe bytes.bindMemory(to: Float.self, capacity: values.count)
    unsafe result.initialize(from: values, count: values.count)
    return unsafe result
  }
}

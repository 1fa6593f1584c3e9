import CLoops
import Testing

@Suite("Loops move windows over one to three axes, with every instruction set that the machine has")
struct WindowTests {
  @Test(
    "Convolutions of any strides, dilation and groups are sums of products", arguments: 0..<40)
  func convolve(_ seed: Int) { check(.convolution, seed) }

  @Test("Transposed convolutions are sums of products", arguments: 0..<24)
  func convolveTransposed(_ seed: Int) { check(.transposed, seed) }

  @Test("The largest of a window is found, and a NaN stays", arguments: 0..<12)
  func poolLargest(_ seed: Int) { check(.largest, seed) }

  @Test("The mean of a window leaves padding out", arguments: 0..<12)
  func poolMean(_ seed: Int) { check(.mean, seed) }

  /// Values against plain loops, and bits against fewer images and more threads.
  private func check(_ kind: WindowCase.Kind, _ seed: Int) {
    var numbers = SeededNumbers(seed: seed)
    let c = WindowCase(kind, &numbers)
    var values = numbers.values(c.batch * c.sourceCount)
    if kind == .largest && seed % 2 == 0 { values[numbers.below(values.count)] = .nan }
    let weights = numbers.values(c.kernelCount)
    let bias = seed % 2 == 0 ? nil : numbers.values(c.outputs)
    let wanted = c.wanted(values, weights, bias)
    for set in instructionSets {
      let what = "\(c) with \(set.rawValue)"
      let all = run(c, set, threads: 1, batch: c.batch, values, weights, bias)
      expect(all, near: wanted, within: 3e-6, what)
      for threads: Int32 in [2, 4] {
        let again = run(c, set, threads: threads, batch: c.batch, values, weights, bias)
        expectSameBits(again, all, "\(what) and \(threads) threads")
      }
      for image in 0..<c.batch {
        let source = Array(values[image * c.sourceCount..<(image + 1) * c.sourceCount])
        let alone = run(c, set, threads: 2, batch: 1, source, weights, bias)
        let share = all[image * c.resultCount..<(image + 1) * c.resultCount]
        expectSameBits(alone, share, "\(what), image \(image) alone")
      }
    }
  }

  private func run(
    _ c: WindowCase, _ set: cl_instructions, threads: Int32, batch: Int, _ values: [Float],
    _ weights: [Float], _ bias: [Float]?
  ) -> [Float] {
    var windows = c.windows(batch: batch)
    return unsafe written(batch * c.resultCount) { result in
      switch c.kind {
      case .convolution:
        unsafe cl_convolve(&windows, set, threads, values, weights, bias, result)
      case .transposed:
        unsafe cl_convolve_transposed(&windows, set, threads, values, weights, bias, result)
      case .largest: unsafe cl_pool(&windows, true, set, threads, values, result)
      case .mean: unsafe cl_pool(&windows, false, set, threads, values, result)
      }
    }
  }
}

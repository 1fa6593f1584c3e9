import CLoops

// Everything that Assay asks of CLoops goes through this file.

/// A primitive as plain loops over arrays without gaps, the batch first and channels last.
///
/// It never changes, so any thread may execute it.
@safe final class LoopOperation: @unchecked Sendable {
  /// What is done.
  enum Work {
    case convolve(cl_windows)
    case convolveTransposed(cl_windows)
    case pool(cl_windows, maximum: Bool)
    case multiply(cl_product)
    case map(cl_function, [Float], count: Int)
    case zip(cl_arithmetic, cl_pair)
    /// Each operand is copied; places that no copy reaches get a value, if one is given.
    case copy([(operand: Int, copy: cl_copy)], fill: (value: Float, count: Int)?)
    case reduce(cl_reduction, outer: Int, inner: Int, rest: Int)
    case softmax(cl_softmax_kind, outer: Int, inner: Int, rest: Int)
    case normalize(centered: Bool, epsilon: Float, outer: Int, inner: Int)
    case select(cl_choice)
    case take(cl_taking)
    case resample(
      outer: Int, length: Int, places: Int, rest: Int, taps: Int, indices: [Int32],
      weights: [Float])
  }

  /// What it reads.
  enum Source {
    /// The array at a place among those that it is given.
    case place(Int)
    /// A weight.
    case constant(AlignedBuffer)
  }

  private let work: Work
  private let sources: [Source]
  private let threads: Int
  private let instructions: cl_instructions

  init(_ work: Work, _ sources: [Source], threads: Int) {
    self.work = work
    self.sources = sources
    self.threads = threads
    instructions = cl_best(CL_AVX512)
  }

  /// What it is, in the manner of oneDNN's names.
  var kernel: String {
    let name =
      switch instructions {
      case CL_AVX512: "avx512"
      case CL_AVX2: "avx2"
      default: "portable"
      }
    return "loops:\(name)"
  }

  /// Runs on the calling thread's threads and waits.
  func execute(_ places: [UnsafeRawPointer], into destination: UnsafeMutableRawPointer) {
    let result = unsafe destination.assumingMemoryBound(to: Float.self)
    func source(_ index: Int) -> UnsafePointer<Float>? {
      guard sources.indices.contains(index) else { return nil }
      switch sources[index] {
      case .place(let place): return unsafe places[place].assumingMemoryBound(to: Float.self)
      case .constant(let buffer):
        return unsafe UnsafePointer(buffer.address.assumingMemoryBound(to: Float.self))
      }
    }
    let threads = Int32(threads)
    switch work {
    case .convolve(var windows):
      unsafe cl_convolve(
        &windows, instructions, threads, source(0), source(1), source(2), result)
    case .convolveTransposed(var windows):
      unsafe cl_convolve_transposed(
        &windows, instructions, threads, source(0), source(1), source(2), result)
    case .pool(var windows, let maximum):
      unsafe cl_pool(&windows, maximum, instructions, threads, source(0), result)
    case .multiply(var product):
      unsafe cl_multiply(
        &product, instructions, threads, source(0), source(1), source(2), result)
    case .map(let function, let parameters, let count):
      unsafe cl_map(
        function, parameters, instructions, threads, Int64(count), source(0), result)
    case .zip(let arithmetic, var pair):
      unsafe cl_zip(arithmetic, &pair, instructions, threads, source(0), source(1), result)
    case .copy(let copies, let fill):
      if let fill { unsafe cl_fill(Int64(fill.count), fill.value, threads, result) }
      for (operand, copy) in copies {
        var copy = copy
        unsafe cl_copy_values(&copy, threads, source(operand), result)
      }
    case .reduce(let reduction, let outer, let inner, let rest):
      unsafe cl_reduce(
        reduction, instructions, threads, Int64(outer), Int64(inner), Int64(rest), source(0),
        result)
    case .softmax(let kind, let outer, let inner, let rest):
      unsafe cl_softmax(
        kind, threads, Int64(outer), Int64(inner), Int64(rest), source(0), result)
    case .normalize(let centered, let epsilon, let outer, let inner):
      unsafe cl_normalize(
        centered, epsilon, threads, Int64(outer), Int64(inner), source(0), result)
    case .select(var choice):
      unsafe cl_select(&choice, threads, source(0), source(1), source(2), result)
    case .take(var taking):
      unsafe cl_take_places(&taking, threads, source(0), source(1), result)
    case .resample(let outer, let length, let places, let rest, let taps, let indices, let weights):
      unsafe cl_resample(
        threads, Int64(outer), Int64(length), Int64(places), Int64(rest), Int64(taps), indices,
        weights, source(0), result)
    }
  }
}

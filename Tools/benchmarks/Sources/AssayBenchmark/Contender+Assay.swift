import Assay

// What Assay itself brings to the start.
extension Contender {
  /// The plan as `assay evaluate` uses it: `threads` streams, each with its share of the batch.
  ///
  /// - Parameters:
  ///   - count: At least so many images are taken; whole rounds of all streams are.
  ///   - exact: Whether every convolution is computed directly.
  static func plan(
    _ model: BenchmarkModel, batch: Int, threads: Int, images: Tensor, count: Int,
    exact: Bool = false
  ) throws -> Contender {
    let share = max(1, batch / threads)
    let plan = try Plan(compiling: model.bound, batch: share, threads: threads, exact: exact)
    let turns = max(1, count / (share * threads))
    let input = images.prefix(turns * share * threads)
    try check(plan.run(images.prefix(share * threads)))
    let name = planName(batch: batch, threads: threads)
    return Contender(
      name: exact ? "\(name), exact" : name, threads: threads,
      multiplyAccumulates: model.graph.multiplyAccumulates, baseline: exact ? name : nil
    ) {
      try plan.run(input).count
    }
  }

  /// The name of the plan with this batch.
  static func planName(batch: Int, threads: Int) -> String {
    "plan, batch \(batch) (\(threads) × \(max(1, batch / threads)))"
  }

  /// One call for one batch, on which all threads work together: what a single image waits for.
  ///
  /// Every call makes its threads and its memory anew, which is part of the figure.
  static func single(
    _ model: BenchmarkModel, batch: Int, threads: Int, images: Tensor, count: Int
  ) throws -> Contender {
    let plan = try Plan(compiling: model.bound, batch: batch, threads: threads, streams: 1)
    let input = images.prefix(batch)
    let calls = max(1, count / batch)
    try check(plan.run(input))
    return Contender(
      name: "one call of batch \(batch), \(threads) threads on it", threads: threads,
      multiplyAccumulates: model.graph.multiplyAccumulates
    ) {
      for _ in 0..<calls { _ = try plan.run(input) }
      return calls * batch
    }
  }

  /// The whole way from JPEG files to top-1 and top-5.
  static func evaluation(
    _ model: BenchmarkModel, _ photographs: Photographs, batch: Int, threads: Int
  ) async throws -> Contender {
    let plan = try Plan(
      compiling: model.bound, batch: max(1, batch / threads), threads: threads)
    let evaluator = Evaluator(plan, preprocessing: model.preprocessing)
    let data = photographs.data
    let labels = try ClassLabels(
      index: ClassIndex(names: Photographs.classNames(plan.outputCount)), data: data,
      classes: plan.outputCount)
    return Contender(
      name: "evaluate JPEGs, batch \(batch)", threads: threads,
      baseline: planName(batch: batch, threads: threads), isEvaluation: true
    ) {
      let result = try await evaluator.evaluate(data, labels: labels)
      if let failure = result.failures.first { throw failure.error }
      return result.predictions.count
    }
  }

  /// Reading, decoding, resizing and normalising alone, on one thread.
  static func decoding(_ model: BenchmarkModel, _ photographs: Photographs) throws -> Contender {
    let preprocessor = try ImagePreprocessor(
      model.preprocessing, shape: model.graph.input, format: model.graph.dataFormat)
    let images = photographs.data.images
    return Contender(name: "decode and resize JPEGs, 1 thread", threads: 1) {
      for image in images { _ = try preprocessor.tensor(of: image.source) }
      return images.count
    }
  }

  /// Times of numbers that are none would be times of something else.
  private static func check(_ logits: Tensor) throws {
    guard logits.values.allSatisfy(\.isFinite) else { throw BenchmarkError.notFinite }
  }
}

/// Why there is nothing to measure.
enum BenchmarkError: Error, CustomStringConvertible {
  case notFinite
  case cannotWrite(String)

  var description: String {
    switch self {
    case .notFinite: "the network's results are not finite with the benchmark's weights"
    case .cannotWrite(let file): "\(file): cannot be written"
    }
  }
}

extension Tensor {
  /// The first `count` images.
  fileprivate func prefix(_ count: Int) -> Tensor {
    let size = elementCountOfOne
    return Tensor(
      shape: Shape([count] + shape.dimensions.dropFirst()), values: Array(values[..<(count * size)])
    )
  }

  private var elementCountOfOne: Int { shape.dimensions.dropFirst().reduce(1, *) }
}

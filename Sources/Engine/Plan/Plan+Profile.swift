import Networks
public import Tensors

extension Plan {
  /// One step of a plan, and the time that it takes.
  public struct ProfiledStep: Sendable {
    /// The layer's path; of a chain those of its layers.
    public let path: String
    /// The paths of the layers that are computed.
    public let paths: [String]
    /// The kernel that computes it, `winograd:avx512`.
    public let kernel: String
    /// The median time of one call, for a whole batch.
    public let duration: Duration
  }

  /// Where the time goes: every step of one call for a whole batch, on one stream.
  ///
  /// - Parameters:
  ///   - images: At least ``batch`` images, laid out in the graph's data format.
  ///   - repetitions: How often all steps run, after a first time that does not count.
  /// - Throws: ``EngineError`` when the images do not have the graph's input shape.
  public func profile(_ images: Tensor, repetitions: Int = 9) throws -> [ProfiledStep] {
    let count = try graph.count(of: [images])
    precondition(count >= batch && repetitions > 0, "\(count) images for a batch of \(batch)")
    let runs = RunStore()
    try runWorkers(1) { context in
      let values = images.values[..<(self.batch * self.graph.input.elementCount)]
      _ = unsafe context.images.update(fromContentsOf: values)
      for _ in 0...repetitions { runs.append(try context.profile()) }
    }
    let counted = runs.all.dropFirst()
    return instructions.enumerated().compactMap { place, instruction in
      guard let step = instruction.step else { return nil }
      let times = counted.map { $0[place] }.sorted()
      return ProfiledStep(
        path: step.path, paths: instruction.paths, kernel: step.kernel,
        duration: times[times.count / 2])
    }
  }
}

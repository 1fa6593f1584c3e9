import Datasets
import Engine
import Evaluation
import Tensors
import TestSupport
import Testing

@Suite("An evaluation as a sequence of updates")
struct EvaluationUpdateTests {
  private let images: LabeledImages
  private let evaluator: Evaluator

  init() throws {
    images = try LabeledImages(directory: Fixtures.path("digits/validation"))
    let bound = try TrainedNetwork("digits-regular").bound("keras3.h5", .channelsLast)
    evaluator = Evaluator(
      try Plan(compiling: bound, batch: 8, threads: 2),
      preprocessing: Preprocessing.kerasTF.normalized(by: .tf))
  }

  @Test("It counts upwards, and ends with the result")
  func updates() async throws {
    var counts: [Int] = []
    var results: [EvaluationResult] = []
    for try await update in evaluator.updates(images) {
      switch update {
      case .done(let count): counts.append(count)
      case .finished(let result): results.append(result)
      }
    }
    #expect(counts.max() == 360 && counts.count == 45)
    #expect(results.count == 1)
    #expect(results.first?.accuracy.top1.correct == 356)
  }

  @Test("A task that is cancelled ends after the batches at work")
  func cancelled() async throws {
    let (evaluator, images) = (evaluator, images)
    let task = Task {
      // Begins only when it is cancelled already.
      while !Task.isCancelled { await Task.yield() }
      return try await evaluator.evaluate(images)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}

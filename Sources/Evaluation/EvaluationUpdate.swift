public import Datasets

/// What an evaluation tells while it runs.
public enum EvaluationUpdate: Sendable {
  /// So many images are done.
  case done(Int)
  /// All are, and this came of them.
  case finished(EvaluationResult)
}

extension Evaluator {
  /// Scores all images of a list, and tells how far it has come.
  ///
  ///     for try await update in evaluator.updates(images) {
  ///       switch update {
  ///       case .done(let count): print(count)
  ///       case .finished(let result): print(result.top1)
  ///       }
  ///     }
  ///
  /// Whoever leaves the loop ends the evaluation. ``progress`` is told nothing.
  ///
  /// - Throws: In the sequence, as ``evaluate(_:labels:)``.
  public func updates(
    _ data: LabeledImages, labels: ClassLabels? = nil
  ) -> AsyncThrowingStream<EvaluationUpdate, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        var evaluator = self
        evaluator.progress = { continuation.yield(.done($0)) }
        do {
          continuation.yield(.finished(try await evaluator.evaluate(data, labels: labels)))
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}

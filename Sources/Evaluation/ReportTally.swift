import Datasets

/// The report of predictions that pass by one after another, with the few of them that are shown.
package struct ReportTally {
  private let manifest: EvaluationManifest
  private var metrics: MetricsTally
  private var failures: [EvaluationReport.Failure] = []
  private var worst: WorstPredictions

  /// Of what was scored with what, and how many of the worst mistakes are kept.
  package init(
    of manifest: EvaluationManifest, options: ClassificationMetrics.Options = .init(),
    mistakes: Int = 0
  ) {
    self.manifest = manifest
    metrics = MetricsTally(of: manifest, options: options)
    worst = WorstPredictions(
      mistakes, threshold: manifest.isMultiLabel ? options.threshold ?? 0.5 : nil)
  }

  /// Adds the next.
  package mutating func add(_ prediction: Prediction) {
    metrics.add(prediction)
    worst.add(prediction)
    if let failure = prediction.failure {
      failures.append(
        .init(path: prediction.path, kind: failure.kind.rawValue, reason: failure.reason))
    }
  }

  /// The worst mistakes, the worst first.
  package var mistakes: [Prediction] { worst.predictions }

  /// The report of all that have passed, under the manifest as it was given or as it is completed.
  package func report(
    of manifest: EvaluationManifest? = nil, conditions: EvaluationReport.Conditions? = nil
  ) -> EvaluationReport {
    let manifest = manifest ?? self.manifest
    let metrics = metrics.metrics
    return EvaluationReport(
      manifest: manifest, metrics: metrics,
      suspicion: manifest.isMultiLabel
        ? LabelSetOrder(self.metrics.judged, names: manifest.classNames).suspicion
        : LabelOrder(metrics, classNames: manifest.classNames).suspicion,
      failures: failures, conditions: conditions)
  }
}

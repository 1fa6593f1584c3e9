import Architectures
public import ArgumentParser
import Engine
import Evaluation
import Foundation
import Models
import Networks
import Tensors
public import Verification

/// How a network is run for a golden, or beside one.
struct RecordingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What computes: onednn, or reference, plain loops in double precision.", valueName: "name"))
  var executor = Recording.Computation.onednn

  @OptionGroup(title: "Run options") var run: RunOptions

  /// Runs a model on arrays that lie as it reads them.
  func recording(
    _ loaded: Model, _ inputs: [Tensor], training: Bool, keeping isKept: (LayerSpan) -> Bool
  ) throws -> Recording {
    let settings = Recording.Settings(
      computation: executor, batch: run.imagesPerThread(of: loaded.bound.graph),
      threads: run.threads, exact: run.exact,
      statistics: training ? .ofBatch : .moving)
    let weights = try loaded.weightsDescription()
    return try Recording(
      loaded.bound, inputs: inputs, settings: settings,
      model: GoldenManifest.Model(
        name: loaded.identifier, weights: [.init(file: weights.file, sha256: weights.sha256)]
      ),
      recorder: GoldenManifest.Recorder(
        name: "assay", version: AssayVersion.current, backend: backend),
      keeping: isKept)
  }

  private var backend: String {
    switch executor {
    case .onednn:
      "oneDNN \(OneDNN.version), \(OneDNN.instructionSet(in: .float32))\(run.exact ? ", exact" : "")"
    case .reference: "reference"
    }
  }
}

extension Recording.Computation: ExpressibleByArgument {}

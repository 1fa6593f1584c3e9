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

  /// Runs a model on images that lie as N·H·W·C.
  func recording(
    _ loaded: Model, images: Tensor, training: Bool, keeping isKept: (LayerSpan) -> Bool
  ) throws -> Recording {
    let settings = Recording.Settings(
      computation: executor, batch: run.imagesPerThread, threads: run.threads, exact: run.exact,
      statistics: training ? .ofBatch : .moving)
    let weights = try loaded.weightsDescription()
    return try Recording(
      loaded.bound,
      images: images.converted(from: .channelsLast, to: loaded.graph.dataFormat),
      settings: settings,
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
      "oneDNN \(OneDNN.version), \(OneDNN.instructionSet)\(run.exact ? ", exact" : "")"
    case .reference: "reference"
    }
  }
}

extension Recording.Computation: ExpressibleByArgument {}

extension Model {
  /// Loads a model for images that lie as N·H·W·C.
  init(
    _ options: ModelOptions, weights: String, trust: TrustOptions, for images: Tensor,
    named name: String
  ) throws {
    guard let image = DataFormat.channelsLast.image(in: images.shape), images.count > 0 else {
      throw Failure(.badData, "\(name): images have four axes, N·H·W·C, these have \(images.shape)")
    }
    try self.init(
      options.model, options.variant, weights: weights, trust: trust, height: image.height,
      width: image.width)
    guard image.channels == graph.input.channels else {
      throw Failure(
        .badData,
        "\(name): images of \(image.channels) channels, but the network reads "
          + "\(graph.input.channels)")
    }
  }
}

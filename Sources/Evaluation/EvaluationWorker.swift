import Digests
import Datasets
import Engine
import Networks
import Tensors

/// Decodes and runs batches on one thread, with memory of its own.
struct EvaluationWorker {
  private let preprocessor: ImagePreprocessor
  private let labels: [ClassLabels]
  private let plans: [Plan]
  private let activations: [OutputActivation]
  private let keepsLogits: Bool

  init(
    _ preprocessor: ImagePreprocessor, _ plans: [Plan], _ activations: [OutputActivation],
    labels: [ClassLabels], keepingLogits: Bool
  ) {
    self.preprocessor = preprocessor
    self.labels = labels
    self.plans = plans
    self.activations = activations
    keepsLogits = keepingLogits
  }

  /// An image that was decoded, or not.
  private struct Decoded {
    var digest: ContentDigest?
    var isRotated = false
    var failure: ImageError?
  }

  /// Runs one batch through every network, the first in this thread's own memory.
  ///
  /// An unreadable image takes no place in it and keeps its own in the outcomes.
  func run(
    _ images: [LabeledImage], on context: borrowing ExecutionContext
  ) throws -> [[ImageOutcome]] {
    var decoded: [Decoded] = []
    var filled = 0
    let size = preprocessor.shape.elementCount
    let buffer = unsafe context.images
    for image in images {
      let place = unsafe UnsafeMutableBufferPointer(
        rebasing: buffer[filled * size..<(filled + 1) * size])
      let result = unsafe decode(image, into: place)
      if result.failure == nil { filled += 1 }
      decoded.append(result)
    }
    // The other networks' threads compute while this one waits, each in memory of its own.
    let shared = plans.count > 1 ? unsafe Array(buffer[..<(filled * size)]) : []
    return try plans.indices.map { network in
      var rows: [Float] = []
      if filled > 0 {
        rows =
          network == 0
          ? try context.run(count: filled) : try plans[network].runOne(shared, count: filled)
      }
      return try outcomes(images, decoded, rows, network)
    }
  }

  private func outcomes(
    _ images: [LabeledImage], _ decoded: [Decoded], _ rows: [Float], _ network: Int
  ) throws -> [ImageOutcome] {
    let outputs = plans[network].outputCount
    let labels = labels[network]
    var row = 0
    return try zip(images, decoded).map { image, decoded in
      let right = try labels.networkClasses(of: image)
      let logits: ArraySlice<Float>
      let result: Result<Judgement, ImageError>
      if let failure = decoded.failure {
        logits = []
        result = .failure(failure)
      } else {
        logits = rows[row * outputs..<(row + 1) * outputs]
        result = .success(
          labels.isMultiLabel
            ? Judgement(logits, answering: right)
            : Judgement(logits, labels: right, mask: labels.mask, activation: activations[network]))
        row += 1
      }
      return ImageOutcome(
        prediction: Prediction(
          path: image.path, labels: right, digest: decoded.digest, isRotated: decoded.isRotated,
          result: result),
        logits: keepsLogits ? Array(logits) : [])
    }
  }

  private func decode(
    _ image: LabeledImage, into place: UnsafeMutableBufferPointer<Float>
  ) -> Decoded {
    var decoded = Decoded()
    do throws(ImageError) {
      try image.source.withContents { contents throws(ImageError) in
        decoded.digest = ContentDigest(SHA256.hash(data: contents.bytes))
        decoded.isRotated = try unsafe preprocessor.prepare(contents, into: place).orientation != 1
      }
    } catch {
      decoded.failure = error
    }
    return decoded
  }
}

extension Plan {
  /// Runs at most a batch of images on one of the plan's own threads.
  fileprivate func runOne(_ images: [Float], count: Int) throws -> [Float] {
    let rows = RowStore()
    try runWorkers(1) { context in
      _ = unsafe context.images.update(fromContentsOf: images)
      try rows.store(context.run(count: count))
    }
    return rows.rows
  }
}

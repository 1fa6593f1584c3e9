import Crypto
public import Datasets
import Engine
import Networks
import Synchronization
import Tensors

/// What became of one image.
public struct ImageOutcome: Sendable {
  /// The network's class that the folder says.
  public let label: Int
  /// The judgement, or why there is none.
  public let result: Result<Judgement, ImageError>
  /// Whether the file carries an EXIF orientation other than upright; it is not applied.
  public let isRotated: Bool
  /// The SHA-256 of the file's bytes; empty where it could not be read.
  let digest: [UInt8]
  /// The logits, if they are kept.
  let logits: [Float]
}

/// Decodes and runs batches on one thread, with memory of its own.
struct EvaluationWorker {
  private let preprocessor: ImagePreprocessor
  private let imageSize: Int
  private let outputCount: Int

  init(_ preprocessor: ImagePreprocessor, _ plan: Plan) {
    self.preprocessor = preprocessor
    imageSize = plan.graph.input.elementCount
    outputCount = plan.outputCount
  }

  /// An image that was decoded, or not.
  private struct Decoded {
    var digest: [UInt8] = []
    var isRotated = false
    var failure: ImageError?
  }

  /// Runs one batch.
  ///
  /// An unreadable image takes no place in it and keeps its own in the outcomes.
  mutating func run(
    _ images: [(image: LabeledImage, label: Int)], on context: borrowing ExecutionContext,
    keepingLogits: Bool
  ) throws -> [ImageOutcome] {
    var decoded: [Decoded] = []
    var filled = 0
    var rows: [Float] = []
    let buffer = unsafe context.images
    for (image, _) in images {
      let place = unsafe UnsafeMutableBufferPointer(
        rebasing: buffer[filled * imageSize..<(filled + 1) * imageSize])
      let result = unsafe decode(image, into: place)
      if result.failure == nil { filled += 1 }
      decoded.append(result)
    }
    if filled > 0 { rows = try context.run(count: filled) }

    var row = 0
    return zip(images, decoded).map { image, decoded in
      let logits: ArraySlice<Float>
      let result: Result<Judgement, ImageError>
      if let failure = decoded.failure {
        logits = []
        result = .failure(failure)
      } else {
        logits = rows[row * outputCount..<(row + 1) * outputCount]
        result = .success(Judgement(logits, label: image.label))
        row += 1
      }
      return ImageOutcome(
        label: image.label, result: result, isRotated: decoded.isRotated, digest: decoded.digest,
        logits: keepingLogits ? Array(logits) : [])
    }
  }

  private func decode(
    _ image: LabeledImage, into place: UnsafeMutableBufferPointer<Float>
  ) -> Decoded {
    var decoded = Decoded()
    do throws(ImageError) {
      let bytes = try ImageFile.bytes(of: image.location)
      decoded.digest = Array(SHA256.hash(data: bytes))
      let traits = try unsafe preprocessor.prepare(bytes: bytes, into: place)
      decoded.isRotated = traits.orientation != 1
    } catch {
      decoded.failure = error
    }
    return decoded
  }
}

/// The outcomes of all images, written by several threads, each in its own place.
final class OutcomeStore: Sendable {
  private struct State {
    var outcomes: [ImageOutcome?]
    var done = 0
  }

  private let state: Mutex<State>

  init(count: Int) { state = Mutex(State(outcomes: Array(repeating: nil, count: count))) }

  /// Stores what became of the images from `first` on, and tells how many are done in all.
  func store(_ finished: [ImageOutcome], at first: Int) -> Int {
    state.withLock { state in
      for (index, outcome) in finished.enumerated() { state.outcomes[first + index] = outcome }
      state.done += finished.count
      return state.done
    }
  }

  /// All outcomes, in the order of the data set.
  var all: [ImageOutcome] { state.withLock { $0.outcomes.compactMap(\.self) } }
}

import Assay

/// Scores digits with a network that no file describes.
@main
struct Embedding {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: Embedding WEIGHTS FOLDER")
      return
    }
    let checkpoint = try Checkpoint(contentsOf: arguments[1])
    let image = ImageShape(height: 32, width: 32, channels: 1)
    let graph = try Graph(tracing: OwnNetwork(), input: image)
    // Throws, with a list of all that does not fit.
    let bound = try graph.bound(to: checkpoint, using: OwnNetwork.names)
    let plan = try Plan(compiling: bound, batch: 8)
    // The network normalises its images itself, so the pipeline leaves pixels as they are.
    let evaluator = Evaluator(plan, preprocessing: .kerasTF.normalized(by: .none))
    let result = try await evaluator.evaluate(LabeledImages(directory: arguments[2]))
    print("top-1 \(result.top1), top-5 \(result.top5)")
  }
}

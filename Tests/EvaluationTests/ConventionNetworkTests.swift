import Architectures
import Binding
import Checkpoints
import Datasets
import Engine
import Evaluation
import Layers
import Networks
import Tensors
import TestSupport
import Testing

private let folder = "checkpoints/conventions/"

@Suite("Files of other conventions give the logits of the network that Keras trained")
struct ConventionNetworkTests {
  /// The logits of all validation images with the weights of a file, and what was done to these.
  private func logits(
    _ file: String, _ conventions: WeightConventions = .asTheFileTells
  ) async throws -> (Tensor, notes: [String]) {
    var recipe = try #require(ModelRecipe.named("preact-resnet18"))
    recipe.network = PreActivationResNet(blocksPerStage: [2, 2], block: .regular)
    let checkpoint = try Checkpoint(contentsOf: Fixtures.path(folder + file))
    recipe = recipe.fitted(to: checkpoint, conventions: conventions)
    #expect(recipe.residual?.filters == 8 && recipe.network.classes == 10)
    #expect(recipe.imageChannels == 1)
    let binding = try BindingPlan(
      recipe.graph(height: 32, width: 32), to: checkpoint, using: recipe.nameMap,
      conventions: conventions)
    let plan = try Plan(compiling: binding.boundGraph, batch: 16, threads: 2)
    var evaluator = Evaluator(plan, preprocessing: .kerasTF.normalized(by: .tf))
    evaluator.keepsLogits = true
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    let result = try await evaluator.evaluate(data)
    return (try #require(result.logits), binding.conventionNotes)
  }

  @Test(
    "Told, or as the file tells",
    arguments: [
      ("theano.keras2.h5", .asTheFileTells, ["rotated by 180°: the file was written on Theano"]),
      (
        "th-th.keras1.h5", WeightConventions(kernelSense: .convolution),
        ["H·W·I·O: their shapes tell", "rotated by 180°: as told"]
      ),
      (
        "th-th.keras1.h5", WeightConventions(kernelLayout: .theano, kernelSense: .convolution),
        ["H·W·I·O: as told", "rotated by 180°: as told"]
      ),
      ("th-tf.keras1.h5", WeightConventions(kernelSense: .correlation), ["their shapes tell"]),
      ("tf-th.keras1.h5", WeightConventions(kernelSense: .convolution), ["180°: as told"]),
      (
        "deviation.keras1.h5",
        WeightConventions(kernelSense: .correlation, runningStd: .deviation), ["as told"]
      ),
    ] as [(String, WeightConventions, [String])])
  func right(_ file: String, _ conventions: WeightConventions, _ endings: [String]) async throws {
    let expected = try Fixtures.tensor("checkpoints/digits/digits-regular.logits.npy")
    let (logits, notes) = try await logits(file, conventions)
    let worst = logits.worstDifference(from: expected)
    #expect(worst.difference <= 1e-4, "\(file): \(worst)")
    #expect(notes.count == endings.count)
    for (note, ending) in zip(notes, endings) { #expect(note.hasSuffix(ending)) }
  }

  @Test(
    "Not told, they are other networks",
    arguments: [
      ("theano.keras2.h5", WeightConventions(kernelSense: .correlation)),
      ("th-th.keras1.h5", .asTheFileTells), ("tf-th.keras1.h5", .asTheFileTells),
      ("th-tf.keras1.h5", WeightConventions(kernelSense: .convolution)),
      ("deviation.keras1.h5", .asTheFileTells),
    ] as [(String, WeightConventions)])
  func wrong(_ file: String, _ conventions: WeightConventions) async throws {
    let expected = try Fixtures.tensor("checkpoints/digits/digits-regular.logits.npy")
    let (logits, _) = try await logits(file, conventions)
    #expect(logits.worstDifference(from: expected).difference > 1)
  }

  @Test("Int8 weights give the logits of the weights that they stand for")
  func quantised() async throws {
    let expected = try Fixtures.tensor(folder + "digits-int8.logits.npy")
    let (logits, _) = try await logits("digits-int8.weights.h5")
    let worst = logits.worstDifference(from: expected)
    #expect(worst.difference <= 1e-4, "\(worst)")
  }

  /// What `flatten.weights.h5` is of.
  private struct Flattening: Block {
    func callAsFunction(_ image: Signal) -> Signal {
      image.conv("conv", filters: 3, kernel: 3).relu().flatten().batchNorm("norm").relu()
        .dense("logits", units: 4)
    }
  }

  @Test("Rows that read C·H·W give Keras's logits in either order", arguments: DataFormat.allCases)
  func flattened(format: DataFormat) throws {
    let checkpoint = try Checkpoint(contentsOf: Fixtures.path(folder + "flatten.weights.h5"))
    let graph = try Graph(
      tracing: Flattening(), input: ImageShape(height: 7, width: 5, channels: 2),
      dataFormat: format)
    let names: NameMap = ["conv": "conv", "norm": "norm", "logits": "logits"]
    let images = try Fixtures.tensor(folder + "flatten.input.npy")
    let expected = try Fixtures.tensor(folder + "flatten.logits.npy")
    var differences: [Float] = []
    for conventions in [WeightConventions(denseRows: .channelsFirst), .asTheFileTells] {
      let binding = try BindingPlan(
        graph, to: checkpoint, using: names, conventions: conventions)
      let plan = try Plan(compiling: binding.boundGraph, batch: images.count)
      let result = try plan.run(images.converted(from: .channelsLast, to: format))
      differences.append(result.worstDifference(from: expected).difference)
    }
    #expect(differences[0] <= 1e-5)
    #expect(differences[1] > 0.1)
  }
}

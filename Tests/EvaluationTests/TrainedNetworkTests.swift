import Architectures
import Binding
import Checkpoints
import Datasets
import Engine
import Evaluation
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// A network that Keras trained on scikit-learn's digits, with what Keras says of it.
struct TrainedNetwork: Decodable, Sendable {
  let name: String
  let blocksPerStage: [Int]
  let bottleneck: Bool
  let filters: Int
  let classes: Int
  let input: [Int]
  let top1: Int
  let top5: Int

  init(_ name: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(
      TrainedNetwork.self, from: Fixtures.data("checkpoints/digits/\(name).json"))
  }

  /// Every trained network in every format that it was written in.
  static let files: [(name: String, format: String)] =
    ["digits-regular", "digits-bottleneck", "digits-half"].flatMap { name in
      ["keras2.h5", "weights.h5", "tfkeras.weights.h5", "keras3.h5"].map {
        (name, $0)
      }
    } + [
      ("digits-regular", "model.h5"), ("digits-regular", "offset.keras2.h5"),
      ("digits-regular", "channels_first.weights.h5"),
    ]

  /// The network bound to one of its files, as a user would who names neither filters nor classes.
  func bound(_ format: String, _ dataFormat: DataFormat) throws -> BoundGraph {
    var recipe = try #require(ModelRecipe.named("preact-resnet18"))
    recipe.network = PreActivationResNet(
      blocksPerStage: blocksPerStage, block: bottleneck ? .bottleneck : .regular)
    let checkpoint = try Checkpoint(
      contentsOf: Fixtures.path("checkpoints/digits/\(name).\(format)"))
    recipe = recipe.fitted(to: checkpoint)
    #expect(recipe.residual?.filters == filters && recipe.network.classes == classes)
    return try recipe.graph(height: input[0], width: input[1], dataFormat: dataFormat)
      .bound(to: checkpoint, using: recipe.nameMap)
  }
}

@Suite("Trained networks score as in Keras")
struct TrainedNetworkTests {
  @Test(
    "Top-1, top-5 and logits equal Keras's in every file format and both data formats",
    arguments: TrainedNetwork.files)
  func scores(_ name: String, _ format: String) async throws {
    let network = try TrainedNetwork(name)
    let expected = try Fixtures.tensor("checkpoints/digits/\(name).logits.npy")
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    var logits: [Tensor] = []
    for dataFormat in DataFormat.allCases {
      let plan = try Plan(compiling: network.bound(format, dataFormat), batch: 16, threads: 2)
      var evaluator = Evaluator(plan, preprocessing: .kerasTF.normalized(by: .tf))
      evaluator.keepsLogits = true

      let result = try await evaluator.evaluate(data)

      #expect(result.accuracy.top1.correct == network.top1)
      #expect(result.accuracy.top5?.correct == network.top5)
      #expect(result.failures.isEmpty && result.accuracy.nonFinite == 0)
      logits.append(try #require(result.logits))
      let worst = try #require(logits.last).worstDifference(from: expected)
      #expect(worst.difference <= 1e-4, "\(name).\(format) \(dataFormat): \(worst)")
    }
    // The same file in both data formats: the same kernels see the same numbers.
    #expect(logits[0] == logits[1])
  }

  @Test("The images are listed in Keras's order")
  func order() throws {
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    #expect(try data.images.map(\.path) == KerasOrder.paths())
  }

  @Test("Batch and threads change no bit of the result", arguments: [(1, 1), (7, 2), (32, 4)])
  func sameBits(batch: Int, threads: Int) async throws {
    let network = try TrainedNetwork("digits-bottleneck")
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    var logits: [Tensor] = []
    for (batch, threads) in [(16, 1), (batch, threads)] {
      let plan = try Plan(
        compiling: network.bound("keras2.h5", .channelsLast), batch: batch, threads: threads)
      var evaluator = Evaluator(plan, preprocessing: .kerasTF.normalized(by: .tf))
      evaluator.keepsLogits = true
      logits.append(try #require(try await evaluator.evaluate(data).logits))
    }
    #expect(logits[0] == logits[1])
  }

  @Test("One stream of several threads gives the same bits", arguments: [2, 4])
  func oneStream(threads: Int) throws {
    let bound = try TrainedNetwork("digits-bottleneck").bound("keras2.h5", .channelsLast)
    let images = try Fixtures.tensor("checkpoints/digits/digits-bottleneck.input.npy")
    let single = try Plan(compiling: bound, batch: 1).run(images)
    let several = try Plan(compiling: bound, batch: 4, threads: threads, streams: 1).run(images)
    #expect(single == several)
  }

  @Test("Reference executor and plan agree on a trained network", arguments: DataFormat.allCases)
  func reference(dataFormat: DataFormat) throws {
    let network = try TrainedNetwork("digits-bottleneck")
    let bound = try network.bound("weights.h5", dataFormat)
    let images = try Fixtures.tensor("checkpoints/digits/digits-bottleneck.input.npy")
      .converted(from: .channelsLast, to: dataFormat)
    let logits = try ReferenceExecutor(bound).run(images)
    let plan = try Plan(compiling: bound, batch: images.count).run(images)
    #expect(plan.worstDifference(from: logits).difference <= 2e-5)
    let keras = try Fixtures.tensor("checkpoints/digits/digits-bottleneck.logits.npy")
    let first = Tensor(
      shape: logits.shape, values: Array(keras.values.prefix(logits.values.count)))
    #expect(logits.worstDifference(from: first).difference <= 1e-4)
  }
}

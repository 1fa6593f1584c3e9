import Architectures
import Binding
import Checkpoints
import Datasets
import Engine
import Evaluation
import Foundation
import Networks
import Runs
import Tensors
import TestSupport
import Testing

/// Two trained networks on a few digits: what a run of them is, and what comes out of it.
struct SampleRun: Sendable {
  /// For each network, a prediction an image.
  let predictions: [[Prediction]]
  private let manifests: [EvaluationManifest]

  static let images = 10

  init() async throws {
    let all = try LabeledImages(directory: Fixtures.path("digits/validation"))
    let data = all.spread(Self.images)
    var manifests: [EvaluationManifest] = []
    var predictions: [[Prediction]] = []
    for name in ["digits-half", "digits-regular"] {
      let file = Fixtures.path("checkpoints/digits/\(name).weights.h5")
      let checkpoint = try Checkpoint(contentsOf: file)
      var recipe = try #require(ModelRecipe.named("preact-resnet18"))
      recipe.network = PreActivationResNet(blocksPerStage: [2, 2], block: .regular)
      recipe = recipe.fitted(to: checkpoint)
      let bound = try recipe.graph(height: 32, width: 32, dataFormat: .channelsLast)
        .bound(to: checkpoint, using: recipe.nameMap)
      let plan = try Plan(compiling: bound, batch: 2, threads: 1)
      let preprocessing = Preprocessing.kerasTF.normalized(by: .tf)
      let result = try await Evaluator(plan, preprocessing: preprocessing).evaluate(data)
      predictions.append(result.predictions)
      manifests.append(
        try EvaluationManifest(
          planning: data, labels: ClassLabels(matching: data, classes: 10), plan, preprocessing,
          model: .init(
            name: name, parameters: 1, classes: 10, input: "32×32×1", dataFormat: "channels_last"),
          weights: .init(file: file, sha256: name, format: "", kerasVersion: nil)))
    }
    (self.predictions, self.manifests) = (predictions, manifests)
  }

  /// What the run is of; as a machine with another engine sees it, if one is named.
  func plan(
    shards: Int = 1, engine: String? = nil, checkpoints: Int = 2, bins: Int = 15
  ) -> RunPlan {
    var manifests = Array(manifests.prefix(checkpoints))
    if let engine {
      for index in manifests.indices { manifests[index].arithmetic.engine = engine }
    }
    return RunPlan(manifests, metrics: .init(bins: bins), shards: shards)
  }

  /// Does a part as a process would: what is known already is not done again.
  ///
  /// - Returns: How many predictions were new.
  @discardableResult
  func work(
    in folder: String, _ plan: RunPlan, shard: Shard = .whole, mixesEngines: Bool = false,
    until limit: Int = .max
  ) throws -> Int {
    let part = try RunPart(
      folder, plan: plan, shard: shard, resumes: true, mixesEngines: mixesEngines)
    guard !part.isDone else { return 0 }
    var done = 0
    var all: [[Prediction]] = []
    for checkpoint in plan.checkpoints.indices {
      var found: [Prediction] = []
      for place in shard.places(of: plan.images) {
        if let known = part.known[checkpoint][place] {
          found.append(known)
          continue
        }
        guard done < limit else {
          try part.synchronize()
          return done
        }
        let prediction = predictions[checkpoint][place]
        try part.keep([prediction], of: checkpoint, at: place)
        found.append(prediction)
        done += 1
      }
      all.append(found)
    }
    if shard == .whole { _ = try part.finishRun(all) } else { try part.finishShard(all) }
    return done
  }

  /// The final files of a run of so many checkpoints, by their names in its folder.
  static func output(of folder: String, checkpoints: Int = 2) throws -> [String: Data] {
    let folders =
      checkpoints == 1 ? [""] : ["1-digits-half.weights.h5/", "2-digits-regular.weights.h5/"]
    var files: [String: Data] = [:]
    for place in folders {
      for name in ["report.json", "predictions.jsonl"] {
        files[place + name] = try Data(
          contentsOf: URL(fileURLWithPath: "\(folder)/\(place)\(name)"))
      }
    }
    return files
  }
}

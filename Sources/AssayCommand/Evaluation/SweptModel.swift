import Datasets
import Engine
import Evaluation
import Models
import Networks
import Studies

/// The network of a sweep, as the options say.
struct SweptModel: SearchedModel {
  let command: SweepCommand
  let images: ImageSettings
  let sample: LabeledImages

  var hasFirstLabel: Bool { command.data.firstLabel != nil }

  func network(for size: InputSize?) throws -> (model: Model, plan: Plan) {
    let size = size ?? images.size
    let loaded = try Model(
      command.model.model, command.model.variant, weights: command.weights, trust: command.trust,
      height: size?.height, width: size?.width)
    let plan = try Plan(
      compiling: loaded.bound,
      batch: min(command.run.imagesPerThread(of: loaded.bound.graph), sample.images.count),
      threads: command.run.threads, exact: command.run.exact)
    return (loaded, plan)
  }

  func preprocessing(for model: Model) throws -> Preprocessing {
    try images.preprocessing(for: model, seeing: sample.images.map(\.source))
  }

  func labels(for model: Model, firstLabel: Int?) throws -> ClassLabels {
    var data = command.data
    data.firstLabel = firstLabel ?? data.firstLabel
    return try data.classLabels(for: .list(sample), of: model, images.labels)
  }
}

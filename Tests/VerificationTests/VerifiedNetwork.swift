import Architectures
import Binding
import Checkpoints
import Networks
import Tensors
import TestSupport
import Testing
import Verification

/// A network bound to a checkpoint of the fixtures, ready to be recorded.
struct VerifiedNetwork {
  let bound: BoundGraph
  /// What the checkpoint calls the layers.
  let names: [String: String]

  /// A network trained on digits, from a file in the given format.
  init(digits name: String, _ format: String, _ dataFormat: DataFormat) throws {
    let shapes: [String: ([Int], PreActivationResNet.Block)] = [
      "digits-regular": ([2, 2], .regular), "digits-bottleneck": ([1, 2, 1], .bottleneck),
      "digits-half": ([2, 2], .regular),
    ]
    let (blocks, kind) = try #require(shapes[name])
    var recipe = try #require(ModelRecipe.named("preact-resnet18"))
    recipe.network = PreActivationResNet(blocksPerStage: blocks, block: kind)
    let checkpoint = try Checkpoint(
      contentsOf: Fixtures.path("checkpoints/digits/\(name).\(format)"))
    recipe = recipe.fitted(to: checkpoint)
    let side = try Fixtures.tensor("checkpoints/digits/\(name).input.npy").shape
    try self.init(
      recipe, checkpoint, ImageShape(height: side[1], width: side[2], channels: side[3]),
      dataFormat)
  }

  /// A network of the catalog at 224×224, its weights by formula.
  init(fullSize model: String, _ dataFormat: DataFormat) throws {
    let recipe = try #require(ModelRecipe.named(model))
    try self.init(
      recipe, Manifest(of: model).checkpoint(named: true),
      ImageShape(height: 224, width: 224, channels: recipe.imageChannels), dataFormat)
  }

  init(
    _ recipe: ModelRecipe, _ checkpoint: Checkpoint, _ image: ImageShape, _ dataFormat: DataFormat
  ) throws {
    let graph = try recipe.graph(
      height: image.height, width: image.width, dataFormat: dataFormat)
    self.init(try BindingPlan(graph, to: checkpoint, using: recipe.nameMap))
  }

  init(_ plan: BindingPlan) {
    bound = plan.boundGraph
    names = Dictionary(
      plan.steps.map { ($0.parameter.layer, $0.layerName) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Records all layers on images that lie as N·H·W·C.
  func recording(of images: Tensor, _ settings: Recording.Settings = .init()) throws -> Recording {
    try Recording(
      bound, inputs: [images.converted(from: .channelsLast, to: bound.graph.dataFormat)],
      settings: settings, model: .init(name: "test"),
      recorder: .init(name: "assay", version: "test"), keeping: { _ in true })
  }

  /// Compares a run on the golden's images with it.
  func verification(
    against golden: Golden, _ settings: Recording.Settings = .init(), images: Tensor? = nil,
    within tolerances: Tolerances = .float32
  ) throws -> Verification {
    let images = try images ?? #require(try golden.inputs()?.first)
    try golden.check([images])
    return try Verification(
      of: recording(of: images, settings), bound: bound, against: golden, names: names,
      within: tolerances)
  }
}

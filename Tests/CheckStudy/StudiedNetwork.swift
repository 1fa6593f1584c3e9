import Architectures
import Binding
import Checkpoints
import Datasets
import Engine
package import Networks
import Tensors
import TestSupport
package import Verification

/// A trained network with the images that it is scored on.
package struct StudiedNetwork: Sendable {
  /// The name of its checkpoint.
  package let name: String
  /// The network as it was trained.
  package let bound: BoundGraph
  private let images: [Tensor]
  private let labels: [Int]

  /// The trained networks of `Fixtures/checkpoints`.
  package static let all = ["digits-regular", "digits-bottleneck", "digits-half", "digits-v1"]

  /// Reads the network and the 360 images.
  package init(_ name: String) throws {
    let network: any ResidualNetwork
    switch name {
    case "digits-v1": network = ResNetV1(blocksPerStage: [2, 1, 1])
    case "digits-bottleneck":
      network = PreActivationResNet(blocksPerStage: [1, 2, 1], block: .bottleneck)
    default: network = PreActivationResNet(blocksPerStage: [2, 2], block: .regular)
    }
    let isFirstVersion = name == "digits-v1"
    let folder = isFirstVersion ? "post_activation" : "digits"
    try self.init(
      name, model: isFirstVersion ? "resnet50" : "preact-resnet18", network: network,
      file: Fixtures.path("checkpoints/\(folder)/\(name).weights.h5"))
  }

  private init(
    _ name: String, model: String, network: any ResidualNetwork, file: String
  ) throws {
    let checkpoint = try Checkpoint(contentsOf: file)
    guard var recipe = ModelRecipe.named(model) else {
      preconditionFailure("there is no model \(model)")
    }
    recipe.network = network
    recipe = recipe.fitted(to: checkpoint)
    self.name = name
    bound = try recipe.graph(height: 32, width: 32)
      .bound(to: checkpoint, using: recipe.nameMap)
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    let preprocessor = try ImagePreprocessor(
      .kerasTF.normalized(by: .tf), shape: bound.graph.input)
    images = try data.images.map { try preprocessor.tensor(of: $0.source) }
    labels = data.images.map { $0.labels[0] }
  }

  /// The number of images.
  package var count: Int { labels.count }

  /// How many images a network of this shape gets right.
  package func top1(of bound: BoundGraph) throws -> Int {
    let whole = Tensor(
      shape: bound.graph.dataFormat.shape(of: bound.graph.input, count: count),
      values: images.flatMap(\.values))
    let logits = try Plan(compiling: bound, batch: 60).run(whole)
    return labels.indices.count { index in
      let row = logits.row(index)
      return row.max().flatMap { row.firstIndex(of: $0) } == row.startIndex + labels[index]
    }
  }

  /// What the check says of a network of this shape, shown up to `limit` of the images.
  package func check(
    _ bound: BoundGraph, images limit: Int, scaledBy scale: Float = 1
  ) throws -> NetworkCheck {
    let selection = ImageSelection(limit, of: count, for: bound.graph)
    let images = images
    return try NetworkCheck(
      of: bound,
      statistics: StatisticsCheck(of: bound, selection: selection) { number in
        let image = images[number]
        return Tensor(shape: image.shape, values: image.values.map { $0 * scale })
      })
  }
}

import Architectures
import Binding
import Checkpoints
import Datasets
import Engine
import Exporting
import Layers
import Models
import Networks
import Tensors
import TestSupport
import Testing

@Suite("An exported model is the network that it was made of")
struct ExportedNetworkTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func logits(of bound: BoundGraph, _ images: Tensor) throws -> Tensor {
    try Plan(compiling: bound, batch: images.shape[0], threads: 1).run(images)
  }

  private func write(
    _ graph: Graph, _ options: ExportedNetwork.Options, _ container: ExportedNetwork.Container
  ) throws -> String {
    let (plan, file, map) = try SmallNetwork.bound(graph)
    var options = options
    options.names = plan.layerNames(using: map)
    let export = try CheckpointExport(
      ExportedNetwork(graph, options), plan, of: file, named: "small", for: container)
    let path = scratch.path(container == .archive ? "out.keras" : "out.h5")
    switch container {
    case .archive: try export.writeKerasArchive(to: path)
    case .wholeModel: try export.writeWholeModel(to: path)
    }
    return path
  }

  @Test(
    "in every family and both containers: the same graph, and the same logits",
    arguments: SmallNetwork.all, [ExportedNetwork.Container.archive, .wholeModel])
  func families(_ network: SmallNetwork, _ container: ExportedNetwork.Container) throws {
    let graph = try network.graph()
    let (plan, _, map) = try SmallNetwork.bound(graph)
    var options = ExportedNetwork.Options()
    options.activation = .softmax
    let model = try Model(contentsOf: write(graph, options, container))
    #expect(model.activation == .softmax)
    #expect(model.plan.statedActivation == .softmax)
    #expect(model.graph.input == graph.input)
    let images = HashedWeights.images(graph.input, count: 2)
    let (its, ours) = (try logits(of: model.bound, images), try logits(of: plan.boundGraph, images))
    let worst = its.worstDifference(from: ours)
    #expect(worst.difference <= 2e-6 * worst.largest, "\(worst)")
    // The strict report compares the config's network with ours, value by value.
    if !network.isReworded {
      let bound = try BindingPlan(graph, to: model.checkpoint, using: map)
      #expect(bound.statedActivation == .softmax)
    }
  }

  @Test(
    "and takes pixels where their normalisation is in it",
    arguments: PixelNormalization.allCases)
  func pixels(_ mode: PixelNormalization) throws {
    let network = ResNetV2(blocksPerStage: [1, 1], filters: 4, classes: 5)
    let shape = ImageShape(height: 20, width: 19)
    let graph = try Graph(tracing: network, input: shape)
    var options = ExportedNetwork.Options()
    options.normalization = mode
    let model = try Model(contentsOf: write(graph, options, .archive))
    #expect(model.plan.statedActivation == nil)
    let pixels = (0..<shape.elementCount).map { Float(($0 * 37 + $0 / 11) % 256) }
    let preprocessor = try ImagePreprocessor(
      Preprocessing.kerasTF.normalized(by: mode), shape: shape)
    let normalized = try unsafe [Float](unsafeUninitializedCapacity: shape.elementCount) {
      buffer, count in
      try unsafe preprocessor.prepare(
        .decoded(
          DecodedImage(
            width: shape.width, height: shape.height, channels: 3, pixels: pixels.map { UInt8($0) })
        ),
        into: buffer)
      count = shape.elementCount
    }
    let images = DataFormat.channelsLast.shape(of: shape, count: 1)
    let its = try logits(of: model.bound, Tensor(shape: images, values: pixels))
    let ours = try logits(
      of: SmallNetwork.bound(graph).plan.boundGraph, Tensor(shape: images, values: normalized))
    let worst = its.worstDifference(from: ours)
    #expect(worst.difference <= 2e-6 * worst.largest, "\(worst)")
  }

  @Test("Grey images have no colours to normalise")
  func grey() throws {
    let graph = try Graph(
      tracing: ResNetV2(blocksPerStage: [1], filters: 4, classes: 5),
      input: ImageShape(height: 20, width: 20, channels: 1))
    var options = ExportedNetwork.Options()
    options.normalization = .caffe
    let error = try #require(throws: ExportError.self) { try ExportedNetwork(graph, options) }
    #expect("\(error)".contains("'caffe' is of three colours"))
  }

  @Test("A layer that Keras 2 and 3 do not both have is refused by path and class")
  func refused() throws {
    struct Odd: Block {
      func callAsFunction(_ x: Signal) -> Signal {
        x.applying(
          Activation(name: "hard_tanh", [.map(.clip(least: -1, largest: 1))]), named: "odd")
      }
    }
    let graph = try Graph(tracing: Odd(), input: ImageShape(height: 2, width: 2))
    let error = try #require(throws: ExportError.self) { try ExportedNetwork(graph) }
    #expect(error.layer == "odd")
    #expect(error.kerasClass == "Activation")
  }

  @Test("Keras's order of layers and its counters are those of the config")
  func order() throws {
    let graph = try Graph(
      tracing: ResNetV1(blocksPerStage: [1, 1], filters: 4, classes: 5),
      input: ImageShape(height: 32, width: 32))
    let network = try ExportedNetwork(graph)
    let names = network.graph.kerasModelOrder().map(\.path)
    #expect(Set(names).count == names.count)
    #expect(!names.contains { $0.contains("/") })
    #expect(network.origins.count == graph.parameters.count)
  }
}

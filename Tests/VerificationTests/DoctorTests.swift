import Architectures
import Binding
import Checkpoints
import Foundation
import Layers
import Networks
import Tensors
import TestSupport
import Testing
import Verification

/// A fault that was planted in a network while Keras computed the golden.
struct PlantedFault: Decodable, Sendable, CustomStringConvertible {
  let file: String
  let network: String
  let kind: String
  let layer: String
  let epsilon: Double?
  let padding: [Int]?

  var description: String { file }

  static let all: [PlantedFault] = {
    struct List: Decodable { let faults: [PlantedFault] }
    let list = try? JSONDecoder().decode(
      List.self, from: Fixtures.data("goldens/faults/faults.json"))
    return list?.faults ?? []
  }()

  /// What the doctor must say.
  var claim: String {
    switch kind {
    case "kernel-rotated": "rotated by 180°"
    case "kernel-transposed": "height and width of the kernel are transposed"
    case "input-channels-reversed": "the input channels are reversed"
    case "output-channels-reversed": "the output channels are reversed"
    case "epsilon": "epsilon is \(Float(epsilon ?? 0)), not"
    case "gamma-beta-swapped": "gamma and beta are swapped"
    case "mean-variance-swapped": "moving mean and moving variance are swapped"
    case "bias-missing": "the bias is missing"
    case "relu-first": "a ReLU comes before this layer"
    case "padding":
      // At a stride of 2 the last row and column may never be read, so only the first are told.
      "the padding is \(padding?[0] ?? -1),"
    case "pool-padding": "padding counts as"
    case "stride": "in another place"
    case "dense-rows": "the rows lie in C·H·W order"
    default: "none of"
    }
  }
}

/// The network of the faults with a map flattened before its dense layer.
private struct FlattenedHead: Block {
  let body: PreActivationResNet
  let classes: Int

  func callAsFunction(_ x: Signal) -> Signal {
    body.featureMap(x).flatten().applying(Head(classes: classes), as: "head")
  }

  struct Head: Block {
    let classes: Int

    func callAsFunction(_ x: Signal) -> Signal { x.dense("logits", units: classes) }
  }
}

@Suite("The doctor names what was planted")
struct DoctorTests {
  private func network(_ name: String) throws -> VerifiedNetwork {
    let checkpoint = try Checkpoint(
      contentsOf: Fixtures.path("goldens/faults/\(name).weights.npz"))
    let base = name == "resnet50v2" ? "resnet50v2" : "preact-resnet18"
    var recipe = try #require(ModelRecipe.named(base))
    recipe.residual?.blocksPerStage = name == "resnet50v2" ? [2, 2, 2] : [3, 3, 3]
    recipe = recipe.fitted(to: checkpoint)
    return try VerifiedNetwork(
      recipe, checkpoint, ImageShape(height: 32, width: 32, channels: 3), .channelsLast)
  }

  @Test("The list of faults is there, and has every kind")
  func list() {
    #expect(PlantedFault.all.count == 39)
    #expect(Set(PlantedFault.all.map(\.kind)).count == 14)
  }

  @Test(
    "Each planted fault is named first, and a fault of another kind is not explained",
    arguments: PlantedFault.all.filter { $0.network != "flat" })
  func names(fault: PlantedFault) throws {
    let golden = try Golden(contentsOf: Fixtures.path("goldens/faults/\(fault.file)"))
    let result = try network(fault.network).verification(against: golden)
    let diagnosis = try #require(result.diagnosis)
    #expect(!result.passes)
    if fault.kind == "none" {
      #expect(diagnosis.fitting.isEmpty && diagnosis.others.count >= 8)
      #expect(diagnosis.finding.contains("none of"))
    } else {
      #expect(
        diagnosis.fitting.first?.claim.contains(fault.claim) == true,
        "\(fault): \(diagnosis.finding)")
    }
    let first = try #require(result.firstDivergence)
    if fault.kind != "stride" {
      #expect(result.layers[first].referenceName == fault.layer, "\(fault)")
    }
  }

  @Test("Rows of a dense layer in C·H·W order are named")
  func denseRows() throws {
    let checkpoint = try Checkpoint(contentsOf: Fixtures.path("goldens/faults/flat.weights.npz"))
    var recipe = try #require(ModelRecipe.named("preact-resnet18"))
    recipe.residual?.blocksPerStage = [3, 3, 3]
    recipe.residual?.filters = 4
    let body = try #require(recipe.network as? PreActivationResNet)
    let graph = try Graph(
      tracing: FlattenedHead(body: body, classes: 10),
      input: ImageShape(height: 32, width: 48, channels: 3))
    let network = try VerifiedNetwork(BindingPlan(graph, to: checkpoint, using: recipe.nameMap))
    let fault = try #require(PlantedFault.all.first { $0.network == "flat" })

    let faulty = try Golden(contentsOf: Fixtures.path("goldens/faults/\(fault.file)"))
    let images = try #require(try faulty.inputs()?.first)
    let clean = try Golden(contentsOf: Fixtures.path("goldens/faults/flat.npz"))
    #expect(try network.verification(against: clean, images: images).passes)
    let diagnosis = try #require(try network.verification(against: faulty).diagnosis)
    #expect(diagnosis.layer == "head/logits")
    #expect(diagnosis.fitting.first?.claim.contains(fault.claim) == true, "\(diagnosis.finding)")
  }

  @Test("The network without a fault agrees", arguments: ["preact", "resnet50v2"])
  func clean(name: String) throws {
    let golden = try Golden(contentsOf: Fixtures.path("goldens/faults/\(name).npz"))
    let images = try #require(
      try Golden(contentsOf: Fixtures.path("goldens/faults/\(name).bgr.npz")).inputs()?.first)
    let result = try network(name).verification(against: golden, images: images)
    #expect(result.passes, "\(result.failureSummary)")
    #expect(result.diagnosis == nil)
  }
}

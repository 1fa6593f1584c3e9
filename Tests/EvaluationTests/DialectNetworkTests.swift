import Architectures
import Binding
import Engine
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Every dialect gives the logits of its publication", .serialized)
struct DialectNetworkTests {
  @Test(
    "Logits agree within 1e-4 of the largest in both data formats",
    arguments: Manifest.fullSizeDialects)
  func logits(file: String, name: String) throws {
    let recipe = try #require(ModelRecipe.named(name))
    for format in DataFormat.allCases {
      let worst = try recipe.worstDifference(file, "logits", format)
      #expect(worst.difference <= 1e-4 * worst.largest, "\(file) \(format): \(worst)")
    }
  }

  @Test(
    "Without its head, a network gives the pooled features",
    arguments: ["squeezenet", "resnet50.legacy-keras", "resnet50v2.slim"])
  func features(file: String) throws {
    let name = try #require(Manifest.dialects.first { $0.file == file }).recipe
    let recipe = try #require(ModelRecipe.named(name)).withoutHead
    for format in DataFormat.allCases {
      let worst = try recipe.worstDifference(file, "features", format)
      #expect(worst.difference <= 1e-4 * worst.largest, "\(file) \(format): \(worst)")
    }
  }

  /// A recipe with one hidden parameter of another dialect.
  struct WrongParameter: Sendable, CustomStringConvertible {
    let file: String
    let parameter: String
    let change: @Sendable (inout ModelRecipe) -> Void

    var description: String { "\(file) with \(parameter)" }

    static func classic(
      _ file: String, _ parameter: String,
      _ change: @escaping @Sendable (inout ResNetConventions) -> Void
    ) -> WrongParameter {
      WrongParameter(file: file, parameter: parameter) { recipe in
        if var network = recipe.network as? ResNetV1 {
          change(&network.conventions)
          recipe.network = network
        } else if var network = recipe.network as? ResNetV2 {
          change(&network.conventions)
          recipe.network = network
        }
      }
    }

    static func preActivation(
      _ file: String, _ parameter: String,
      _ change: @escaping @Sendable (inout PreActivationResNet.Conventions) -> Void
    ) -> WrongParameter {
      WrongParameter(file: file, parameter: parameter) { recipe in
        guard var network = recipe.network as? PreActivationResNet else { return }
        change(&network.conventions)
        recipe.network = network
      }
    }

    static let all: [WrongParameter] = [
      classic("resnet50.legacy-keras", "the ε of today's Keras") { $0.epsilon = 1.001e-5 },
      classic("resnet50.legacy-keras", "an unpadded pool") { $0.poolPadding = .none },
      classic("resnet50.legacy-keras-unpadded", "a padded pool") { $0.poolPadding = .zeros },
      classic("resnet50.legacy-keras", "the stride in the 3×3") { $0.stridePlace = .firstSpatial },
      classic("resnet50.keras-resnet", "the pool of Keras") { $0.poolPadding = .zeros },
      classic("resnet50.keras-resnet", "the ε of old Keras") { $0.epsilon = 1e-3 },
      classic("resnet50.keras-resnet", "the stride in the 3×3") { $0.stridePlace = .firstSpatial },
      classic("resnet50.official", "the stride in the 1×1") { $0.stridePlace = .firstPointwise },
      classic("resnet50.official", "the ε of classification_models") { $0.epsilon = 2e-5 },
      classic("resnet50.official", "the pool of Keras") { $0.poolPadding = .zeros },
      classic("resnet50.slim", "the stride in the first block") { $0.stridePlace = .firstSpatial },
      classic("resnet50.slim", "the default ε of Keras") { $0.epsilon = 1e-3 },
      classic("resnet50v2.slim", "the pool of Keras") { $0.poolPadding = .zeros },
      classic("resnet50v2.slim", "the ε of classification_models") { $0.epsilon = 2e-5 },
      classic("resnet50v2.slim", "the stride in the first block") {
        $0.stridePlace = .firstSpatial
      },
      preActivation("resnet50v2.official", "the default ε of Keras") { $0.epsilon = 1e-3 },
      preActivation("resnet18.classification-models", "the ε of Keras's v2") {
        $0.epsilon = 1.001e-5
      },
      preActivation("preact-resnet18.scoped", "the ε of the official network") {
        $0.epsilon = 1.001e-5
      },
    ]
  }

  @Test("A wrong hidden parameter binds, and the logits tell", arguments: WrongParameter.all)
  func wrong(_ wrong: WrongParameter) throws {
    let name = try #require(Manifest.dialects.first { $0.file == wrong.file }).recipe
    var recipe = try #require(ModelRecipe.named(name))
    wrong.change(&recipe)
    let worst = try recipe.worstDifference(wrong.file, "logits", .channelsLast)
    #expect(worst.difference > 1e-3 * worst.largest, "\(wrong): \(worst)")
  }
}

extension ModelRecipe {
  /// How far the network with the weights of a manifest is from the golden of that file.
  fileprivate func worstDifference(
    _ file: String, _ kind: String, _ format: DataFormat
  ) throws -> WorstDifference {
    var manifest = try Manifest(of: file)
    let golden = try Fixtures.tensor("networks/\(file).\(kind).npy")
    let graph = try graph(height: 99, width: 142, dataFormat: format)
    if !hasHead {
      manifest.layers.removeAll { ["conv10", "fc1000", "resnet_v2_50/logits"].contains($0.name) }
    }
    let bound = try graph.bound(to: manifest.checkpoint(named: true), using: nameMap)
    let count = golden.shape[1]
    let plan = try Plan(compiling: bound, batch: count, threads: 2)
    let images = HashedWeights.images(graph.input, count: count)
    let result = try plan.run(images.converted(from: .channelsLast, to: format))
    let index = format == .channelsLast ? 0 : 1
    return result.worstDifference(
      from: Tensor(shape: [count, golden.shape[2]], values: Array(golden.row(index))))
  }
}

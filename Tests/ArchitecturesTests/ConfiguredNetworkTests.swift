import Architectures
import Archives
import Binding
import Checkpoints
import Foundation
import KerasConfigs
import Networks
import Tensors
import TestSupport
import Testing

/// Configs of one small network, and of others that differ in one thing each, as Keras 3 and tf-keras write
/// them (`Tools/fixtures/config_changes.py`).
@Suite("A file's config must describe the network, in all that its result is made of")
struct ConfiguredNetworkTests {
  /// A config with the layers that have its weights.
  struct Described: Sendable, CustomTestStringConvertible {
    /// The container in whose words it is, and what is changed.
    let container: String
    let change: String
    /// Whether the change makes another network.
    let isOther: Bool
    let config: String
    let layers: [CheckpointLayer]

    var testDescription: String { "\(change) in \(container)" }
  }

  static let all: [Described] = {
    do {
      return try read()
    } catch {
      Issue.record("\(error)")
      return []
    }
  }()

  private static func read() throws -> [Described] {
    let archive = try ZipArchive(reading: Fixtures.path("configs/changes.zip"))
    let suffix = ".layers.json"
    return try archive.entries.filter { $0.name.hasSuffix(suffix) }.map { entry in
      let place = String(entry.name.dropLast(suffix.count))
      let parts = place.split(separator: "/").map(String.init)
      let config = try #require(archive.entry("\(place).json"))
      let text = { (entry: ZipEntry) in try archive.content(of: entry, limit: 1 << 20) }
      // Keras 3 gives a RandomCrop's images back as they are when a model is used.
      let isSame = parts[2] == "random-crop" && parts[0].hasPrefix("keras3")
      return Described(
        container: parts[0], change: parts[2], isOther: parts[1] == "other" && !isSame,
        config: String(decoding: try text(config), as: UTF8.self),
        layers: try layers(Data(try text(entry))))
    }
  }

  private struct Layer: Decodable {
    let name: String
    let variables: [Variable]

    struct Variable: Decodable {
      let name: String
      let shape: [Int]

      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        name = try list.decode(String.self)
        shape = try list.decode([Int].self)
      }
    }
  }

  private static func layers(_ json: Data) throws -> [CheckpointLayer] {
    try JSONDecoder().decode([Layer].self, from: json).map { layer in
      CheckpointLayer(
        name: layer.name, location: "/\(layer.name)",
        tensors: layer.variables.enumerated().map { index, variable in
          CheckpointTensor(
            name: "\(layer.name)/\(variable.name)", role: VariableRole(rawValue: variable.name),
            index: index, shape: Shape(variable.shape), path: "/\(layer.name)/\(index)")
        })
    }
  }

  /// Binds the network to the described file; returns what is said of its config.
  static func disagreement(with file: Described) throws -> BindingError.Disagreement? {
    let checkpoint = unsafe Checkpoint(
      layers: file.layers, format: .wholeModel, modelConfig: file.config
    ) { _, _ in }
    var recipe = try #require(ModelRecipe.named("preact-resnet18"))
    recipe.residual?.blocksPerStage = [1]
    recipe = recipe.fitted(to: checkpoint)
    let extent = try #require(checkpoint.config?.model?.imageExtent)
    // A network behind a change of size reads what it was made for; the image is the model's.
    let graph = try recipe.graph(height: try #require(extent.height), width: extent.width ?? 16)
    do throws(BindingError) {
      _ = try graph.bound(to: checkpoint, using: recipe.nameMap)
      return nil
    } catch {
      #expect(error.missing.isEmpty && error.unused.isEmpty && error.mismatched.isEmpty)
      #expect(error.disagreements.count == 1, "\(error)")
      return error.disagreements.first
    }
  }

  @Test("Every change is there in the words of every container that can hold it")
  func complete() {
    let changes = Dictionary(grouping: Self.all, by: \.change)
    #expect(changes.count == 65)
    #expect(changes.values.allSatisfy { $0.count == 4 || Self.isNotOfAll($0[0].change) })
    #expect(Self.all.count { $0.isOther } > 200)
  }

  /// What one of the two cannot say, and what tf-keras cannot write as `.keras`.
  private static func isNotOfAll(_ change: String) -> Bool {
    ["dropout-in-training", "same-model-in-training", "preprocess-caffe"].contains(change)
  }

  @Test(
    "The network itself, and what changes nothing, binds", arguments: all.filter { !$0.isOther })
  func same(_ file: Described) throws {
    let disagreement = try Self.disagreement(with: file)
    #expect(disagreement == nil, "\(disagreement?.words ?? "")")
  }

  @Test("Another network is refused, the layer named", arguments: all.filter(\.isOther))
  func other(_ file: Described) throws {
    let disagreement = try #require(try Self.disagreement(with: file))
    #expect(!disagreement.layerName.isEmpty && !disagreement.words.isEmpty)
  }

  @Test(
    "The words say what differs",
    arguments: [
      (
        "rescaling",
        "rescaling (Rescaling) stands behind the image, where the network has stem/pad and stem/conv"
      ),
      ("relu6", "stage2/block1/relu_2 has max_value none, re_lu_1 has 6.0"),
      ("epsilon", "stage2/block1/norm has epsilon 0.001, batch_normalization has 0.1"),
      ("average", "average (Average) stands behind average, where the network has head/norm"),
      ("permute", "zero_padding2d (ZeroPadding2D) reads permute, which the network does not"),
      ("valid-pool", "stem/maxPool has padding 0,1,0,1, max_pooling2d has 0,0,0,0"),
      (
        "average-pool",
        "average_pooling2d (AveragePooling2D) stands behind conv_initial, where the network has "
          + "stem/maxPool"
      ),
      ("relu-head", "head/logits has activation linear, logits has relu"),
      (
        "subclass",
        "re_lu_1 (ReLU) is a class of somebody's own, whose code no file holds; it runs "
          + "where an alias says that ReLU does what a class of Keras does"
      ),
    ])
  func words(_ change: String, _ words: String) throws {
    let file = try #require(
      Self.all.first { $0.change == change && $0.container == "keras3.keras" })
    let found = try Self.disagreement(with: file)?.words
    #expect(found == words)
  }
}

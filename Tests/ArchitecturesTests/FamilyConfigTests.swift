import Architectures
import Archives
import Binding
import Checkpoints
import Foundation
import Importing
import KerasConfigs
import Networks
import Tensors
import TestSupport
import Testing

/// The configs that Keras writes of the families of `keras.applications`, beside the same networks in Swift
/// (`Tools/fixtures/family_configs.py`, and those of `Tools/fixtures/layer_models.py`).
@Suite("A family in Swift is the one that Keras's configs describe")
struct FamilyConfigTests {
  /// A config, and the recipe whose network it describes.
  struct Variant: Sendable, CustomTestStringConvertible {
    let archive: String
    let entry: String
    let recipe: String
    /// All recipes of these names and shapes, this one among them.
    let fitting: [String]
    let hasHead: Bool

    var testDescription: String { entry }

    func text() throws -> String {
      let archive = try ZipArchive(reading: Fixtures.path(archive))
      let entry = try #require(archive.entry(entry))
      return String(decoding: try archive.content(of: entry, limit: 1 << 24), as: UTF8.self)
    }
  }

  /// `mobilenetv3small-0.75.keras3.notop.json`: the recipe, an alpha or a dialect, who wrote it.
  private static func variant(_ archive: String, _ entry: String) -> Variant? {
    let parts = entry.lowercased().split(separator: ".")
    guard let writer = parts.firstIndex(where: { ["keras3", "tfkeras"].contains($0) }) else {
      return nil
    }
    let words = parts[..<writer].joined(separator: ".").split(separator: "-").map(String.init)
    var name = words[0]
    if words.contains("minimalistic") { name += "-minimalistic" }
    guard !name.hasPrefix("resnet") else { return nil }
    let isOld = parts[writer] == "tfkeras"
    var dialect = "keras"
    if isOld, name.hasPrefix("mobilenetv3") || name.hasPrefix("densenet") { dialect = "keras2" }
    let isEfficient = name.hasPrefix("efficientnetb")
    if isEfficient, !words.contains("imagenet") { dialect = "scratch" }
    // What scales its images has the weights of what does not.
    let scales = ["mobilenetv3", "efficientnetv2", "convnext"].contains(where: name.hasPrefix)
    let own = dialect == "keras" ? name : "\(name):\(dialect)"
    let unscaled = dialect == "keras" ? "unscaled" : "\(dialect)-unscaled"
    let fitting =
      isEfficient
      ? [name, "\(name):scratch"] : scales ? [own, "\(name):\(unscaled)"] : [own]
    if words.contains("unscaled") { dialect = unscaled }
    return Variant(
      archive: archive, entry: entry, recipe: "\(name):\(dialect)",
      fitting: fitting,
      hasHead: !parts.contains("notop"))
  }

  static let all: [Variant] = {
    do {
      return try ["architectures/configs.zip", "configs/families.zip"].flatMap { path in
        let entries = try ZipArchive(reading: Fixtures.path(path)).entries
        return entries.compactMap { variant(path, $0.name) }
      }
    } catch {
      Issue.record("\(error)")
      return []
    }
  }()

  /// Binds the variant's network in Swift to a file with this config and the variant's weights.
  private func bind(_ variant: Variant, to config: String?, of original: String) throws {
    let checkpoint = try Checkpoint(describedBy: original, config: config)
    var recipe = try #require(ModelRecipe.pinned(variant.recipe)).fitted(to: checkpoint)
    recipe.hasHead = variant.hasHead
    let model = try #require(try KerasConfig(original).model)
    let image = try ImportedNetwork(model, ImportOptions()).graph.input
    _ = try recipe.graph(height: image.height, width: image.width)
      .bound(to: checkpoint, using: recipe.nameMap)
  }

  @Test("Both are one graph up to names", arguments: all)
  func same(_ variant: Variant) throws {
    let text = try variant.text()
    try bind(variant, to: text, of: text)
  }

  @Test(
    "A file of weights alone fits its recipe, and no others but those of the same names",
    arguments: all)
  func detected(_ variant: Variant) throws {
    let checkpoint = try Checkpoint(describedBy: variant.text(), config: nil)
    let recipes = ModelRecipe.catalog.map { variant.hasHead ? $0 : $0.withoutHead }
    let fitting = recipes.filter { $0.fits(checkpoint) }
    #expect(fitting.map(\.identifier) == variant.fitting)
    let recipe = try #require(ModelRecipe.pinned(variant.recipe))
    #expect(recipe.hasHead(in: checkpoint) == variant.hasHead)
  }

  @Test(
    "A file that numbers the layers of each class binds each to the weights that a file of names does",
    arguments: all)
  func numbered(_ variant: Variant) throws {
    let text = try variant.text()
    let named = try Checkpoint(describedBy: text, config: nil)
    let numbered = try Checkpoint(describedBy: text, config: nil, isNamed: false)
    let listed = try #require(ModelRecipe.catalog.first { $0.identifier == variant.fitting[0] })
    #expect((variant.hasHead ? listed : listed.withoutHead).fits(numbered))
    var recipe = try #require(ModelRecipe.pinned(variant.recipe)).fitted(to: numbered)
    recipe.hasHead = variant.hasHead
    let model = try #require(try KerasConfig(text).model)
    let image = try ImportedNetwork(model, ImportOptions()).graph.input
    let graph = try recipe.graph(height: image.height, width: image.width)
    _ = try graph.bound(to: numbered, using: recipe.nameMap)
    let places = LayerAssignment(graph, numbered, recipe.nameMap)
    let expected = LayerAssignment(graph, named, recipe.nameMap)
    for layer in graph.weightedLayers {
      #expect(places[layer.path]?.location == expected[layer.path]?.location)
    }
  }

  @Test("Every recipe of a family that Keras publishes is held to a config of it")
  func complete() {
    let held = Set(Self.all.flatMap { $0.fitting })
    let families = ["vgg", "mobilenet", "densenet", "xception", "efficientnet", "inception"]
    for identifier in ModelRecipe.catalog.map(\.identifier)
    where families.contains(where: identifier.hasPrefix) {
      #expect(held.contains(identifier) || identifier.hasSuffix(":keras2"), "\(identifier)")
    }
  }

  @Test(
    "One changed setting is the first difference",
    arguments: [
      ("vgg16.keras3", "\"activation\": \"relu\"", "\"activation\": \"elu\"", "function relu"),
      ("vgg19.tfkeras", "\"pool_size\": [2, 2]", "\"pool_size\": [3, 3]", "pool_size 2×2"),
      ("mobilenet-0.5.keras3", "\"max_value\": 6.0", "\"max_value\": 8.0", "max_value 6.0"),
      (
        "mobilenetv2-1.4.tfkeras", "\"padding\": [[1, 1], [1, 1]]", "\"padding\": [[0, 2], [0, 2]]",
        "padding 1,1,1,1"
      ),
      ("mobilenetv3large-1.0.keras3", "\"offset\": -1.0", "\"offset\": -2.0", "offset: -1.0"),
      (
        "mobilenetv3small-0.75.tfkeras", "\"y\": 3.0", "\"y\": 4.0",
        "where the network has stem/plus"
      ),
      ("densenet121.keras3", "\"epsilon\": 1.001e-05", "\"epsilon\": 0.001", "epsilon 1.001e-05"),
      ("xception.keras3", "\"strides\": [2, 2]", "\"strides\": [1, 1]", "strides 2×2"),
      (
        "efficientnetb0.keras3", "\"activation\": \"sigmoid\"", "\"activation\": \"tanh\"",
        "where the network has stage1/block1/squeeze/multiply"
      ),
      ("efficientnetv2b0.keras3", "0.485", "0.486", "normalization"),
      (
        "efficientnetv2s.tfkeras", "\"class_name\": \"Multiply\"", "\"class_name\": \"Add\"",
        "where the network has stage4/block1/squeeze/multiply"
      ),
      ("inceptionv3.tfkeras", "\"epsilon\": 0.001", "\"epsilon\": 0.002", "epsilon 0.001"),
      ("inceptionresnetv2.keras3", "\"scale\": 0.17", "\"scale\": 0.18", "0.17"),
      (
        "convnexttiny.keras3", "\"epsilon\": 1e-06", "\"epsilon\": 1e-05",
        "where the network has stem/norm"
      ),
      (
        "nasnetmobile.keras3", "\"class_name\": \"Add\"", "\"class_name\": \"Maximum\"",
        "(Maximum)"
      ),
    ])
  func changed(_ entry: String, _ from: String, _ to: String, _ words: String) throws {
    let variant = try #require(Self.all.first { $0.entry == "\(entry).json" }, "\(entry)")
    let text = try variant.text()
    let place = try #require(text.range(of: from), "\(entry) has no \(from)")
    let error = try #require(throws: BindingError.self) {
      try bind(variant, to: text.replacingCharacters(in: place, with: to), of: text)
    }
    #expect(error.missing.isEmpty && error.unused.isEmpty && error.mismatched.isEmpty)
    let told = try #require(error.disagreements.first?.words)
    #expect(told.contains(words), "\(told)")
  }

  @Test("EfficientNet's two recipes differ in what no weight shows, and a config tells them apart")
  func scratch() throws {
    let variant = try #require(Self.all.first { $0.entry == "efficientnetb0-imagenet.keras3.json" })
    let text = try variant.text()
    let checkpoint = try Checkpoint(describedBy: text, config: text)
    let fitting = ModelRecipe.catalog.filter { $0.fits(checkpoint) }
    #expect(fitting.map(\.identifier) == ["efficientnetb0"])
  }
}

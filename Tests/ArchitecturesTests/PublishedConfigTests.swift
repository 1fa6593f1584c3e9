import Architectures
import Archives
import Binding
import Checkpoints
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// The configs that Keras writes of its own ResNets, beside the same networks in Swift.
@Suite("A published network in Swift is the one that Keras's config describes")
struct PublishedConfigTests {
  static let networks = [("ResNet50", "resnet50"), ("ResNet50V2", "resnet50v2")]
  static let dialects = ["keras3.keras", "keras3.h5", "tfkeras.keras", "tfkeras.h5"]

  private func config(_ name: String, _ dialect: String) throws -> String {
    let archive = try ZipArchive(reading: Fixtures.path("architectures/configs.zip"))
    let entry = try #require(archive.entry("\(name).\(dialect).json"))
    return String(decoding: try archive.content(of: entry, limit: 1 << 24), as: UTF8.self)
  }

  /// The mission's networks and SqueezeNet, as Keras 3 and tf-keras write them.
  private func published(_ name: String) throws -> String {
    let archive = try ZipArchive(reading: Fixtures.path("configs/published.zip"))
    let entry = try #require(archive.entry("\(name).json"))
    return String(decoding: try archive.content(of: entry, limit: 1 << 24), as: UTF8.self)
  }

  static let written: [(String, String)] =
    [18, 34, 50, 101, 152, 200].flatMap { depth in
      ["keras3", "tfkeras"].map { ("preact-resnet\(depth)", $0) }
    } + [
      ("preact-resnet18", "keras3-channels-first"), ("squeezenet", "keras3"),
      ("squeezenet1.1", "keras3"),
    ]

  @Test("Networks of other publications are one graph with their configs", arguments: written)
  func sameAsWritten(_ name: String, _ dialect: String) throws {
    let text = try published("\(name).\(dialect)")
    try bind(
      name, to: text, of: text, side: 64,
      dialect.hasSuffix("first") ? .channelsFirst : .channelsLast)
  }

  @Test(
    "One changed setting of theirs is the first difference",
    arguments: [
      ("preact-resnet50.tfkeras", "\"epsilon\": 0.001", "\"epsilon\": 0.002", "epsilon 0.001"),
      (
        "preact-resnet200.keras3", "\"class_name\": \"Add\"", "\"class_name\": \"Average\"",
        "Average"
      ),
      ("preact-resnet18.tfkeras", "\"strides\": [2, 2]", "\"strides\": [1, 2]", "strides 2×2"),
      ("squeezenet.keras3", "\"pool_size\": [3, 3]", "\"pool_size\": [2, 2]", "pool_size 3×3"),
      (
        "squeezenet1.1.keras3", "\"max_value\": null", "\"max_value\": 6.0", "max_value none"
      ),
    ])
  func changedWritten(_ name: String, _ from: String, _ to: String, _ words: String) throws {
    let text = try published(name)
    let place = try #require(text.range(of: from), "\(name) has no \(from)")
    let other = text.replacingCharacters(in: place, with: to)
    let recipe = name.replacing(".keras3", with: "").replacing(".tfkeras", with: "")
    let error = try #require(throws: BindingError.self) {
      try bind(recipe, to: other, of: text, side: 64)
    }
    let told = try #require(error.disagreements.first?.words)
    #expect(told.contains(words), "\(told)")
  }

  /// Binds the network in Swift to a file with this config and weights of the right shapes.
  private func bind(
    _ recipeName: String, to config: String, of original: String, side: Int = 32,
    _ format: DataFormat = .channelsLast
  ) throws {
    let checkpoint = try Checkpoint(describedBy: original, config: config)
    let recipe = try #require(ModelRecipe.named(recipeName)).fitted(to: checkpoint)
    _ = try recipe.graph(height: side, width: side, dataFormat: format)
      .bound(to: checkpoint, using: recipe.nameMap)
  }

  @Test("Both are one graph up to names", arguments: networks, dialects)
  func same(_ network: (name: String, recipe: String), _ dialect: String) throws {
    let text = try config(network.name, dialect)
    try bind(network.recipe, to: text, of: text)
  }

  @Test(
    "One changed setting is the first difference, with both values",
    arguments: [
      ("\"epsilon\": 1.001e-05", "\"epsilon\": 0.001", "epsilon 1.001e-05"),
      ("\"strides\": [2, 2]", "\"strides\": [1, 1]", "strides 2×2"),
      ("\"padding\": [[3, 3], [3, 3]]", "\"padding\": [[2, 3], [2, 3]]", "padding 3,3,3,3"),
      ("\"activation\": \"relu\"", "\"activation\": \"elu\"", "function relu"),
      ("\"class_name\": \"Add\"", "\"class_name\": \"Maximum\"", "(Maximum)"),
      ("\"pool_size\": [3, 3]", "\"pool_size\": [2, 2]", "pool_size 3×3"),
    ], networks)
  func changed(
    _ change: (from: String, to: String, words: String), _ network: (name: String, recipe: String)
  ) throws {
    let text = try config(network.name, "tfkeras.h5")
    let place = try #require(text.range(of: change.from))
    let other = text.replacingCharacters(in: place, with: change.to)
    let error = try #require(throws: BindingError.self) {
      try bind(network.recipe, to: other, of: text)
    }
    let words = try #require(error.disagreements.first?.words)
    #expect(words.contains(change.words), "\(words)")
  }
}

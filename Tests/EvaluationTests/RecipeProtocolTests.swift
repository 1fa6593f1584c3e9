import Architectures
import Datasets
import Testing

@Suite("The images that a model's published weights expect")
struct RecipeProtocolTests {
  @Test(
    "Every recipe names a pipeline that exists", arguments: ModelRecipe.catalog.map(\.identifier))
  func exists(name: String) throws {
    let defaults = try #require(ModelRecipe.named(name)).protocolDefaults
    let normalization = try #require(PixelNormalization(rawValue: defaults.normalization))
    let preprocessing = try Preprocessing(
      preset: defaults.preset, resizeDim: defaults.inputSize, normalization: normalization)
    #expect(preprocessing.name == defaults.preset)
  }

  @Test(
    "TensorFlow's own models expect RGB minus means, and most of them have a background class",
    arguments: [
      ("resnet50:official", true), ("resnet101v2:official", true), ("resnet152:slim", false),
    ])
  func tensorFlow(name: String, hasBackground: Bool) throws {
    let recipe = try #require(ModelRecipe.named(name))
    #expect(recipe.protocolDefaults.preset == "tf-official")
    #expect(recipe.protocolDefaults.normalization == "rgb-means")
    #expect(recipe.hasBackgroundClass == hasBackground)
    #expect(recipe.publishedClasses == (hasBackground ? 1001 : 1000))
  }
}

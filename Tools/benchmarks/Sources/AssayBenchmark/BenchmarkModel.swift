import Assay
import ArgumentParser

/// A model of the catalog with weights that are nobody's: speed does not depend on their values as
/// long as every layer's output stays of a sane size.
struct BenchmarkModel {
  let recipe: ModelRecipe
  let bound: BoundGraph
  let preprocessing: Preprocessing

  var graph: Graph { bound.graph }

  /// - Throws: `ValidationError` for a name that is not in the catalog.
  init(named name: String, seed: UInt64) throws {
    guard let recipe = ModelRecipe.named(name) else {
      let known = ModelRecipe.names.joined(separator: ", ")
      throw ValidationError("no model is called \(name); there are \(known)")
    }
    let expected = recipe.protocolDefaults
    let graph = try recipe.graph(height: expected.inputSize, width: expected.inputSize)
    let sources = graph.parameters.map { ($0, Self.weights(of: $0, seed: seed)) }
    self.recipe = recipe
    bound = try BoundGraph(graph, sources: Dictionary(uniqueKeysWithValues: sources))
    preprocessing = try Preprocessing(
      preset: expected.preset, resizeDim: expected.inputSize,
      normalization: PixelNormalization(rawValue: expected.normalization) ?? .none)
  }

  /// Kernels are uniform with the variance 1 / inputs, batch norms close to the identity.
  ///
  /// That is half of the variance of He et al. (2015), so that the shortcuts outweigh the branches
  /// and 200 layers do not overflow.
  private static func weights(of parameter: Parameter, seed: UInt64) -> ParameterSource {
    let center: Float
    let radius: Float
    switch parameter.role {
    case .kernel, .depthwiseKernel, .pointwiseKernel, .recurrentKernel, .embeddings:
      let filters = parameter.shape.dimensions.last ?? 1
      center = 0
      radius = (3 * Float(filters) / Float(parameter.shape.elementCount)).squareRoot()
    case .gamma, .movingVariance, .variance, .scale, .gain, .weight, .concatScoreWeight:
      (center, radius) = (1, 0.1)
    case .bias, .beta, .movingMean, .mean, .alpha, .count, .positionalEmbedding, .tokens,
      .placeEmbedding, .classToken:
      (center, radius) = (0, 0.1)
    }
    return ParameterSource { buffer in
      var random = RandomNumbers(seed: seed, name: parameter.path)
      for index in buffer.indices {
        unsafe buffer[index] = center + radius * random.next()
      }
    }
  }

  /// A batch of `count` images of noise.
  func images(_ count: Int, seed: UInt64) -> Tensor {
    var random = RandomNumbers(seed: seed)
    // One image's worth of noise, each image from another place in it.
    let size = graph.input.elementCount
    let noise = (0..<size).map { _ in random.next() }
    let values = (0..<count).flatMap { image in
      let start = image * 7919 % size
      return noise[start...] + noise[..<start]
    }
    return Tensor(shape: graph.dataFormat.shape(of: graph.input, count: count), values: values)
  }
}

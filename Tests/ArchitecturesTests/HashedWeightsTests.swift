import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Weights by formula")
struct HashedWeightsTests {
  private struct Examples: Decodable {
    struct Weight: Decodable, Sendable {
      let key: String
      let shape: [Int]
      let first: [Float]
      let last: Float
    }

    let weights: [Weight]
  }

  @Test("The formula here is the formula that Keras's networks were filled with")
  func examples() throws {
    let examples = try JSONDecoder().decode(
      Examples.self, from: Fixtures.data("networks/formula.json"))
    #expect(examples.weights.count >= 6)
    for weight in examples.weights {
      let parts = weight.key.split(separator: "/").map(String.init)
      let values = HashedWeights.values(
        layer: parts[0], role: parts[1], shape: Shape(weight.shape))
      #expect(Array(values.prefix(4)) == weight.first)
      #expect(values.last == weight.last)
    }
  }
}

import Foundation
package import Networks
package import Tensors

/// One layer with its weights, apart from any network.
package struct LoneLayer {
  /// What it is.
  package var layer: any Layer
  /// Its weights, in Keras's order of axes.
  package var weights: [VariableRole: [Float]]

  /// Puts a layer together; `weights` has an array for everything that `layer` needs.
  package init(_ layer: any Layer, weights: [VariableRole: [Float]] = [:]) {
    self.layer = layer
    self.weights = weights
  }

  /// The first result for inputs of the given shapes, the batch first; `nil` where they do not fit, or where a
  /// weight has another number of values than the layer needs.
  package func output(of inputs: [Tensor]) -> Tensor? {
    let shapes = inputs.map { Shape(Array($0.shape.dimensions.dropFirst())) }
    guard let graph = try? Graph(calling: layer, on: shapes) else { return nil }
    let values = graph.parameters.map { weights[$0.role] ?? [] }
    guard zip(graph.parameters, values).allSatisfy({ $0.shape.elementCount == $1.count }) else {
      return nil
    }
    return try? ReferenceExecutor(graph, weights: values).trace(inputs).results[0]
  }
}

extension Double {
  /// `exp` of a float32, in double precision.
  static func exponential(of value: Float) -> Double { exp(Double(value)) }
}

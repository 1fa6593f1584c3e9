import Engine
import Networks
import Tensors

/// A guess at what one side did differently in a layer, and what would then come out.
struct Hypothesis {
  /// What the reference would have done.
  let claim: String
  /// The kind of guess; of one kind only the best is told.
  var kind: Kind?
  /// The error that is left if it did; `nil` if it cannot have done so.
  let error: () -> Double?

  /// Guesses that differ in a number.
  enum Kind {
    case padding
  }

  /// All guesses that make sense for the layer on the bench.
  static func all(for bench: LayerOnBench) -> [Hypothesis] {
    let own: [Hypothesis] =
      switch bench.layer.operation {
      case .convolution(let layer): convolution(layer, bench)
      case .batchNorm(let layer): batchNorm(layer, bench)
      case .maxPool(let layer): pool(layer, bench, maximum: true)
      case .averagePool(let layer): pool(layer, bench, maximum: false)
      case .zeroPadding(let edges): zeroPadding(edges, bench)
      case .dense(let layer): dense(layer, bench)
      case .flatten(let order):
        [
          guess(
            "the map was flattened in \(order == .channelsLast ? "C·H·W" : "H·W·C") order", bench
          ) {
            $0.operation = .flatten(order == .channelsLast ? .channelsFirst : .channelsLast)
          }
        ]
      case .add: sum(bench)
      case .input, .relu, .globalAveragePool, .concatenate, .softmax: []
      }
    return own + activation(bench)
  }

  /// A guess that is another layer, or other weights, on the same inputs.
  static func guess(
    _ claim: String, _ bench: LayerOnBench, kind: Kind? = nil,
    _ change: @escaping (inout ReferenceLayer) -> Void
  ) -> Hypothesis {
    Hypothesis(claim: claim, kind: kind) {
      var layer = bench.layer
      change(&layer)
      return bench.error(layer, bench.paddedInputs)
    }
  }

  /// A guess that is other inputs of the same layer.
  static func input(
    _ claim: String, _ bench: LayerOnBench, _ change: @escaping (Tensor) -> Tensor
  ) -> Hypothesis {
    Hypothesis(claim: claim) {
      bench.error(bench.layer, bench.inputs.map { change($0).padded(bench.zeros) })
    }
  }

  /// A guess that is something done to the result of the same layer.
  static func output(
    _ claim: String, _ bench: LayerOnBench, _ change: @escaping (Tensor) -> Tensor
  ) -> Hypothesis {
    Hypothesis(claim: claim) { bench.error(bench.layer, bench.paddedInputs, after: change) }
  }

  /// A ReLU before the layer or after it, where this network has none; or none where it has one.
  private static func activation(_ bench: LayerOnBench) -> [Hypothesis] {
    if bench.node.operation == .relu {
      return [
        Hypothesis(claim: "there is no ReLU here") { bench.error(of: bench.inputs[0]) }
      ]
    }
    return [
      output("a ReLU follows inside this layer", bench, \.rectified),
      input("a ReLU comes before this layer", bench, \.rectified),
    ]
  }

  private static func sum(_ bench: LayerOnBench) -> [Hypothesis] {
    bench.inputs.indices.flatMap { side -> [Hypothesis] in
      let place = side == 0 ? "first" : "second"
      return [
        Hypothesis(claim: "a ReLU comes before the \(place) operand") {
          var inputs = bench.inputs
          inputs[side] = inputs[side].rectified
          return bench.error(bench.layer, inputs)
        },
        Hypothesis(claim: "only the \(place) operand is passed on") {
          bench.error(of: bench.inputs[side])
        },
      ]
    }
  }
}

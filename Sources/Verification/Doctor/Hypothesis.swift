import Engine
import Layers
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
      switch bench.layer.layer {
      case let layer as Convolution where layer.windows.rank == 2: convolution(layer, bench)
      case let layer as BatchNormalization: batchNorm(layer, bench)
      case let layer as Pooling where layer.windows.rank == 2: pool(layer, bench)
      case let layer as ZeroPadding where layer.edges.count == 2: zeroPadding(layer, bench)
      case let layer as Dense: dense(layer, bench)
      case let layer as Flatten: flatten(layer, bench)
      case let layer as Merging where layer.arithmetic == .add: sum(bench)
      default: []
      }
    return own + activation(bench)
  }

  /// A guess that is another layer, or other weights, on the same inputs.
  static func guess(
    _ claim: String, _ bench: LayerOnBench, kind: Kind? = nil,
    _ change: @escaping (inout LoneLayer) -> Void
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
    if let relu = bench.node.layer as? ReLU, relu.function == .relu {
      return [
        Hypothesis(claim: "there is no ReLU here") { bench.error(of: bench.inputs[0]) }
      ]
    }
    return [
      output("a ReLU follows inside this layer", bench, \.rectified),
      input("a ReLU comes before this layer", bench, \.rectified),
    ]
  }

  private static func flatten(_ layer: Flatten, _ bench: LayerOnBench) -> [Hypothesis] {
    var other = layer
    other.readsChannelsFirst.toggle()
    let order = other.readsChannelsFirst ? "C·H·W" : "H·W·C"
    return [guess("the map was flattened in \(order) order", bench) { [other] in $0.layer = other }]
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

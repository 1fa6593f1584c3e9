import Engine
import Layers
import Networks
import Tensors

extension Hypothesis {
  /// The ε that exist in the wild: Keras's, keras.applications', TensorFlow's official, MXNet's,
  /// Keras 0's.
  private static let epsilons: [Float] = [1e-3, 1e-5, 1.001e-5, 2e-5, 1e-4, 1e-6, 1e-7, 0]

  static func batchNorm(
    _ layer: BatchNormalization, _ bench: LayerOnBench
  ) -> [Hypothesis] {
    var guesses = epsilons.filter { $0 != layer.epsilon }.map { epsilon in
      guess("epsilon is \(epsilon), not \(layer.epsilon)", bench) { changed in
        var layer = layer
        layer.epsilon = epsilon
        changed.layer = layer
      }
    }
    func swapped(_ claim: String, _ first: VariableRole, _ second: VariableRole) {
      guard let one = bench.layer.weights[first], let other = bench.layer.weights[second] else {
        return
      }
      guesses.append(
        guess(claim, bench) {
          $0.weights[first] = other
          $0.weights[second] = one
        })
    }
    swapped("gamma and beta are swapped", .gamma, .beta)
    swapped("moving mean and moving variance are swapped", .movingMean, .movingVariance)
    if bench.layer.weights[.gamma] != nil {
      guesses.append(guess("gamma is missing", bench) { $0.leaveOut(.gamma) })
    }
    if bench.layer.weights[.beta] != nil {
      guesses.append(guess("beta is missing", bench) { $0.leaveOut(.beta) })
    }
    guesses.append(
      guess("the variance is used as a standard deviation", bench) { changed in
        let variance = changed.weights[.movingVariance] ?? []
        changed.weights[.movingVariance] = variance.map { $0 * $0 }
      })
    return guesses
  }

  static func pool(_ layer: Pooling, _ bench: LayerOnBench) -> [Hypothesis] {
    let maximum = layer.reduction == .largest
    func padded(_ edges: EdgePadding) -> LoneLayer {
      var layer = layer
      layer.windows.edges = edges
      return LoneLayer(layer)
    }
    let edges = layer.windows.edges.adding(bench.zeros)
    guard edges != .none else { return [] }
    /// All the padding as zeros in front of the layer.
    func withZeros(_ claim: String, _ edges: EdgePadding, _ kind: Kind? = nil) -> Hypothesis {
      Hypothesis(claim: claim, kind: kind) {
        bench.error(padded(.none), bench.inputs.map { $0.padded(edges) })
      }
    }
    /// All the padding as places that take no part.
    func withoutPart(_ claim: String, _ edges: EdgePadding, _ kind: Kind? = nil) -> Hypothesis {
      Hypothesis(claim: claim, kind: kind) {
        let rows = max(edges.top, edges.bottom)
        let columns = max(edges.left, edges.right)
        // A window of padding alone has no largest value and no mean.
        guard rows < layer.windows.size[0], columns < layer.windows.size[1] else { return nil }
        return bench.error(padded(edges), bench.inputs)
      }
    }
    let offByOne = edges.onePixelOff.flatMap { moved in
      let words = "the padding is \(moved), not \(edges) (top, bottom, left, right): one pixel off"
      return [
        withZeros("\(words), with zeros", moved, .padding),
        withoutPart("\(words), without zeros", moved, .padding),
      ]
    }
    let other =
      bench.zeros == .none
      ? withZeros(
        maximum ? "padding counts as 0, not as −∞" : "padding counts as 0 in the mean", edges)
      : withoutPart(
        maximum ? "padding counts as −∞, not as 0" : "padding takes no part in the mean", edges)
    return [other] + offByOne
  }

  static func zeroPadding(_ layer: ZeroPadding, _ bench: LayerOnBench) -> [Hypothesis] {
    let edges = EdgePadding(layer.edges)
    return edges.onePixelOff.map { moved in
      guess(
        "the padding is \(moved), not \(edges) (top, bottom, left, right): one pixel off", bench,
        kind: .padding
      ) {
        $0.layer = ZeroPadding(moved.axes)
      }
    }
  }

  static func dense(_ layer: Dense, _ bench: LayerOnBench) -> [Hypothesis] {
    var guesses: [Hypothesis] = []
    let kernel = bench.layer.weights[.kernel] ?? []
    if let map = bench.flattened, map.elementCount * layer.units == kernel.count {
      guesses.append(
        guess("the rows lie in C·H·W order, as after flattening a channels_first map", bench) {
          $0.weights[.kernel] = kernel.rows(of: map, units: layer.units, fromChannelsFirst: true)
        })
      guesses.append(
        guess("the rows lie in H·W·C order, and are read as C·H·W", bench) {
          $0.weights[.kernel] = kernel.rows(of: map, units: layer.units, fromChannelsFirst: false)
        })
    }
    if kernel.count == layer.units * layer.units {
      guesses.append(
        guess("the kernel is transposed", bench) { changed in
          changed.weights[.kernel] = kernel.indices.map {
            kernel[$0 % layer.units * layer.units + $0 / layer.units]
          }
        })
    }
    guesses.append(output("the outputs are reversed", bench, \.withChannelsReversed))
    return guesses + bias(bench)
  }
}

extension [Float] {
  /// The rows of a dense kernel over a flattened map, brought from C·H·W order to H·W·C, or back.
  fileprivate func rows(of map: ImageShape, units: Int, fromChannelsFirst: Bool) -> [Float] {
    var result = self
    for y in 0..<map.height {
      for x in 0..<map.width {
        for c in 0..<map.channels {
          let last = (y * map.width + x) * map.channels + c
          let first = (c * map.height + y) * map.width + x
          let (source, target) = fromChannelsFirst ? (first, last) : (last, first)
          result.replaceSubrange(
            target * units..<(target + 1) * units,
            with: self[source * units..<(source + 1) * units])
        }
      }
    }
    return result
  }
}

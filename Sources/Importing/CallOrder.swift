import KerasConfigs

/// The calls of a functional model in an order in which each finds what it reads.
///
/// Calls are ordered, not layers: a layer that is shared may be called again far behind its first call.
struct CallOrder {
  /// One call.
  struct Step: Hashable {
    /// The place of the layer in the model.
    let layer: Int
    /// Which of its calls.
    let call: Int
  }

  private(set) var steps: [Step] = []

  /// Orders the calls that the model's outputs need.
  ///
  /// - Throws: ``ImportError`` for layers that read each other.
  init(_ model: KerasModel, _ path: [String]) throws(ImportError) {
    var places: [String: Int] = [:]
    for (place, layer) in model.layers.enumerated() { places[layer.name] = place }
    let given = Set(model.inputs.map { [$0.layer, "\($0.call)"] })
    func step(_ reference: TensorReference) -> Step? {
      guard !given.contains([reference.layer, "\(reference.call)"]),
        let place = places[reference.layer],
        model.layers[place].calls.indices.contains(reference.call)
      else { return nil }
      return Step(layer: place, call: reference.call)
    }
    // Depth first from the results, with a stack of its own: networks are deep.
    var state: [Step: Bool] = [:]
    for output in model.outputs {
      guard let root = step(output) else { continue }
      var stack = [root]
      while let top = stack.last {
        if state[top] == true {
          stack.removeLast()
          continue
        }
        let needed = model.layers[top.layer].calls[top.call].tensors.compactMap(step)
          .filter { state[$0] != true }
        if needed.isEmpty {
          state[top] = true
          steps.append(top)
          stack.removeLast()
          continue
        }
        guard state[top] == nil else {
          let names = model.layers[top.layer].name
          throw ImportError(
            layer: (path + [names]).joined(separator: "/"),
            className: model.layers[top.layer].className, problem: "reads what it gives itself",
            remedy: nil)
        }
        state[top] = false
        stack += needed.reversed()
      }
    }
  }
}

package import Networks

extension Graph {
  /// The layers with weights in the order of Keras's `model.layers`.
  ///
  /// Keras sorts layers by their distance from the output, deepest first, and layers of the same
  /// distance by when a depth-first search from the output meets them. `layer_names` of a legacy
  /// file, and the counters of the groups of a `.weights.h5`, follow this order, not that of
  /// creation (`map_graph` in `keras/src/ops/function.py`).
  package func kerasLayerOrder() -> [LayerSpan] {
    var visit: [LayerSpan.ID] = []
    var finished: [LayerSpan.ID] = []
    guard let last = layer(defining: output) ?? layers.last else { return [] }
    search(from: last.id, &visit, &finished)
    let visitIndex = Dictionary(uniqueKeysWithValues: zip(visit, visit.indices))

    var depth = Array(repeating: 0, count: layers.count)
    for id in finished.reversed() {
      for input in layers(before: layers[id]) {
        depth[input.id] = max(depth[input.id], depth[id] + 1)
      }
    }
    return visit.filter { !layers[$0].parameters.isEmpty }
      .sorted { left, right in
        (-depth[left], visitIndex[left, default: 0]) < (
          -depth[right], visitIndex[right, default: 0]
        )
      }
      .map { layers[$0] }
  }

  /// Depth-first search towards the input, with a stack of its own: networks are deep.
  private func search(
    from root: LayerSpan.ID, _ visit: inout [LayerSpan.ID], _ finished: inout [LayerSpan.ID]
  ) {
    var seen = Set([root])
    visit.append(root)
    var stack = [(layer: root, next: 0)]
    while let top = stack.last {
      let inputs = layers(before: layers[top.layer])
      guard top.next < inputs.count else {
        finished.append(top.layer)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].next += 1
      let input = inputs[top.next].id
      if seen.insert(input).inserted {
        visit.append(input)
        stack.append((input, 0))
      }
    }
  }
}

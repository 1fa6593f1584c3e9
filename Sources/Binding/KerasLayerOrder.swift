package import Networks

extension Graph {
  /// The nodes with weights in the order of Keras's `model.layers`.
  ///
  /// Keras sorts layers by their distance from the output, deepest first, and layers of the same
  /// distance by when a depth-first search from the output meets them. `layer_names` of a legacy
  /// file, and the counters of the groups of a `.weights.h5`, follow this order, not that of
  /// creation (`map_graph` in `keras/src/ops/function.py`).
  package func kerasLayerOrder() -> [Node] {
    var visit: [Node.ID] = []
    var finished: [Node.ID] = []
    search(from: output, &visit, &finished)
    let visitIndex = Dictionary(uniqueKeysWithValues: zip(visit, visit.indices))

    var depth = Array(repeating: 0, count: nodes.count)
    for id in finished.reversed() {
      for input in self[id].inputs { depth[input] = max(depth[input], depth[id] + 1) }
    }
    return visit.filter { !self[$0].parameters.isEmpty }
      .sorted { left, right in
        (-depth[left], visitIndex[left, default: 0]) < (
          -depth[right], visitIndex[right, default: 0]
        )
      }
      .map { self[$0] }
  }

  /// Depth-first search towards the input, with a stack of its own: networks are deep.
  private func search(from root: Node.ID, _ visit: inout [Node.ID], _ finished: inout [Node.ID]) {
    var seen = Set([root])
    visit.append(root)
    var stack = [(node: root, next: 0)]
    while let top = stack.last {
      let inputs = self[top.node].inputs
      guard top.next < inputs.count else {
        finished.append(top.node)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].next += 1
      let input = inputs[top.next]
      if seen.insert(input).inserted {
        visit.append(input)
        stack.append((input, 0))
      }
    }
  }
}

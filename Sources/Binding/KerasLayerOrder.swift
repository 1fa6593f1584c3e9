package import Networks

extension Graph {
  /// The layers with weights in the order of Keras's `model.layers`.
  ///
  /// `layer_names` of a legacy file, and the counters of the groups of a `.weights.h5`, follow this order, not that
  /// of creation.
  package func kerasLayerOrder() -> [LayerSpan] {
    kerasModelOrder().filter { !$0.parameters.isEmpty }
  }

  /// The layers that the results need, each once, in the order of Keras's `model.layers`.
  ///
  /// Keras sorts layers by their distance from the output, deepest first, and layers of the same
  /// distance by when a depth-first search from the output meets them (`map_graph` in
  /// `keras/src/ops/function.py`). A layer that is called several times is as deep as its deepest call, and so is
  /// each call that Keras comes to after that one.
  package func kerasModelOrder() -> [LayerSpan] {
    var visit: [LayerSpan.ID] = []
    var finished: [LayerSpan.ID] = []
    var seen: Set<LayerSpan.ID> = []
    let roots = ends.compactMap { layer(defining: $0.value)?.id }
    for root in roots.isEmpty ? layers.suffix(1).map(\.id) : roots where !seen.contains(root) {
      search(from: root, &seen, &visit, &finished)
    }
    var callDepth = Array(repeating: 0, count: layers.count)
    var depth: [String: Int] = [:]
    for id in finished.reversed() {
      let own = max(callDepth[id], depth[layers[id].path, default: 0])
      depth[layers[id].path] = own
      for input in layers(before: layers[id]) {
        callDepth[input.id] = max(callDepth[input.id], own + 1)
      }
    }
    var met: Set<String> = []
    let first = visit.map { layers[$0] }.filter { met.insert($0.path).inserted }
    return first.enumerated().sorted { left, right in
      let (one, other) = (depth[left.element.path] ?? 0, depth[right.element.path] ?? 0)
      return (-one, left.offset) < (-other, right.offset)
    }.map(\.element)
  }

  /// Depth-first search towards the input, with a stack of its own: networks are deep.
  private func search(
    from root: LayerSpan.ID, _ seen: inout Set<LayerSpan.ID>, _ visit: inout [LayerSpan.ID],
    _ finished: inout [LayerSpan.ID]
  ) {
    seen.insert(root)
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

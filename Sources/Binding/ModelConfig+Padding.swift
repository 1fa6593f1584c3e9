import Networks
import Tensors

// Padding leaves no trace in the weights. A network has it in the layer itself or as a layer of zeros
// before, and `same` depends on the size of the map: what is compared is the rows and columns that
// result.
extension ModelConfig {
  /// The rows and columns around the map that a convolution reads.
  func padding(
    of convolution: LayerOperation.Convolution, at node: Node, in graph: Graph, path: String
  ) -> Comparison {
    let (zeros, source) = graph.zeros(before: node)
    let window = Window(
      extent: convolution.kernel, strides: convolution.strides, dilation: convolution.dilation)
    return (
      "padding", "\(zeros + convolution.padding)",
      file(path, window, of: source).map { "\($0.zeros + $0.padding)" }
    )
  }

  /// The pooling between a layer and the weights before it; `nil` if neither network nor file has one.
  func pool(before node: Node, in graph: Graph, path: String) -> Comparison? {
    guard let file = pool(before: path) else { return nil }
    guard let (name, pooling, pool) = graph.pool(before: node) else {
      return file.description.map { ("pooling", "none", $0) }
    }
    let (zeros, source) = graph.zeros(before: pool)
    let window = Window(extent: pooling.window, strides: pooling.strides, dilation: 1)
    let network = PoolDescription(
      name: name, window: window, zeros: zeros, padding: pooling.padding)
    guard let path = file.path else { return ("pooling", "\(network)", "none") }
    guard let settings = layers[path]?.settings, let extent = Self.pair(settings["pool_size"]),
      let strides = Self.pair(settings["strides"])
    else { return nil }
    let described = Window(extent: extent, strides: strides, dilation: 1)
    guard let found = self.file(path, described, of: source) else { return nil }
    let other = PoolDescription(
      name: layers[path]?.className ?? "", window: described, zeros: found.zeros,
      padding: found.padding)
    return ("pooling", "\(network)", "\(other)")
  }

  /// What slides over a map.
  private struct Window {
    let extent: Extent
    let strides: Extent
    let dilation: Extent
  }

  /// A pooling layer in one line; zeros take part in a maximum, padding does not.
  private struct PoolDescription: CustomStringConvertible {
    let name: String
    let window: Window
    let zeros: EdgePadding
    let padding: EdgePadding

    var description: String {
      "\(name) \(window.extent) by \(window.strides), zeros \(zeros), padding \(padding)"
    }
  }

  /// What lies around a map of our own graph, `source`, where the file's layer at `path` reads it.
  ///
  /// Zeros of a layer before, and the layer's own padding; `nil` where the file has something else
  /// there.
  private func file(
    _ path: String, _ window: Window, of source: Node
  ) -> (zeros: EdgePadding, padding: EdgePadding)? {
    guard let layer = layers[path], let rule = layer.settings["padding"] as? String,
      let inputs = layer.inputs, inputs.count <= 1, case .map(let map) = source.shape
    else { return nil }
    var zeros = EdgePadding.none
    if let input = inputs.first.flatMap({ layers[$0] }) {
      guard Self.isKnown(input) else { return nil }
      if input.className == "ZeroPadding2D" {
        guard let sides = input.settings["padding"] as? [[Int]],
          sides.count == 2, sides.allSatisfy({ $0.count == 2 })
        else { return nil }
        zeros = EdgePadding(
          top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1])
      }
    }
    guard rule == "same" else { return rule == "valid" ? (zeros, .none) : nil }
    let size = Extent(
      height: map.height + zeros.top + zeros.bottom, width: map.width + zeros.left + zeros.right)
    let edges = Padding.same.edges(
      size: size, window: window.extent, strides: window.strides, dilation: window.dilation)
    return (zeros, edges)
  }

  /// The pooling layer of the file before the layer at `path`: a path without one, or `nil` where the
  /// way leads through something unknown, or to several layers.
  private func pool(before path: String) -> (path: String?, description: String?)? {
    var place = path
    // No way through a config is longer than the config.
    for _ in layers.indices {
      guard let inputs = layers[place]?.inputs, inputs.count == 1,
        let input = layers[inputs[0]], Self.isKnown(input)
      else { return nil }
      place = inputs[0]
      switch input.className {
      case "MaxPooling2D", "AveragePooling2D": return (place, "\(input.className) (\(place))")
      case "ZeroPadding2D", "ReLU", "Activation": continue
      default: return (nil, nil)
      }
    }
    return nil
  }

  /// Whether it is sure what a layer does to the edges of a map: an operation of TensorFlow may pad.
  private static func isKnown(_ layer: Layer) -> Bool {
    [
      "InputLayer", "Conv2D", "BatchNormalization", "ReLU", "Activation", "MaxPooling2D",
      "AveragePooling2D", "ZeroPadding2D", "Add", "Concatenate", "Dropout",
    ].contains(layer.className)
  }
}

extension Graph {
  /// The zeros that a layer before `node` puts around the map, and the node that has the map itself.
  fileprivate func zeros(before node: Node) -> (zeros: EdgePadding, source: Node) {
    guard let input = node.inputs.first else { return (.none, node) }
    guard case .zeroPadding(let edges) = self[input].operation,
      let source = self[input].inputs.first
    else { return (.none, self[input]) }
    return (edges, self[source])
  }

  /// The pooling between `node` and the weights before it.
  fileprivate func pool(
    before node: Node
  ) -> (name: String, pooling: LayerOperation.Pooling, node: Node)? {
    var place = node
    while place.inputs.count == 1 {
      place = self[place.inputs[0]]
      switch place.operation {
      case .maxPool(let pooling), .averagePool(let pooling):
        return (place.operation.kerasClass, pooling, place)
      case .zeroPadding, .relu: continue
      default: return nil
      }
    }
    return nil
  }
}

extension EdgePadding {
  /// One padding around the other.
  fileprivate static func + (left: EdgePadding, right: EdgePadding) -> EdgePadding {
    EdgePadding(
      top: left.top + right.top, bottom: left.bottom + right.bottom, left: left.left + right.left,
      right: left.right + right.right)
  }
}

public import Networks
import Tensors

extension LayerSpan {
  /// What tells this layer from another of its class, for tables: `3×3 stride 2×2 pad 0,1,0,1`.
  public func details(in graph: Graph) -> String {
    let input = inputs.first.map { graph[$0].shape.dimensions } ?? []
    var words: [String]
    switch layer {
    case let layer as Convolution:
      words = [layer.windows.words(on: input)]
      if layer.groups != 1 { words.append("groups \(layer.groups)") }
      if !layer.hasBias { words.append("no bias") }
    case let layer as DepthwiseConvolution:
      words = [layer.windows.words(on: input), layer.hasBias ? "" : "no bias"]
    case let layer as SeparableConvolution:
      words = [layer.windows.words(on: input), layer.hasBias ? "" : "no bias"]
    case let layer as TransposedConvolution:
      words = [layer.windows.words(on: []), layer.hasBias ? "" : "no bias"]
    case let layer as Pooling:
      words = [layer.windows.words(on: input, alwaysStrides: true)]
    case let layer as BatchNormalization: words = ["ε \(layer.epsilon)"]
    case let layer as LayerNormalization: words = ["ε \(layer.epsilon)"]
    case let layer as GroupNormalization:
      words = [
        layer.groups == -1 ? "each channel" : "\(layer.groups) groups", "ε \(layer.epsilon)",
      ]
    case let layer as RMSNormalization: words = ["ε \(layer.epsilon)"]
    case let layer as MultiHeadAttention:
      words = ["\(layer.heads) heads of \(layer.keyLength)"]
    case let layer as EinsumDense: words = [layer.equation]
    case let layer as ZeroPadding:
      words = [layer.edges.map { "\($0.before),\($0.after)" }.joined(separator: ",")]
    default: words = []
    }
    if !(layer is Activation), let name = layer.activation { words.append(name) }
    if let activation = layer as? Activation { words.append(activation.name) }
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension WindowSettings {
  /// Extents, strides, dilation and padding, as far as they are not the usual ones.
  fileprivate func words(on input: [Int], alwaysStrides: Bool = false) -> String {
    func extents(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "×") }
    var words = [extents(size)]
    if alwaysStrides || strides.contains(where: { $0 != 1 }) {
      words.append("stride \(extents(strides))")
    }
    if dilation.contains(where: { $0 != 1 }) { words.append("dilation \(extents(dilation))") }
    var extents = input
    if dataFormat == .channelsFirst, input.count == rank + 1 {
      extents = Array(input.dropFirst()) + [input[0]]
    }
    let edges = windows(on: extents).padding
    if edges.contains(where: { $0 != .none }) {
      words.append("pad " + edges.map { "\($0.before),\($0.after)" }.joined(separator: ","))
    }
    return words.joined(separator: " ")
  }
}

import Engine
import Layers
import Networks
import Tensors

/// One layer of the candidate, fed with what the reference fed to the same layer.
///
/// Only the image with the worst value is looked at. Inputs are the reference's where it keeps them
/// whole, else the candidate's, which agree up to here. Padding in front of the layer is a part of
/// it, whether it is a layer of its own or not.
struct LayerOnBench {
  let node: LayerSpan
  /// The layer with its weights, padding absorbed where it can be.
  let layer: LoneLayer
  /// What it reads, one image each, N·H·W·C or N·C, behind any padding.
  let inputs: [Tensor]
  /// Zeros around the input that the layer cannot absorb, as before a max-pool.
  let zeros: EdgePadding
  /// The shape of the map that was flattened into the row that it reads, if it was.
  let flattened: ImageShape?
  /// Whether it reads the images.
  let readsImages: Bool
  /// The strides of other convolutions of the same block.
  let neighbouringStrides: [Extent]
  /// The places and values of the reference's result that are known, for this image.
  private let expected: [(place: Int, value: Float)]
  /// The shape of the reference's result for one image.
  let expectedShape: Shape

  /// Puts the layer of `comparison` on the bench; `nil` where too little is known of it.
  init?(
    _ comparison: LayerComparison, of recording: Golden, bound: BoundGraph, reference: Golden,
    pairs: [String: String]
  ) throws {
    let graph = bound.graph
    guard let node = graph.layers.first(where: { $0.path == comparison.name }),
      let layer = reference.layer(comparison.referenceName),
      let wanted = try reference.record(of: layer), wanted.shape.rank > 1
    else { return nil }
    let image = comparison.worstPosition.first ?? 0
    self.node = node
    expectedShape = Shape(Array(wanted.shape.dimensions.dropFirst()))
    expected = wanted.values(ofImage: image)
    var values: [Tensor] = []
    var edges = EdgePadding.none
    var isFirst = false
    for var input in graph.layers(before: node) {
      while let padding = input.layer as? ZeroPadding, padding.edges.count == 2,
        !padding.isCropping, let before = graph.layers(before: input).first
      {
        edges = edges.adding(EdgePadding(padding.edges))
        input = before
      }
      let port = graph.inputs.firstIndex { $0.value == input.output }
      guard let value = try Self.value(of: input, port, image, recording, reference, pairs)
      else { return nil }
      values.append(value)
      isFirst = isFirst || input.layer is InputLayer
    }
    inputs = values
    readsImages = isFirst
    let weights = try node.parameters.map { ($0.role, try bound.values(of: $0)) }
    let resolved = node.layer.withEdges(on: node.inputs.first.map { graph[$0].shape }, in: edges)
    self.layer = LoneLayer(
      resolved.layer, weights: Dictionary(weights, uniquingKeysWith: { first, _ in first }))
    zeros = resolved.absorbed ? .none : edges
    flattened = Self.flattened(before: node, in: graph)
    neighbouringStrides = graph.strides(near: node)
  }

  /// One image of what a layer reads, an input of the graph or another layer's result: of the reference where it is
  /// whole there.
  private static func value(
    of input: LayerSpan, _ port: Int?, _ image: Int, _ recording: Golden, _ reference: Golden,
    _ pairs: [String: String]
  ) throws -> Tensor? {
    func slice(_ record: ActivationRecord?) -> Tensor? {
      guard case .whole(let tensor) = record, image < tensor.count else { return nil }
      return Tensor(
        shape: Shape([1] + tensor.shape.dimensions.dropFirst()), values: Array(tensor.row(image)))
    }
    if let port { return try recording.inputs().flatMap { slice(.whole($0[port])) } }
    if let name = pairs[input.path], let layer = reference.layer(name),
      let value = slice(try reference.record(of: layer))
    {
      return value
    }
    return try recording.layer(input.path).flatMap { slice(try recording.record(of: $0)) }
  }

  /// The map whose values a dense layer reads in a row.
  private static func flattened(before node: LayerSpan, in graph: Graph) -> ImageShape? {
    guard node.layer is Dense else { return nil }
    var input = graph.layers(before: node).first
    while let layer = input, layer.inputs.count == 1 {
      let shape = graph[layer.inputs[0]].shape
      if layer.layer is Flatten, shape.rank == 3 {
        return ImageShape(height: shape[0], width: shape[1], channels: shape[2])
      }
      guard layer.layer is ReLU else { return nil }
      input = graph.layers(before: layer).first
    }
    return nil
  }

  /// The largest difference from the reference that `layer` leaves when it reads `inputs`; `nil` if
  /// its result has another shape, or it cannot read them.
  func error(_ layer: LoneLayer, _ inputs: [Tensor], after: (Tensor) -> Tensor = { $0 })
    -> Double?
  {
    guard let result = layer.output(of: inputs), result.ofOneImage == expectedShape else {
      return nil
    }
    return error(of: after(result))
  }

  /// The largest difference of a result from what is known of the reference's.
  func error(of result: Tensor) -> Double {
    expected.reduce(0) { worst, known in
      let difference = abs(Double(result.values[known.place]) - Double(known.value))
      return difference.isNaN ? .infinity : max(worst, difference)
    }
  }

  /// The differences of a result from the reference, channel by channel.
  func differences(of result: Tensor) -> [[Double]] {
    let channels = expectedShape.dimensions.last ?? 1
    var differences = [[Double]](repeating: [], count: channels)
    for known in expected {
      differences[known.place % channels].append(
        Double(known.value) - Double(result.values[known.place]))
    }
    return differences
  }

  /// The largest magnitude that is known of the reference's result.
  var scale: Float { expected.map { abs($0.value) }.max() ?? 0 }

  /// What the unchanged layer reads: its inputs, zeros around them where it cannot absorb these.
  var paddedInputs: [Tensor] { inputs.map { $0.padded(zeros) } }
}

extension Golden {
  /// The layer of this name.
  func layer(_ name: String) -> GoldenManifest.Layer? {
    manifest.layers.first { $0.name == name }
  }
}

extension ActivationRecord {
  /// The places within one image, and the values there, that are known.
  fileprivate func values(ofImage image: Int) -> [(place: Int, value: Float)] {
    let length = shape.elementCount / max(shape.rank > 0 ? shape[0] : 1, 1)
    switch self {
    case .whole(let tensor): return Array(zip(0..., tensor.row(image)))
    case .sampled(let samples):
      return zip(SampledActivation.positions(among: shape.elementCount), samples.values)
        .filter { $0.0 / length == image }
        .map { ($0.0 % length, $0.1) }
    }
  }
}

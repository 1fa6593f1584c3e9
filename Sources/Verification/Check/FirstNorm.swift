import Engine
package import Networks
package import Tensors

/// The first batch norm of a network, whose moving statistics tell what the network's input was in training.
///
/// Between it and the input lie few layers and no other batch norm: how images are normalised shows in what it
/// reads. It is the only evidence of that which most files hold.
package struct FirstNorm {
  /// The path of the batch norm.
  package let path: String
  private let bound: BoundGraph
  private let epsilon: Double
  private let file: ChannelStatistics
  private let axis: Int

  /// Finds it; `nil` where the network has none.
  package init?(of whole: BoundGraph) throws {
    guard let span = whole.graph.layers.first(where: \.isBatchNorm), let input = span.inputs.first
    else { return nil }
    let norms = span.nodes.compactMap {
      if case .batchNormalize(let norm) = whole.graph[$0].primitive { norm } else { nil }
    }
    guard let norm = norms.first else { return nil }
    path = span.path
    (axis, epsilon) = (norm.axis, Double(norm.epsilon))
    file = ChannelStatistics(try LayerWeights(span, in: whole))
    bound = whole.ending(in: input)
  }

  /// How far the statistics of images are from the file's: 0 for the same, 1 for those of something else.
  ///
  /// - Parameter images: The input of the network, N images.
  /// - Throws: ``EngineError``, or what reading a weight throws.
  package func misfit(of images: Tensor) throws -> Double {
    let values = try ReadingPlan(bound, images).values
    let extents = bound.graph[bound.graph.output].shape.dimensions
    let rows = Self.channelsLast(values, [images.count] + extents, axis: axis + 1)
    let measured = ChannelStatistics(
      ChannelMoments(of: rows, channels: file.means.count, images: images.count))
    return measured.misfit(to: file, epsilon: epsilon)
  }

  /// The values with one axis moved to the end.
  private static func channelsLast(_ values: [Float], _ extents: [Int], axis: Int) -> [Float] {
    let after = extents[(axis + 1)...].reduce(1, *)
    guard after > 1 else { return values }
    let channels = extents[axis]
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for before in 0..<values.count / (channels * after) {
      for place in 0..<after {
        for channel in 0..<channels {
          result.append(values[(before * channels + channel) * after + place])
        }
      }
    }
    return result
  }
}

/// What a network up to its first batch norm gives.
private struct ReadingPlan {
  let values: [Float]

  init(_ bound: BoundGraph, _ images: Tensor) throws {
    // A batch norm right behind the input reads the images themselves.
    guard bound.graph.output != bound.graph.inputs[0].value else {
      values = images.values
      return
    }
    let plan = try Plan(compiling: bound, batch: min(8, images.count))
    values = try plan.run(images).values
  }
}

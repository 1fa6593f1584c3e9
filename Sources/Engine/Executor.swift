public import Networks
public import Tensors

/// Runs a bound network on batches of images.
///
/// Two conformers: ``ReferenceExecutor`` is written as in the papers and is the oracle; ``Plan`` is
/// fast. Whatever conforms must pass the same suite of layers.
public protocol Executor: Sendable {
  /// The result for a batch of images, laid out in the graph's data format.
  ///
  /// - Returns: One row a image: `N × classes` for a classifier.
  /// - Throws: ``EngineError`` when the images do not have the graph's input shape.
  func run(_ images: Tensor) throws -> Tensor

  /// The result, and the values of the nodes that this executor was told to tap.
  ///
  /// - Throws: As ``run(_:)``.
  func trace(_ images: Tensor) throws -> Trace
}

/// What a network computed for some images: its result, and what passed by on the way.
public struct Trace: Sendable {
  /// The result, as of ``Executor/run(_:)``.
  public let result: Tensor
  /// The values of the tapped nodes: a map as N·H·W·C whatever the graph's data format, a row as N·C.
  public let values: [Node.ID: Tensor]
}

/// Where batch normalisation takes its mean and variance from.
public enum BatchStatistics: Sendable, Hashable {
  /// From the weights: inference (Keras `training=False`).
  case moving
  /// From the batch itself, the variance biased (Keras `training=True`).
  case ofBatch
}

/// Why a network could not be compiled or run.
public struct EngineError: Error, Hashable, CustomStringConvertible {
  /// What is wrong, with the layer's path or the shapes.
  public let description: String

  /// Whether a calibration is to blame, which somebody gave, and not the engine.
  package let isOfCalibration: Bool

  init(_ description: String, isOfCalibration: Bool = false) {
    self.description = description
    self.isOfCalibration = isOfCalibration
  }
}

extension Graph {
  /// The number of images in `tensor`, which must be a batch of this graph's input.
  func imageCount(in tensor: Tensor) throws(EngineError) -> Int {
    guard let image = dataFormat.image(in: tensor.shape), image == input else {
      let expected = dataFormat.shape(of: input, count: 1).dimensions.dropFirst()
      throw EngineError(
        "the network reads N×\(Shape(Array(expected))) (\(dataFormat.rawValue)), not \(tensor.shape)"
      )
    }
    return tensor.count
  }

  /// The shape of the result for `count` images.
  func outputShape(count: Int) -> Shape {
    shape(of: output, count: count, format: dataFormat)
  }

  /// The shape of a node's value for `count` images, as it lies in `format`.
  func shape(of node: Node.ID, count: Int, format: DataFormat = .channelsLast) -> Shape {
    switch self[node].shape {
    case .map(let image): format.shape(of: image, count: count)
    case .vector(let length): [count, length]
    }
  }
}

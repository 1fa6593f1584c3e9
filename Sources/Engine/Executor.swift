public import Networks
public import Tensors

/// Runs a bound network on batches.
///
/// Two conformers: ``ReferenceExecutor`` is written as in the papers and is the oracle; ``Plan`` is
/// fast. Whatever conforms must pass the same suite of layers.
public protocol Executor: Sendable {
  /// The results for a batch of each of the graph's inputs, and the values that this executor was told to tap.
  ///
  /// - Throws: ``EngineError`` when the tensors do not have the graph's input shapes.
  func trace(_ inputs: [Tensor]) throws -> Trace
}

extension Executor {
  /// The first result for a batch of images, laid out in the graph's data format.
  ///
  /// - Returns: One row an image: `N × classes` for a classifier.
  /// - Throws: ``EngineError`` when the images do not have the graph's input shape.
  public func run(_ images: Tensor) throws -> Tensor { try trace(images).result }

  /// The same with the values that this executor was told to tap.
  ///
  /// - Throws: As ``run(_:)``.
  public func trace(_ images: Tensor) throws -> Trace { try trace([images]) }
}

/// What a network computed for some images: its results, and what passed by on the way.
public struct Trace: Sendable {
  /// The results, in the order of the graph's outputs.
  public let results: [Tensor]
  /// The values of the tapped nodes, the batch first.
  public let values: [Node.ID: Tensor]

  /// The first result.
  public var result: Tensor { results[0] }
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
  /// The number of images in tensors that must be batches of this graph's inputs.
  func count(of tensors: [Tensor]) throws(EngineError) -> Int {
    guard tensors.count == inputs.count else {
      throw EngineError("the network reads \(inputs.count) tensors, not \(tensors.count)")
    }
    let counts = Set(tensors.map(\.count))
    for (port, tensor) in zip(inputs, tensors) {
      let wanted = self[port.value].shape.dimensions
      guard tensor.shape.rank == wanted.count + 1,
        Array(tensor.shape.dimensions.dropFirst()) == wanted
      else {
        let format = wanted.count == 3 ? " (\(dataFormat.rawValue))" : ""
        throw EngineError(
          "the network reads N×\(Shape(wanted))\(format), not \(tensor.shape)")
      }
    }
    guard counts.count == 1, let count = counts.first else {
      throw EngineError("its inputs are of \(counts.sorted()) images")
    }
    return count
  }

  /// The shape of a value for `count` images.
  package func shape(of value: Node.ID, count: Int) -> Shape {
    Shape([count] + self[value].shape.dimensions)
  }
}

import Tensors

/// A way to read one parameter's values: the engine asks for numbers and never learns whence.
@safe public struct ParameterSource: Sendable {
  /// Fills the buffer, which has exactly the parameter's number of elements.
  package let fill: @Sendable (UnsafeMutableBufferPointer<Float>) throws -> Void

  /// Creates a source from a closure that fills a buffer of exactly the parameter's elements.
  @safe public init(
    filling fill: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) {
    unsafe self.fill = fill
  }

  /// Creates a source that holds its values, in Keras's order.
  public init(_ values: [Float]) {
    self.init { buffer in
      precondition(
        buffer.count == values.count, "\(values.count) values for a buffer of \(buffer.count)")
      _ = unsafe buffer.update(fromContentsOf: values)
    }
  }
}

/// A graph of which every parameter has a source; an incomplete one cannot exist.
public struct BoundGraph: Sendable {
  /// The network.
  public let graph: Graph
  private let sources: [Parameter: ParameterSource]

  /// Joins a graph with its weights.
  ///
  /// - Throws: ``IncompleteBinding`` with all parameters that have no source.
  public init(_ graph: Graph, sources: [Parameter: ParameterSource]) throws(IncompleteBinding) {
    let missing = graph.parameters.filter { sources[$0] == nil }
    guard missing.isEmpty else { throw IncompleteBinding(missing: missing) }
    self.graph = graph
    self.sources = sources
  }

  /// The network up to a value, with the same weights.
  package func ending(in value: Node.ID) -> BoundGraph {
    BoundGraph(unchecked: graph.ending(in: value), sources)
  }

  private init(unchecked graph: Graph, _ sources: [Parameter: ParameterSource]) {
    self.graph = graph
    self.sources = sources
  }

  /// Reads the values of `parameter`, in Keras's order, straight into an array.
  public func values(of parameter: Parameter) throws -> [Float] {
    let count = parameter.shape.elementCount
    return try unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      try unsafe read(parameter, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// Reads the values of `parameter`, in Keras's order, into memory that has room for just them.
  package func read(
    _ parameter: Parameter, into buffer: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard let source = sources[parameter] else {
      preconditionFailure("\(parameter.path) is not a parameter of this graph")
    }
    precondition(buffer.count == parameter.shape.elementCount, parameter.path)
    try unsafe source.fill(buffer)
  }
}

/// Which parameters of a graph have no weights.
public struct IncompleteBinding: Error, Hashable, CustomStringConvertible {
  /// All parameters without a source, in the graph's order.
  public let missing: [Parameter]

  package init(missing: [Parameter]) { self.missing = missing }

  /// The paths of all of them.
  public var description: String {
    "no weights for " + missing.map(\.path).joined(separator: ", ")
  }
}

public import Tensors

/// A layer of Keras: its settings, its variables, and what it does to signals.
///
/// It only wires: what shapes come out, primitives know. Layers of a user's own conform too.
public protocol Layer: Sendable, Hashable {
  /// The class that Keras writes into a config: `Conv2D`.
  var kerasClass: String { get }
  /// The name of an activation with which it ends, where Keras has that as one of its settings.
  var activation: String? { get }

  /// Adds what the layer computes.
  ///
  /// - Parameters:
  ///   - inputs: What it reads.
  ///   - variables: Where it gets its weights; it asks for them in Keras's order.
  func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal]
}

extension Layer {
  /// No activation, as most layers.
  public var activation: String? { nil }
}

/// A piece of a network: what it does to a signal, and nothing about where it stands.
public protocol Block: Sendable {
  /// Adds this block to the network after `x`.
  func callAsFunction(_ x: Signal) -> Signal
}

/// The weights of one layer while it is wired; a layer that is called again gets the same ones.
public struct Variables {
  let tracer: Tracer
  let path: String
  /// What files call the part whose weights these are, of a layer that has layers inside.
  var part: [String] = []

  /// The weight of the given role.
  ///
  /// - Parameters:
  ///   - role: What it is to the layer.
  ///   - shape: The extents as Keras stores them.
  ///   - viewed: The extents under which it is read, if others: with as many values.
  public func callAsFunction(_ role: VariableRole, _ shape: [Int], viewed: [Int]? = nil) -> Signal {
    tracer.parameter(of: path, part, role, shape, viewed: viewed)
  }

  /// The weights of a layer inside this one.
  ///
  /// - Parameter names: What files call it, each container in its way: `query`, `query_dense`, `_query_dense`.
  public func part(_ names: [String]) -> Variables {
    let all = part.isEmpty ? names : part.flatMap { outer in names.map { "\(outer)/\($0)" } }
    return Variables(tracer: tracer, path: path, part: all)
  }
}

/// Where the values of one input come from (Keras `InputLayer`).
public struct InputLayer: Layer {
  /// The extents of one image.
  public var shape: Shape

  /// Creates an input of the given extents.
  public init(shape: Shape) { self.shape = shape }

  /// `InputLayer`.
  public var kerasClass: String { "InputLayer" }

  /// Gives what it is given; a tracer makes it.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] { inputs }
}

package import Tensors

/// The notebook in which signals write what is done to them.
package final class Tracer {
  package private(set) var nodes: [Node] = []
  package private(set) var parameters: [Parameter] = []
  package private(set) var constants: [Tensor] = []
  package private(set) var layers: [LayerSpan] = []
  /// The groups that were closed, each before those inside it.
  package internal(set) var groups: [LayerGroup] = []
  /// The first place at which something did not fit.
  package private(set) var failure: GraphError?
  var scope: [String] = []
  private var uses: [String: Int] = [:]
  private var parametersByPath: [String: Int] = [:]
  /// The layer that is being wired, and its weights.
  private var path = ""
  private var wired: [Parameter] = []

  package init() {}

  /// Adds a primitive.
  package func add(_ primitive: Primitive, _ operands: [Signal]) -> Signal {
    let shape: Shape
    do {
      shape = try primitive.shape(of: operands.map(\.shape))
    } catch {
      fail(error.description)
      // The rank is kept, so that a layer finds the axes that it looks for.
      return operands[0]
    }
    return append(primitive, operands.map(\.operand), shape)
  }

  private func append(_ primitive: Primitive, _ operands: [Operand], _ shape: Shape) -> Signal {
    let id = nodes.count
    nodes.append(Node(id: id, primitive: primitive, operands: operands, shape: shape))
    return Signal(tracer: self, operand: .value(id), shape: shape)
  }

  /// Calls a layer on some signals.
  package func call(_ layer: any Layer, at path: String, _ inputs: [Signal]) -> [Signal] {
    self.path = path
    wired = []
    let first = nodes.count
    let outputs = layer(inputs, Variables(tracer: self, path: path)).map(asValue)
    return close(layer, path, inputs, outputs, first)
  }

  /// Adds an input, and its layer.
  package func input(named name: String, _ shape: Shape) -> (Port, Signal) {
    path = name
    wired = []
    let first = nodes.count
    let signal = append(.input(shape), [], shape)
    let given = close(InputLayer(shape: shape), name, [], [signal], first)
    return (Port(name: name, value: first), given[0])
  }

  /// Adds an input of images, which its layer gives as H·W·C.
  func image(
    named name: String, _ image: ImageShape, _ format: DataFormat
  ) -> (Port, Signal) {
    path = name
    let shape = Shape(Array(format.shape(of: image, count: 1).dimensions.dropFirst()))
    var signal = append(.input(shape), [], shape)
    if format == .channelsFirst { signal = add(.permute([1, 2, 0]), [signal]) }
    return (
      Port(name: name, value: 0), close(InputLayer(shape: shape), name, [], [signal], 0)[0]
    )
  }

  /// Notes the layer; its results know it.
  private func close(
    _ layer: any Layer, _ path: String, _ inputs: [Signal], _ outputs: [Signal], _ first: Node.ID
  ) -> [Signal] {
    let id = layers.count
    layers.append(
      LayerSpan(
        id: id, path: path, layer: layer, inputs: inputs.map(value(of:)),
        sources: inputs.map(\.layer), outputs: outputs.map(value(of:)),
        nodes: first..<nodes.count, parameters: wired, shape: outputs.first?.shape ?? []))
    self.path = ""
    return outputs.map {
      var output = $0
      output.layer = id
      return output
    }
  }

  /// A weight of a layer; the one that there is, if the layer was called before.
  func parameter(
    of layer: String, _ part: [String], _ role: VariableRole, _ extents: [Int], viewed: [Int]?
  ) -> Signal {
    guard extents.allSatisfy({ $0 >= 0 }),
      let count = Self.count(extents), count <= Primitive.largest,
      Self.count(viewed ?? extents) == count
    else {
      fail("\(role.rawValue) of \(extents) has more values than fit in memory")
      return constant(Tensor(shape: [], values: [0]))
    }
    let parameter = Parameter(layer: layer, role: role, shape: Shape(extents), part: part)
    let place = parametersByPath[parameter.path] ?? parameters.count
    if place == parameters.count {
      parameters.append(parameter)
      parametersByPath[parameter.path] = place
    } else if parameters[place].shape != parameter.shape {
      fail("\(role.rawValue) is \(parameters[place].shape) in one call and \(parameter.shape) here")
    }
    if !wired.contains(parameter) { wired.append(parameter) }
    let shape = Shape(viewed ?? extents)
    return Signal(tracer: self, operand: .parameter(place, shape), shape: shape)
  }

  private static func count(_ extents: [Int]) -> Int? {
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return count
  }

  package func constant(_ tensor: Tensor) -> Signal {
    constants.append(tensor)
    return Signal(
      tracer: self, operand: .constant(constants.count - 1, tensor.shape), shape: tensor.shape)
  }

  package func fail(_ problem: String) {
    failure = failure ?? GraphError(layer: path.isEmpty ? scopePath("") : path, problem: problem)
  }

  /// The signal of a value.
  package func signal(_ value: Node.ID) -> Signal {
    Signal(tracer: self, operand: .value(value), shape: nodes[value].shape)
  }

  /// The number of the value that a signal is; a weight or a constant becomes one.
  package func value(of signal: Signal) -> Node.ID {
    if case .value(let id) = signal.operand { return id }
    return value(of: asValue(signal))
  }

  private func asValue(_ signal: Signal) -> Signal {
    if case .value = signal.operand { return signal }
    return append(.reshape(signal.shape), [signal.operand], signal.shape)
  }
}

// Paths.
extension Tracer {
  private func scopePath(_ name: String) -> String {
    (scope + (name.isEmpty ? [] : [name])).joined(separator: "/")
  }

  /// The path of a layer that the caller names.
  func uniquePath(_ name: String) -> String {
    let path = scopePath(name)
    precondition(uses.updateValue(1, forKey: path) == nil, "two layers are called \(path)")
    return path
  }

  /// The path of a layer without a name; a second one of its kind in a scope is numbered.
  func numberedPath(_ kind: String) -> String {
    let base = scopePath(kind)
    let number = uses[base, default: 0] + 1
    uses[base] = number
    return number == 1 ? base : "\(base)_\(number)"
  }
}

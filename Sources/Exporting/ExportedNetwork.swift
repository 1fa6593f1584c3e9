package import Datasets
import Layers
package import Networks
import Tensors

/// A network in layers that Keras has since version 2, each under the name that it will have in the file.
///
/// It is a graph as any other: what cannot be said in such layers has been said in several of them, what does nothing
/// when a model is used is gone, and scaling of pixels and a last activation are layers of it.
package struct ExportedNetwork: Sendable {
  /// The network; the paths of its layers are their names, and its ends are what the model gives.
  package let graph: Graph
  /// For each weight, which one it is of the network that was exported.
  package let origins: [Parameter: Parameter]

  /// What is added to a network on its way.
  package struct Options: Sendable {
    /// What layers are called, by their paths; others are called by the paths themselves.
    package var names: [String: String] = [:]
    /// What is done to pixels, 0 to 255, before they reach the first input.
    package var normalization = PixelNormalization.none
    /// The image converter of a preset whose scaling is done in place of a normalisation.
    package var converter: ImageConverter?
    /// What makes probabilities of the first result, where the network itself does not.
    package var activation: OutputActivation?

    package init() {}
  }

  /// Says a network in layers that both generations of Keras have.
  ///
  /// - Throws: ``ExportError`` with the first layer that cannot be said so.
  package init(_ network: Graph, _ options: Options = Options()) throws(ExportError) {
    var retelling = Retelling(network, options)
    try retelling.tellAll()
    (graph, origins) = (retelling.graph, retelling.origins)
  }
}

/// A network on its way into plainer layers.
struct Retelling {
  let original: Graph
  let options: ExportedNetwork.Options
  let tracer = Tracer()
  var names: LayerNames
  private(set) var origins: [Parameter: Parameter] = [:]
  private(set) var values: [Node.ID: Signal] = [:]
  private var ports: [Port] = []
  private var ends: [Port] = []

  init(_ original: Graph, _ options: ExportedNetwork.Options) {
    self.original = original
    self.options = options
    names = LayerNames(
      original.inputs.map(\.name) + original.weightedLayers.map(\.path), preferred: options.names)
  }

  var graph: Graph {
    Graph(tracer, inputs: ports, outputs: ends, dataFormat: original.dataFormat)
  }

  mutating func tellAll() throws(ExportError) {
    for port in original.inputs {
      let (own, signal) = tracer.input(
        named: names.name(of: port.name), original[port.value].shape)
      ports.append(own)
      values[port.value] = ports.count == 1 ? try scaled(signal) : signal
    }
    let needed = neededLayers()
    // What computes nothing gives what it reads.
    for layer in original.layers
    where needed.contains(layer.id) && !layer.nodes.isEmpty && !(layer.layer is InputLayer) {
      try tell(layer)
    }
    for (place, end) in original.ends.enumerated() {
      guard var signal = values[end.value] else {
        throw ExportError(
          layer: end.name, kerasClass: "output", problem: "is no result of a layer")
      }
      if place == 0, let activation = options.activation, !endsInActivation {
        let layer = Activation(ending: activation)
        signal = tracer.call(layer, at: names.unused("predictions"), [signal])[0]
      }
      ends.append(Port(name: end.name, value: tracer.value(of: signal)))
    }
  }

  /// The layers that the model's results are made of.
  private func neededLayers() -> Set<LayerSpan.ID> {
    var values = Set(original.ends.map(\.value))
    var layers: Set<LayerSpan.ID> = []
    for layer in original.layers.reversed() where layer.nodes.contains(where: values.contains) {
      layers.insert(layer.id)
      values.formUnion(layer.inputs)
    }
    return layers
  }

  /// The dense layer that gives the first result, if one does: Keras writes what ends a network into it.
  private var lastDense: LayerSpan? {
    guard let end = original.ends.first,
      let layer = original.layer(defining: end.value), layer.outputs == [end.value],
      let dense = layer.layer as? Dense, dense.function == .linear
    else { return nil }
    return layer
  }

  private var endsInActivation: Bool { lastDense != nil }

  /// Tells one call of a layer: as it is, without its activation, or by what it computes.
  private mutating func tell(_ span: LayerSpan) throws(ExportError) {
    var layer = span.layer
    if let activation = options.activation, span.id == lastDense?.id, var dense = layer as? Dense {
      dense.function = Activation(ending: activation)
      layer = dense
    }
    var inputs: [Signal] = []
    for value in span.inputs {
      guard let signal = values[value] else { throw fault(span, "reads no result of a layer") }
      inputs.append(signal)
    }
    if let common = layer as? any CommonLayer, common.settings != nil {
      for (value, signal) in zip(span.outputs, call(common, of: span, inputs)) {
        values[value] = signal
      }
      return
    }
    if var activated = layer as? any ActivatedLayer, activated.function.commonName == nil {
      let steps = activated.function.steps
      activated.function = .linear
      guard let common = activated as? any CommonLayer, common.settings != nil else {
        throw fault(span, Self.unsayable)
      }
      var result = call(common, of: span, inputs)[0]
      for step in steps {
        guard case .map(let function) = step else { throw fault(span, Self.unsayable) }
        result = try tell(function, of: result, in: span)
      }
      values[span.output] = result
      return
    }
    for node in span.nodes { values[node] = try tell(original[node], of: span) }
  }

  /// Calls a layer in the place of one of the original's, whose weights it takes.
  mutating func call(_ layer: any Layer, of span: LayerSpan, _ inputs: [Signal]) -> [Signal] {
    let results = tracer.call(layer, at: names.name(of: span.path), inputs)
    let own = tracer.layers.last?.parameters ?? []
    for (parameter, origin) in zip(own, span.parameters) { origins[parameter] = origin }
    return results
  }

  /// Calls a layer without weights that the original has no layer for, under the name of the one whose part it does.
  mutating func add(
    _ layer: any Layer, _ inputs: [Signal], in span: LayerSpan, as suffix: String
  ) -> Signal {
    let name = names.unused("\(names.base(of: span.path))_\(suffix)")
    return tracer.call(layer, at: name, inputs)[0]
  }

  func fault(_ span: LayerSpan, _ problem: String) -> ExportError {
    ExportError(layer: span.path, kerasClass: span.kerasClass, problem: problem)
  }

  static let unsayable =
    "computes what no layers of both Keras 2 and Keras 3 do; a file of weights alone can be written"
}

extension Activation {
  /// What makes such probabilities.
  init(ending activation: OutputActivation) {
    self =
      activation == .softmax
      ? .softmax : Activation(name: "sigmoid", [.map(.sigmoid)])
  }
}

/// A model of layers: in a row, or connected by calls.
package struct KerasModel: Sendable {
  /// How the layers are connected.
  package enum Kind: Sendable {
    /// Each layer takes what the one before gives (Keras `Sequential`).
    case sequential
    /// Each call says what it takes (Keras `Functional`, once `Model`).
    case functional
  }

  /// How the layers are connected.
  package let kind: Kind
  /// The model's own name.
  package let name: String
  /// The layers in the order of the config, which need not be that of their calls.
  package let layers: [KerasLayer]
  /// The tensors with which the model begins, in the order in which it is called with them.
  package let inputs: [TensorReference]
  /// The tensors that are the model's results, in order.
  package let outputs: [TensorReference]
  /// The extents for which a Sequential was built, the batch first, where only the model itself knows them.
  package let builtExtents: [Int?]?

  private let places: [String: Int]

  init(
    kind: Kind, name: String, layers: [KerasLayer], inputs: [TensorReference],
    outputs: [TensorReference], builtExtents: [Int?]? = nil
  ) {
    self.builtExtents = builtExtents
    self.kind = kind
    self.name = name
    self.layers = layers
    self.inputs = inputs
    self.outputs = outputs
    places = Dictionary(
      layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The layer of the given name, or `nil` if there is none.
  package subscript(name: String) -> KerasLayer? { places[name].map { layers[$0] } }

  /// All layers, each model's own before those inside it, with the path of their names.
  package func forEachLayer(_ body: (_ path: [String], _ layer: KerasLayer) -> Void) {
    forEachLayer(below: [], body)
  }

  private func forEachLayer(
    below parents: [String], _ body: (_ path: [String], _ layer: KerasLayer) -> Void
  ) {
    for layer in layers {
      let path = parents + [layer.name]
      body(path, layer)
      layer.model?.forEachLayer(below: path, body)
    }
  }
}

/// One result of one call of a layer.
package struct TensorReference: Sendable, Hashable {
  /// The layer's name in its model.
  package let layer: String
  /// Which of the layer's calls, from 0 in the order of the config.
  package let call: Int
  /// Which of the call's results, from 0.
  package let tensor: Int

  package init(layer: String, call: Int = 0, tensor: Int = 0) {
    self.layer = layer
    self.call = call
    self.tensor = tensor
  }
}

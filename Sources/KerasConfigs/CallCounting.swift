/// From where a model counts the calls of the models inside it.
///
/// To Keras, a model calls its own layers once while it is built, and that call counts: Keras 2 writes the
/// first call of a model inside a model as number 1 everywhere. Keras 3 takes it back, but not in
/// `output_layers`, and there only for functional models.
struct CallCounting {
  private let models: Set<String>
  private let functional: Set<String>
  private let isOfKeras3: Bool

  init(_ layers: [KerasLayer], isOfKeras3: Bool) {
    self.isOfKeras3 = isOfKeras3
    models = Set(layers.filter { $0.model != nil }.map(\.name))
    functional = Set(layers.filter { $0.model?.kind == .functional }.map(\.name))
  }

  /// A tensor of `input_layers` or `output_layers`, counted from 0.
  func end(_ reference: TensorReference) -> TensorReference {
    (isOfKeras3 ? functional : models).contains(reference.layer)
      ? Self.lessOne(reference) : reference
  }

  /// A layer whose calls count from 0 what they read.
  func fromZero(_ layer: KerasLayer) -> KerasLayer {
    guard !isOfKeras3, !models.isEmpty else { return layer }
    return KerasLayer(
      name: layer.name, className: layer.className, module: layer.module,
      isForeign: layer.isForeign, package: layer.package, settings: layer.settings,
      calls: layer.calls.map(fromZero),
      model: layer.model, group: layer.group)
  }

  private func fromZero(_ call: LayerCall) -> LayerCall {
    LayerCall(
      arguments: call.arguments.map(fromZero),
      keywords: call.keywords.map { (name: $0.name, value: fromZero($0.value)) },
      isOfKeras3: call.isOfKeras3)
  }

  private func fromZero(_ argument: CallArgument) -> CallArgument {
    switch argument {
    case .tensor(let reference):
      .tensor(models.contains(reference.layer) ? Self.lessOne(reference) : reference)
    case .constant: argument
    case .list(let items): .list(items.map(fromZero))
    }
  }

  private static func lessOne(_ reference: TensorReference) -> TensorReference {
    TensorReference(layer: reference.layer, call: reference.call - 1, tensor: reference.tensor)
  }
}

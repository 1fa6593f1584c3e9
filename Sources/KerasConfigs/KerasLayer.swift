package import JSON

/// A layer, or an operator, as a config describes it.
package struct KerasLayer: Sendable {
  /// Its name in its model.
  package let name: String
  /// Its class without the package in which it was registered, `Conv2D`.
  package let className: String
  /// The module of its class, `keras.layers`; `nil` where the dialect does not write it.
  package let module: String?
  /// Whether the class is somebody's own, of whatever name: registered in a package, or of a module that
  /// is not Keras's.
  package let isForeign: Bool
  /// The package in which its class was registered, `kecamCommon`; `nil` for a class that was not, or not told.
  package let package: String?
  /// Its settings by Keras's names.
  package let settings: LayerSettings
  /// Its calls; a layer of a `Sequential` has none, and is called once.
  package let calls: [LayerCall]
  /// The layers inside, if it is a model of Keras's own classes.
  package let model: KerasModel?
  /// Where its weights are in the group of the model around it, where its class and its number do not tell: of a
  /// network that was written out of a preset's arguments, of which some layers are attributes of another.
  package let group: String?

  /// Whether it is an operator of `keras.ops`, which may share its class's name with a layer.
  package var isOperator: Bool {
    if let module {
      return module.hasPrefix("keras.src.ops") || module.hasPrefix("keras.ops")
        || module == "keras.src.activations.activations"
    }
    // Keras 3's `.h5` drops the module: there operators have neither of these, but those that make numbers of a
    // type of their own, and every layer has at least one.
    return !isForeign && model == nil && settings["trainable"] == nil
      && (settings["dtype"] == nil || Self.typed.contains(className))
      && calls.contains { $0.isOfKeras3 }
  }

  /// The operators of Keras 3 with a setting `dtype`; none has the name of a layer.
  private static let typed: Set<String> = [
    "Arange", "Array", "Cast", "ConvertToTensor", "Cumprod", "Cumsum", "EmptyLike", "Full",
    "FullLike", "Geomspace", "Linspace", "Logspace", "MultiHot", "Nancumprod", "Nancumsum",
    "OneHot", "OnesLike", "Prod", "SaturateCast", "View", "ZerosLike",
  ]
}

/// One call of a layer: what it takes.
package struct LayerCall: Sendable {
  /// The arguments by position.
  package let arguments: [CallArgument]
  /// The arguments by name, in order.
  package let keywords: [(name: String, value: CallArgument)]
  /// Whether it was written as Keras 3 writes it.
  package let isOfKeras3: Bool

  /// A call with these arguments; without any, that of a layer in a row, which takes what the one before
  /// gives.
  package init(
    arguments: [CallArgument] = [], keywords: [(name: String, value: CallArgument)] = [],
    isOfKeras3: Bool = false
  ) {
    self.arguments = arguments
    self.keywords = keywords
    self.isOfKeras3 = isOfKeras3
  }

  /// The argument of the given name.
  package subscript(name: String) -> CallArgument? {
    keywords.first { $0.name == name }?.value
  }

  /// All tensors that the call takes, by position and by name, in order.
  package var tensors: [TensorReference] {
    (arguments + keywords.map(\.value)).flatMap(\.tensors)
  }
}

/// What a call takes in one place.
package indirect enum CallArgument: Sendable {
  /// The result of another call.
  case tensor(TensorReference)
  /// A constant, as the config writes it.
  case constant(JSONValue)
  /// A list in which tensors are.
  case list([CallArgument])

  /// The tensors in it, in order.
  package var tensors: [TensorReference] {
    switch self {
    case .tensor(let reference): [reference]
    case .constant: []
    case .list(let items): items.flatMap(\.tensors)
    }
  }
}

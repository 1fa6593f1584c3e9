import JSON
package import KerasConfigs
import Networks

extension Operator {
  /// The operator that a call of a config's layer is.
  ///
  /// - Throws: ``LayerError`` for a function of TensorFlow that is not known.
  package init(_ layer: KerasLayer, _ call: LayerCall) throws(LayerError) {
    if layer.className == "TensorFlowOpLayer" {
      try self.init(ofNode: layer, call)
      return
    }
    var next = 0
    var arguments: [OperatorValue] = []
    for argument in call.arguments { arguments.append(OperatorValue(argument, next: &next)) }
    var keywords: [String: OperatorValue] = [:]
    for name in layer.settings.names
    // To a function of TensorFlow the type is the layer's, to an operator of Keras 3 its own.
    where !["name", "function", "trainable"].contains(name)
      && (name != "dtype"
        || layer.className != "TFOpLambda" && layer.className != "SlicingOpLambda")
    {
      if let value = layer.settings[name] { keywords[name] = OperatorValue(value) }
    }
    for (name, value) in call.keywords { keywords[name] = OperatorValue(value, next: &next) }
    guard layer.className == "TFOpLambda" || layer.className == "SlicingOpLambda" else {
      // Keras 3's default is the approximation, Keras 2's is not.
      let name = layer.className == "Gelu" ? "GeluOfKeras3" : layer.className
      self.init(name, kerasClass: layer.className, arguments, keywords)
      return
    }
    var name = "GetItem"
    if layer.className == "TFOpLambda" {
      guard let function = layer.settings["function"]?.string else {
        throw LayerError("has no function")
      }
      guard let known = Self.functions[function.replacing("compat.v1.", with: "")] else {
        throw LayerError("calls tf.\(function), which Assay does not know")
      }
      name = known
      // A sum of a list of values is a call on each of them.
      if name == "Concatenate", arguments.count > 1, keywords["axis"] == nil,
        let axis = arguments.last, axis.integer != nil
      {
        keywords["axis"] = axis
        arguments.removeLast()
      }
    }
    self.init(name, kerasClass: layer.className, arguments, keywords)
  }
}

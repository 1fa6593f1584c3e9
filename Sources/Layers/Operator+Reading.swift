import JSON
package import KerasConfigs
import Networks

extension Operator {
  /// The operator that a call of a config's layer is.
  ///
  /// - Throws: ``LayerError`` for a function of TensorFlow that is not known.
  package init(_ layer: KerasLayer, _ call: LayerCall) throws(LayerError) {
    var next = 0
    var arguments: [OperatorValue] = []
    for argument in call.arguments { arguments.append(OperatorValue(argument, next: &next)) }
    var keywords: [String: OperatorValue] = [:]
    for name in layer.settings.names
    where !["name", "function", "dtype", "trainable"].contains(name) {
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

  /// TensorFlow's functions by Keras 3's names.
  private static let functions: [String: String] = [
    "math.add": "Add", "__operators__.add": "Add", "add": "Add", "math.subtract": "Subtract",
    "subtract": "Subtract", "math.multiply": "Multiply", "multiply": "Multiply",
    "math.truediv": "TrueDivide", "math.divide": "TrueDivide", "truediv": "TrueDivide",
    "math.maximum": "Maximum", "maximum": "Maximum", "math.minimum": "Minimum",
    "minimum": "Minimum", "math.pow": "Power", "pow": "Power", "math.add_n": "AddN",
    "math.floordiv": "FloorDivide", "math.floormod": "Mod",
    "nn.relu": "Relu", "nn.relu6": "Relu6", "nn.silu": "Silu", "nn.swish": "Silu",
    "math.sigmoid": "Sigmoid", "nn.sigmoid": "Sigmoid", "sigmoid": "Sigmoid",
    "math.tanh": "Tanh", "nn.tanh": "Tanh", "nn.softmax": "Softmax",
    "nn.log_softmax": "LogSoftmax", "nn.gelu": "Gelu", "nn.elu": "Elu", "nn.selu": "Selu",
    "nn.leaky_relu": "LeakyRelu", "math.softplus": "Softplus", "nn.softplus": "Softplus",
    "nn.softsign": "Softsign", "math.exp": "Exp", "exp": "Exp", "math.log": "Log",
    "math.sqrt": "Sqrt", "sqrt": "Sqrt", "math.rsqrt": "Rsqrt", "math.square": "Square",
    "square": "Square", "math.abs": "Abs", "abs": "Abs", "math.negative": "Negative",
    "negative": "Negative", "math.reciprocal": "Reciprocal", "math.floor": "Floor",
    "math.ceil": "Ceil", "math.round": "Round", "math.sign": "Sign", "math.erf": "Erf",
    "math.reduce_mean": "Mean", "reduce_mean": "Mean", "math.reduce_sum": "Sum",
    "math.reduce_max": "Max", "math.reduce_min": "Min", "math.reduce_prod": "Prod",
    "clip_by_value": "Clip", "reshape": "Reshape", "transpose": "Transpose",
    "expand_dims": "ExpandDims", "squeeze": "Squeeze", "concat": "Concatenate",
    "stack": "Stack", "pad": "Pad", "cast": "Cast", "identity": "Identity",
    "stop_gradient": "StopGradient",
  ]
}

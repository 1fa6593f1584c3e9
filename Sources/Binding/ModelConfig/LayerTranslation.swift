import JSON
import KerasConfigs
import Networks
import Tensors

/// A call of a config's layer as an operation of our networks.
///
/// Every setting of the layer is read or known to change nothing; else the layer is not translated. Only
/// layers that our networks have are here, and those that do nothing when a model is used.
struct LayerTranslation {
  typealias Value = ConfiguredNetwork.Value

  let layer: KerasLayer
  let call: LayerCall
  /// The path of the layer, under which its weights are known.
  let path: String
  var settings: ReadSettings
  /// How the model's image must lie for this layer, if it reads the image itself.
  var adoptedFormat: DataFormat?

  init(_ layer: KerasLayer, _ call: LayerCall, path: String) {
    self.layer = layer
    self.call = call
    self.path = path
    settings = ReadSettings(layer.settings)
  }

  /// What the call makes of its inputs.
  mutating func value(
    of inputs: [Value], in table: inout TermTable
  ) throws(Untranslated) -> Value {
    guard !layer.isForeign else { throw Untranslated(reason: "is a class of somebody's own") }
    guard !inputs.isEmpty else { throw Untranslated(reason: "reads nothing") }
    if layer.className == "TFOpLambda" { return try tensorFlowOperator(inputs, in: &table) }
    if layer.isOperator { return try kerasOperator(inputs, in: &table) }
    try checkKeywords()
    if Self.isIdentity(layer.className) { return try single(inputs) }
    let value = try layerValue(of: inputs, in: &table)
    try settings.finish()
    return value
  }

  private mutating func layerValue(
    of inputs: [Value], in table: inout TermTable
  ) throws(Untranslated) -> Value {
    switch layer.className {
    case "Conv2D", "Convolution2D": return try convolution(try single(inputs), in: &table)
    case "BatchNormalization", "SyncBatchNormalization", "BatchNormalizationV1",
      "BatchNormalizationV2":
      return try batchNorm(try single(inputs), in: &table)
    case "Dense": return try dense(try single(inputs), in: &table)
    case "ReLU", "Activation", "Softmax": return try activation(try single(inputs), in: &table)
    case "ZeroPadding2D": return try zeroPadding(try single(inputs), in: &table)
    case "MaxPooling2D", "MaxPool2D", "AveragePooling2D", "AvgPool2D":
      return try pooling(try single(inputs), in: &table)
    case "GlobalAveragePooling2D", "GlobalAvgPool2D":
      return try globalPooling(try single(inputs), in: &table)
    case "Flatten": return try flatten(try single(inputs), in: &table)
    case "Reshape": return try reshape(try single(inputs), to: settings.value("target_shape"))
    case "Permute": return try permute(try single(inputs))
    case "Add", "Merge": return try merge(inputs, in: &table)
    case "Concatenate":
      return try concatenate(inputs, axis: settings.integer("axis") ?? -1, in: &table)
    default: throw Untranslated(reason: "has no equal in the network")
    }
  }

  /// What does nothing when a model is used, whatever its settings.
  private static let identities: Set<String> = [
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
    "GaussianDropout", "GaussianNoise", "ActivityRegularization", "Identity", "AugMix", "CutMix",
    "MixUp", "RandAugment",
  ]

  /// Layers that work in training only, `Random…` among them; but RandomCrop crops in use, too.
  private static func isIdentity(_ name: String) -> Bool {
    identities.contains(name) || (name.hasPrefix("Random") && name != "RandomCrop")
  }

  /// Keywords of a call that change what a layer does.
  private func checkKeywords() throws(Untranslated) {
    for (name, value) in call.keywords {
      guard case .constant(let constant) = value else {
        throw Untranslated(reason: "is called with a tensor as \(name)")
      }
      // Keras 3 predicts in its own mode, whatever a call says; Keras 2 obeys.
      let isHarmless =
        constant.isNull || constant.truth == false || name == "training" && call.isOfKeras3
      guard isHarmless else {
        throw Untranslated(reason: "is called with \(name) = \(constant.text.prefix(40))")
      }
    }
  }

  func single(_ inputs: [Value]) throws(Untranslated) -> Value {
    guard inputs.count == 1 else {
      throw Untranslated(reason: "reads \(inputs.count) tensors")
    }
    return inputs[0]
  }

  /// The map that is read as `format`, and how it lies.
  mutating func map(
    _ value: Value, as format: DataFormat?
  ) throws(Untranslated) -> (map: ImageShape, format: DataFormat) {
    guard case .map(let map)? = value.shape else {
      throw Untranslated(
        reason: value.shape == nil
          ? "reads something of an unknown shape" : "reads a row, not a map")
    }
    let its = format ?? value.format ?? .channelsLast
    if let lies = value.format {
      guard lies == its else {
        throw Untranslated(reason: "reads as \(its.rawValue) what lies as \(lies.rawValue)")
      }
    } else {
      adoptedFormat = its
    }
    return (map, its)
  }

  /// What an operation with windows leaves of a map.
  func output(
    of map: ImageShape, _ window: Extent, _ strides: Extent, _ edges: EdgePadding,
    dilation: Extent = 1, channels: Int
  ) throws(Untranslated) -> ImageShape {
    func count(_ size: Int, _ window: Int, _ stride: Int, _ dilation: Int) -> Int {
      let room = size - (window - 1) * dilation - 1
      return room < 0 ? 0 : room / stride + 1
    }
    let height = count(
      map.height + edges.top + edges.bottom, window.height, strides.height, dilation.height)
    let width = count(
      map.width + edges.left + edges.right, window.width, strides.width, dilation.width)
    guard height > 0, width > 0 else {
      throw Untranslated(reason: "has a window larger than its map of \(map)")
    }
    return ImageShape(height: height, width: width, channels: channels)
  }
}

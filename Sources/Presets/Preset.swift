package import JSON
import KerasConfigs

/// A classifier as KerasHub keeps it: the arguments of its classes in place of its layers.
package struct Preset: Sendable {
  /// The network as a config of a functional model, with the names that Keras gives its layers.
  package let network: String
  /// How images become its input; `nil` where the task has no preprocessor.
  package let converter: PresetConverter?
  /// What the backbone is called among the layers of the network.
  package let backboneName: String
  /// The group that its weights have in a file of the whole task.
  package let backboneGroup: String

  /// Whether a class is KerasHub's, under any name that it has had.
  package static func isOfHub(_ value: JSONValue) -> Bool {
    package(of: value).map(hubPackages.contains) ?? false
  }

  private static let hubPackages: Set<String> = ["keras_hub", "keras_nlp"]

  /// The package in which a class is registered; `nil` for Keras's own, and where nothing tells it.
  static func package(of value: JSONValue) -> String? {
    for name in [value["registered_name"]?.string, value["class_name"]?.string] {
      if let name, let cut = name.firstIndex(of: ">") { return String(name[..<cut]) }
    }
    return nil
  }

  /// The name and the arguments of a class of KerasHub's.
  static func hubClass(
    _ value: JSONValue, in file: String
  ) throws(PresetError) -> (name: String, config: JSONValue) {
    guard let name = value["class_name"]?.string, let config = value["config"],
      config.object != nil
    else { throw PresetError("\(file) has no class_name and config of a class of KerasHub's") }
    guard isOfHub(value) else {
      throw PresetError("\(name) in \(file) is no class of KerasHub's")
    }
    return (name.split(separator: ">").last.map(String.init) ?? name, config)
  }

  /// Reads a task, as `task.json` and a `.keras` archive have it.
  ///
  /// - Throws: ``PresetError`` with the first thing that is not understood.
  package init(task: JSONValue, in file: String) throws(PresetError) {
    let (name, config) = try Self.hubClass(task, in: file)
    guard let head = PresetHead.heads[name] else {
      let isBackbone = Backbone.named[name] != nil || name.hasSuffix("Backbone")
      throw PresetError(
        isBackbone
          ? "\(name) in \(file) is a backbone and has no classifier; KerasHub describes one in task.json"
          : "\(name) in \(file) is a class of KerasHub's that Assay does not build")
    }
    var arguments = try PresetArguments(name, config, in: file)
    guard let value = arguments.value("backbone") else {
      throw arguments.error("has no backbone")
    }
    let (backboneClass, backboneConfig) = try Self.hubClass(value, in: file)
    guard let backbone = Backbone.named[backboneClass] else {
      throw PresetError(
        "\(backboneClass) in \(file) is a class of KerasHub's that Assay does not build")
    }
    var inner = try PresetArguments(backboneClass, backboneConfig, in: file)
    let body = NetworkWriter(backboneConfig["name"]?.string ?? backbone.group)
    try backbone.write(&inner, body)
    try inner.finish()

    let writer = NetworkWriter(config["name"]?.string ?? name)
    let image = writer.input(body.inputName, body.imageShape)
    writer.finish(try head(image.model(body, group: "layers/\(backbone.group)"), &arguments))
    converter = try PresetConverter(preprocessor: arguments.value("preprocessor"), in: file)
    try arguments.finish()
    network = writer.json
    backboneName = body.name
    backboneGroup = "/layers/\(backbone.group)"
    try check(body.imageShape, in: file)
  }

  /// A converter must make what the network reads.
  private func check(_ shape: [Int?], in file: String) throws(PresetError) {
    guard let converter else { return }
    let (height, width) = (shape[0] ?? converter.height, shape[1] ?? converter.width)
    guard height == converter.height, width == converter.width else {
      throw PresetError(
        "the image converter in \(file) has image_size \(converter.height)×\(converter.width), but the "
          + "network reads images of \(height)×\(width)")
    }
  }
}

/// A backbone that is built here.
struct Backbone: Sendable {
  /// The group that Keras gives its class.
  let group: String
  let write: @Sendable (inout PresetArguments, NetworkWriter) throws(PresetError) -> Void

  static let named: [String: Backbone] = [
    "CSPNetBackbone": Backbone(group: "csp_net_backbone", write: CSPNetBackbone.write),
    "DeiTBackbone": Backbone(group: "dei_t_backbone", write: DeiTBackbone.write),
    "DenseNetBackbone": Backbone(group: "dense_net_backbone", write: DenseNetBackbone.write),
    "EfficientNetBackbone": Backbone(
      group: "efficient_net_backbone", write: EfficientNetBackbone.write),
    "MobileNetBackbone": Backbone(group: "mobile_net_backbone", write: MobileNetBackbone.write),
    "ResNetBackbone": Backbone(group: "res_net_backbone", write: ResNetBackbone.write),
    "VGGBackbone": Backbone(group: "vgg_backbone", write: VGGBackbone.write),
    "ViTBackbone": Backbone(group: "vi_t_backbone", write: ViTBackbone.write),
    "XceptionBackbone": Backbone(group: "xception_backbone", write: XceptionBackbone.write),
  ]
}

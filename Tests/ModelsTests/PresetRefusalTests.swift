import Checkpoints
import Foundation
import Models
import TestSupport
import Testing

@Suite("What of a preset is not understood is refused by name")
struct PresetRefusalTests {
  /// An edit of a preset, and words of the refusal.
  struct Edit: Sendable, CustomTestStringConvertible {
    let text: String
    let other: String
    let words: String
    var files = ["task.json", "config.json"]
    var preset = "resnet-bottleneck"

    var testDescription: String { words }
  }

  private static let edits = [
    Edit(
      text: #""block_type": "bottleneck_block""#, other: #""block_type": "wide_block""#,
      words: #"ResNetBackbone in task.json has block_type "wide_block""#),
    Edit(
      text: #""use_pre_activation": false"#,
      other: #""use_pre_activation": false, "squeeze": 0.25"#,
      words: "ResNetBackbone in task.json has squeeze 0.25, which Assay does not know"),
    Edit(
      text: #""block_type": "bottleneck_block","#, other: "",
      words: "ResNetBackbone in task.json has no block_type"),
    Edit(
      text: "ResNetBackbone", other: "SwinTransformerBackbone",
      words:
        "SwinTransformerBackbone in task.json is a class of KerasHub's that Assay does not build"
    ),
    Edit(
      text: "ResNetImageClassifier\"", other: "ResNetObjectDetector\"",
      words: "ResNetObjectDetector in task.json is a class of KerasHub's that Assay does not build",
      files: ["task.json"]),
    Edit(
      text: #""activation": "softmax""#, other: #""activation": "wiggle""#,
      words: "layer 'predictions' (Dense) has the activation \"wiggle\"", files: ["task.json"]),
    Edit(
      text: #""pooling": "max""#, other: #""pooling": "median""#,
      words: #"ResNetImageClassifier in task.json has pooling "median""#, files: ["task.json"]),
    Edit(
      text: #""interpolation": "bilinear""#, other: #""interpolation": "lanczos3""#,
      words: #"ResNetImageConverter in task.json has interpolation "lanczos3""#,
      files: ["task.json", "preprocessor.json", "image_converter.json"]),
    Edit(
      text: "40,\n                            36", other: "40,\n                            40",
      words: "has image_size 40×40, but the network reads images of 40×36",
      files: ["task.json"]),
    Edit(
      text: #""name": "float32""#, other: #""mode": "int8", "source_name": "float32""#,
      words: "is quantised to int8, which is not run"),
    Edit(
      text: #""scale": 0.00784313725490196"#, other: #""scale": null"#,
      words: "ViTImageConverter in task.json has an offset and no scale",
      files: ["task.json", "preprocessor.json", "image_converter.json"], preset: "vit"),
    Edit(
      text: "relu6", other: "wiggle", words: "has the activation \"wiggle\"",
      preset: "efficientnet-lite"),
    Edit(
      text: #""stage_type": "csp""#, other: #""stage_type": "cspx""#,
      words: #"CSPNetBackbone in task.json has stage_type "cspx""#, preset: "cspnet"),
  ]

  @Test("An argument, a class or a setting that someone changed", arguments: edits)
  func edited(_ edit: Edit) throws {
    let preset = try PresetFixture(edit.preset)
    for file in edit.files { try preset.replace(edit.text, by: edit.other, in: file) }
    if edit.words.contains("image_size") {
      // Its own file says the same.
      try preset.replace(
        "40,\n            36", by: "40,\n            40", in: "image_converter.json")
      try preset.replace(
        "40,\n                    36", by: "40,\n                    40", in: "preprocessor.json")
    }
    let error = #expect(throws: (any Error).self) { try Model(contentsOf: preset.folder) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(edit.words), "\(String(describing: error))")
  }

  @Test(
    "What two files say must be the same",
    arguments: [
      (
        "config.json", #""block_type": "bottleneck_block""#, #""block_type": "basic_block""#,
        "block_type"
      ),
      ("image_converter.json", #""offset": -1"#, #""offset": -2"#, "offset"),
      ("preprocessor.json", #""offset": -1"#, #""offset": -2"#, "image_converter"),
    ])
  func contradicted(_ file: String, _ text: String, _ other: String, _ key: String) throws {
    let preset = try PresetFixture("resnet-bottleneck")
    try preset.replace(text, by: other, in: file)
    let error = #expect(throws: CheckpointError.self) { try Model(contentsOf: preset.folder) }
    let words = error?.description ?? ""
    #expect(words.contains(" has \(key) ") && words.contains("in \(file), but"), "\(words)")
  }

  @Test(
    "A file that is missing",
    arguments: [
      "metadata.json", "model.weights.h5", "task.weights.h5", "image_converter.json",
      "preprocessor.json",
    ])
  func missing(_ file: String) throws {
    let preset = try PresetFixture("resnet-bottleneck")
    try preset.remove(file)
    let error = #expect(throws: CheckpointError.self) { try Model(contentsOf: preset.folder) }
    #expect(error?.description == "\(preset.path(file)): no such file")
  }

  @Test("A backbone alone has no classifier, and its weights are listed all the same")
  func backbone() throws {
    let preset = try PresetFixture("vit")
    try preset.remove("task.json")
    let error = #expect(throws: ModelError.self) { try Model(contentsOf: preset.folder) }
    #expect(
      error?.description
        == "\(preset.folder): ViTBackbone in config.json is a backbone and has no classifier; KerasHub "
        + "describes one in task.json")
    #expect(try Checkpoint(contentsOf: preset.folder).layers.count > 10)
  }

  @Test("Arguments of kimm's classes are refused with the way to save its layers")
  func kimm() throws {
    let preset = try PresetFixture("vit")
    let folder = try ScratchFolder()
    let config =
      #"{"module": "kimm._src.models.vision_transformer", "class_name": "VisionTransformerTiny16", "#
      + #""config": {"classes": 6}, "registered_name": "kimm>VisionTransformerTiny16"}"#
    _ = try folder.write(Data(config.utf8), as: "config.json")
    _ = try folder.write(
      Data(contentsOf: URL(fileURLWithPath: preset.path("metadata.json"))), as: "metadata.json")
    _ = try folder.write(
      Data(contentsOf: URL(fileURLWithPath: preset.path("model.weights.h5"))),
      as: "model.weights.h5")
    let path = folder.url.path(percentEncoded: false)
    let error = #expect(throws: ModelError.self) { try Model(contentsOf: path) }
    #expect(error?.description.contains("VisionTransformerTiny16, a class of kimm's") == true)
  }

  @Test("Weights that do not fit the arguments are named, both sides")
  func misfit() throws {
    let preset = try PresetFixture("vit")
    for file in ["task.json", "config.json"] {
      try preset.replace(#""mlp_dim": 24"#, by: #""mlp_dim": 32"#, in: file)
    }
    let error = #expect(throws: ModelError.self) { try Model(contentsOf: preset.folder) }
    let lines = error?.details.joined(separator: "\n") ?? ""
    #expect(lines.contains("vi_t_backbone/vit_encoder/transformer_block_1/mlp/dense_1"), "\(lines)")
  }
}

import Binding
import Checkpoints
import Datasets
import Engine
import Models
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Presets of KerasHub run from their folders")
struct PresetTests {
  @Test(
    "Pixels become the network's input to the bit, and that the logits",
    arguments: PresetFixture.names)
  func fromPixels(_ name: String) throws {
    let preset = try PresetFixture(name)
    let model = try Model(contentsOf: preset.folder)
    let input = try Self.input(of: preset, to: model)
    let expected = try NumPyFile.read(preset.array("input"))
    #expect(input.shape == expected.shape)
    let places = input.values.indices.filter { input.values[$0] != expected.values[$0] }
    #expect(
      places.isEmpty,
      "\(places.count) of \(input.values.count) differ, \(input.worstDifference(from: expected))")
    try Self.expect(model, on: expected, gives: preset)
  }

  @Test("Weights without names are found by class and number", arguments: PresetFixture.nameless)
  func nameless(_ name: String) throws {
    let preset = try PresetFixture(name, isNameless: true)
    let checkpoint = try Checkpoint(contentsOf: preset.path("model.weights.h5"))
    #expect(checkpoint.format == .preset)
    let model = try Model(contentsOf: preset.folder)
    try Self.expect(model, on: NumPyFile.read(preset.array("input")), gives: preset)
  }

  @Test("A task in a .keras archive is the same network", arguments: PresetFixture.archived)
  func archived(_ name: String) throws {
    let preset = try PresetFixture(name)
    let model = try Model(contentsOf: preset.keras)
    try Self.expect(model, on: NumPyFile.read(preset.array("input")), gives: preset)
    #expect(try model.preprocessing() == Model(contentsOf: preset.folder).preprocessing())
  }

  @Test("Every weight has its place, those of the backbone and those of the head")
  func places() throws {
    let preset = try PresetFixture("densenet")
    let model = try Model(contentsOf: preset.folder)
    #expect(model.plan.steps.count == model.graph.parameters.count)
    #expect(model.checkpoint.format.description == "KerasHub preset")
    #expect(model.checkpoint.kerasVersion == "3.15.1")
    // Four files of the backbone, one of the task, an index, and five that describe them.
    #expect(model.files.count == 11)
    #expect(model.activation == .softmax)
    #expect(model.classes == 6)
    let name = try #require(model.plan.steps.last?.layerName)
    #expect(name == "predictions")
    #expect(model.plan.steps[0].layerName == "dense_net_backbone/conv1_conv")
  }

  @Test(
    "A head with one sigmoid tells two classes, and the backbone's open size is the converter's")
  func ends() throws {
    let presets = try ["resnet-vd-basic", "xception"].map { try PresetFixture($0) }
    let models = try presets.map { try Model(contentsOf: $0.folder) }
    #expect(models[0].activation == .sigmoid)
    #expect(models[1].graph.input.description == "47×44×3")
    withExtendedLifetime(presets) {}
  }

  @Test("A user's normalisation takes the place of the converter's constants")
  func normalised() throws {
    let preset = try PresetFixture("vit")
    let model = try Model(contentsOf: preset.folder)
    let own = try model.preprocessing()
    #expect(own.name == "keras-hub")
    #expect(own.scaling == "x·\(1 / 127.5) + -1.0")
    let other = try model.preprocessing(normalizedBy: .torch)
    #expect(other.scaling == "torch")
    #expect(other.pipeline == .kerasHub(ImageConverter(crops: true)))
    withExtendedLifetime(preset) {}
  }

  /// What the preset's own pipeline makes of its images.
  private static func input(of preset: PresetFixture, to model: Model) throws -> Tensor {
    let (shape, pixels) = try preset.images()
    let (count, height, width) = (
      shape.dimensions[0], shape.dimensions[1], shape.dimensions[2]
    )
    let preprocessor = try ImagePreprocessor(
      model.preprocessing(), shape: model.graph.input, format: model.graph.dataFormat)
    let size = preprocessor.shape.elementCount
    var values: [Float] = []
    for place in 0..<count {
      let length = height * width * 3
      let image = DecodedImage(
        width: width, height: height, channels: 3,
        pixels: Array(pixels[place * length..<(place + 1) * length]))
      values += try unsafe [Float](unsafeUninitializedCapacity: size) { buffer, filled in
        let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<size])
        _ = try unsafe preprocessor.prepare(.decoded(image), into: target)
        filled = size
      }
    }
    let image = preprocessor.shape
    return Tensor(shape: [count, image.height, image.width, image.channels], values: values)
  }

  /// The logits are KerasHub's within 1e-4 of the largest, by loops and by the plan.
  private static func expect(_ model: Model, on input: Tensor, gives preset: PresetFixture) throws {
    let expected = try NumPyFile.read(preset.array("logits"))
    let executors: [any Executor] = [
      try Plan(compiling: model.bound, batch: input.count), try ReferenceExecutor(model.bound),
    ]
    for executor in executors {
      let result = try executor.trace([input]).results[0]
      #expect(result.shape == expected.shape)
      let worst = result.worstDifference(from: expected)
      #expect(worst.difference <= 1e-4 * worst.largest, "\(type(of: executor)) \(worst)")
    }
  }
}

import JSON
import KerasConfigs
import Layers
import Networks
import Tensors
import Testing

@Suite("What is written of a layer is read back as that layer")
struct CommonLayerTests {
  /// A class with its settings, as far as they are not the class's defaults.
  struct Sample: Sendable, CustomTestStringConvertible {
    let kerasClass: String
    let settings: String

    init(_ kerasClass: String, _ settings: String = "") {
      self.kerasClass = kerasClass
      self.settings = "{\(settings)}"
    }

    var testDescription: String { "\(kerasClass) \(settings)" }

    func read(_ kerasVersion: Int) throws -> any Layer {
      try CommonLayerTests.read(kerasClass, settings, kerasVersion)
    }
  }

  static func read(_ kerasClass: String, _ text: String, _ kerasVersion: Int) throws -> any Layer {
    let settings = LayerSettings(try JSONDocument(text).root)
    var reader = SettingsReader(kerasClass, settings, kerasVersion: kerasVersion)
    let layer = try LayerCatalog.layer(&reader)
    #expect(try reader.finish(ignoring: []).isEmpty)
    return layer
  }

  private static let windows = """
    "kernel_size": [3, 5], "strides": [2, 1], "padding": "same", "data_format": "channels_first", \
    "use_bias": false, "activation": "tanh"
    """

  static let samples: [Sample] = [
    Sample("Conv2D", "\"filters\": 6, \"groups\": 2, \(windows)"),
    Sample(
      "Conv1D",
      #""filters": 6, "kernel_size": [3], "dilation_rate": [2], "padding": "causal""#),
    Sample("Conv3D", #""filters": 6, "kernel_size": [3, 2, 1]"#),
    Sample("DepthwiseConv2D", "\"depth_multiplier\": 2, \(windows)"),
    Sample("SeparableConv2D", "\"filters\": 4, \"depth_multiplier\": 2, \(windows)"),
    Sample("Conv2DTranspose", "\"filters\": 4, \"output_padding\": [1, 0], \(windows)"),
    Sample("Conv2DTranspose", #""filters": 4, "kernel_size": [3, 3]"#),
    Sample("Dense", #""units": 3, "use_bias": false, "activation": "gelu""#),
    Sample("EinsumDense", #""equation": "abcd,d->abcd", "output_shape": [2, null, 4]"#),
    Sample(
      "EinsumDense",
      #""equation": "ab,bc->ac", "output_shape": [4], "bias_axes": "c", "activation": "relu""#),
    Sample(
      "BatchNormalization", #""axis": [1], "epsilon": 1.001e-05, "scale": false, "center": false"#),
    Sample("LayerNormalization", #""axis": [1, 2], "epsilon": 1e-06, "scale": false"#),
    Sample("LayerNormalization", #""axis": -1, "epsilon": 1e-06, "center": false"#),
    Sample(
      "GroupNormalization",
      #""groups": 4, "axis": 1, "epsilon": 1e-05, "scale": false, "center": false"#),
    Sample(
      "MaxPooling2D",
      #""pool_size": [3, 2], "strides": [1, 2], "padding": "same", "data_format": "channels_first""#
    ),
    Sample("AveragePooling1D", #""pool_size": [3], "strides": [2]"#),
    Sample("GlobalAveragePooling2D", #""keepdims": true"#),
    Sample("GlobalMaxPooling1D", #""data_format": "channels_first""#),
    Sample("ZeroPadding2D", #""padding": [[1, 2], [3, 4]], "data_format": "channels_first""#),
    Sample("ZeroPadding1D", #""padding": [1, 2]"#),
    Sample("Cropping2D", #""cropping": [[1, 2], [3, 4]]"#),
    Sample("UpSampling2D", #""size": [2, 3], "interpolation": "bilinear""#),
    Sample("UpSampling1D", #""size": 3"#),
    Sample(
      "Resizing",
      #""height": 5, "width": 6, "interpolation": "nearest", "crop_to_aspect_ratio": true"#),
    Sample("CenterCrop", #""height": 5, "width": 6"#),
    Sample("Flatten", #""data_format": "channels_first""#),
    Sample("Reshape", #""target_shape": [4, -1]"#), Sample("Permute", #""dims": [3, 1, 2]"#),
    Sample("RepeatVector", #""n": 5"#),
    Sample("Add"), Sample("Subtract"), Sample("Multiply"), Sample("Average"), Sample("Maximum"),
    Sample("Minimum"), Sample("Concatenate", #""axis": 2"#),
    Sample("Dot", #""axes": [1, 2], "normalize": true"#),
    Sample("UnitNormalization", #""axis": [1]"#),
    Sample("Rescaling", #""scale": 0.007843138, "offset": -1.0"#),
    Sample("Rescaling", #""scale": [1.5, 2.5], "offset": [3.5, 4.5]"#),
    Sample("Normalization", #""axis": [-1]"#), Sample("Normalization", #""invert": true"#),
    Sample("Normalization", #""axis": [3], "mean": [1.5, 2.5], "variance": [0.1, 0.2]"#),
    Sample("Normalization", #""axis": [1], "mean": [[1.5], [2.5]], "variance": [[0.1], [0.2]]"#),
    Sample("Activation", #""activation": "softplus""#),
    Sample("ReLU", #""negative_slope": 0.25, "max_value": 6.0, "threshold": 0.5"#),
    Sample("ReLU"), Sample("ELU", #""alpha": 0.5"#), Sample("PReLU", #""shared_axes": [1, 2]"#),
    Sample("PReLU"), Sample("Softmax", #""axis": 1"#),
  ]

  @Test("in both generations of Keras", arguments: samples, [2, 3])
  func inverse(_ sample: Sample, _ kerasVersion: Int) throws {
    let layer = try sample.read(kerasVersion)
    let settings = try #require((layer as? any CommonLayer)?.settings)
    #expect(layer.kerasClass == sample.kerasClass)
    let again = try Self.read(layer.kerasClass, JSONTree.object(settings).text, kerasVersion)
    #expect(AnyHashable(again) == AnyHashable(layer))
  }

  @Test(
    "but nothing where a generation lacks the layer, or means another by its name",
    arguments: [
      Sample("Activation", #""activation": "hard_sigmoid""#),
      Sample("Activation", #""activation": "hard_silu""#),
      Sample("Dense", #""units": 3, "activation": "hard_sigmoid""#),
      Sample("Conv2D", #""filters": 3, "kernel_size": [1, 1], "activation": "leaky_relu""#),
      Sample("LeakyReLU"),
      Sample("Resizing", #""height": 5, "width": 6, "pad_to_aspect_ratio": true"#),
      Sample("ThresholdedReLU"), Sample("Softmax", #""axis": [1, 2]"#),
      Sample("LayerNormalization", #""rms_scaling": true"#),
    ])
  func without(_ sample: Sample) throws {
    let layer = try #require(try sample.read(3) as? any CommonLayer)
    #expect(layer.settings == nil)
  }

  @Test("Activations have the names that both generations know")
  func names() throws {
    #expect(Activation(name: "silu", [.map(.silu)]).settings == ["activation": .string("swish")])
    #expect(Merging(.divide).settings == nil)
    #expect(Flatten(readsChannelsFirst: true).settings == nil)
  }

  @Test("JSON is ASCII, and floats keep their last bit")
  func text() throws {
    let tree = JSONTree.object([
      "b": .list([.null, .truth(true), .integer(-3), .number(1.001e-5), .number(.infinity)]),
      "a": .string("é\"\\\n😀"),
    ])
    let text = tree.text
    #expect(
      text == #"{"a": "\u00e9\"\\\u000a\ud83d\ude00", "b": [null, true, -3, 1.001e-05, Infinity]}"#)
    let root = try JSONDocument(text).root
    #expect(root["a"]?.string == "é\"\\\n😀")
  }
}

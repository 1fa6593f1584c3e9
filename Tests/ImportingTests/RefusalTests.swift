import Importing
import KerasConfigs
import Testing

/// Configs of one layer that is not run, or whose settings make no sense: each is refused in words that name it.
@Suite("What is not run is refused by layer, class and setting")
struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// The class, its settings in JSON, the extents of the input for one image, and what the refusal says.
    let name: String
    let settings: String
    var input = "6, 5, 4"
    let says: String
    var module = "keras.layers"

    var testDescription: String { "\(name) \(settings)" }
  }

  static let huge = "2147483647"

  static let cases = [
    Case(name: "LSTM", settings: #""units": 3"#, input: "5, 4", says: "step after step"),
    Case(
      name: "ConvLSTM2D", settings: #""filters": 3"#, input: "2, 5, 5, 4", says: "step after step"),
    Case(name: "Masking", settings: #""mask_value": 0.0"#, says: "leaves places out"),
    Case(
      name: "Embedding", settings: #""input_dim": 4, "output_dim": 3, "mask_zero": true"#,
      input: "5", says: "mask_zero"),
    Case(
      name: "Lambda", settings: #""arguments": {"scale": 0.17}, "name": "scaling""#,
      says: "never run"),
    Case(
      name: "Lambda", settings: #""arguments": {"scale": 0.17, "x": 1}, "name": "block35_1""#,
      says: "never run"),
    Case(name: "StringLookup", settings: "", says: "words or categories"),
    Case(name: "GroupNormalization", settings: #""groups": 0"#, says: "0 groups"),
    Case(name: "GroupNormalization", settings: #""groups": 3"#, says: "3 groups"),
    Case(name: "LayerNormalization", settings: #""axis": [3, 9]"#, says: "axis 9"),
    Case(name: "LayerNormalization", settings: #""axis": 0"#, says: "axis 0"),
    Case(
      name: "AdaptiveMaxPooling2D", settings: #""output_size": [4096, 99999]"#,
      says: "99999 windows"),
    Case(
      name: "EinsumDense",
      settings: #""equation": "abcd,de->abce", "output_shape": [null, null, \#(huge)]"#,
      says: "equation"),
    Case(
      name: "EinsumDense", settings: #""equation": "aabc->a", "output_shape": []"#,
      says: "equation"),
    Case(
      name: "EinsumDense",
      settings: #""equation": "abcd,de->bace", "output_shape": [null, null, 3]"#,
      says: "equation"),
    Case(
      name: "MultiHeadAttention", settings: #""num_heads": \#(huge), "key_dim": 4"#,
      input: "5, 4", says: "heads"),
    Case(
      name: "MultiHeadAttention",
      settings: #""num_heads": 2, "key_dim": 4, "attention_axes": [7]"#, input: "5, 4",
      says: "attends along [7]"),
    Case(
      name: "GroupQueryAttention",
      settings: #""head_dim": 2, "num_query_heads": 3, "num_key_value_heads": 2"#,
      input: "5, 4", says: "3 heads"),
    Case(
      name: "SpectralNormalization", settings: #""layer": {"class_name": "Mystery", "config": {}}"#,
      says: "does not know"),
    Case(
      name: "TimeDistributed",
      settings: #""layer": {"class_name": "Dense", "config": {"units": 0, "name": "d"}}"#,
      says: "units 0"),
    Case(
      name: "TimeDistributed",
      settings: #""layer": {"class_name": "Dense", "config": {"units": 2, "name": "d"}}"#,
      input: "4096, 3", says: "parts"),
    Case(
      name: "Tile", settings: #""repeats": [2, 1, 1, 1]"#, says: "repeats the images",
      module: "keras.src.ops.numpy"),
    Case(
      name: "Repeat", settings: #""repeats": 1099511627776, "axis": 1"#, says: "Repeat",
      module: "keras.src.ops.numpy"),
    Case(
      name: "Rot90", settings: #""k": 2, "axes": [1, 2]"#, says: "by a half turn",
      module: "keras.src.ops.numpy"),
    Case(
      name: "Flip", settings: #""axis": 0"#, says: "axis 0", module: "keras.src.ops.numpy"),
    Case(
      name: "Split", settings: #""indices_or_sections": 4, "axis": 2"#, says: "Split of 5",
      module: "keras.src.ops.numpy"),
    Case(
      name: "OneHot", settings: #""num_classes": 1099511627776"#, says: "OneHot",
      module: "keras.src.ops.nn"),
    Case(
      name: "TensorFlowOpLayer", settings: #""node_def": {"op": "Bogus"}, "constants": {}"#,
      says: "the operation Bogus"),
    Case(
      name: "TensorFlowOpLayer", settings: #""node_def": "\u0004Add\u0012", "constants": {}"#,
      says: "no node_def that is JSON"),
    Case(
      name: "TensorFlowOpLayer",
      settings: #""node_def": {"op": "AddV2"}, "constants": {"7": 1.0}"#,
      says: "constant for operand 7 of 1"),
    Case(
      name: "TensorFlowOpLayer",
      settings:
        #""node_def": {"op": "AvgPool", "attr": {"ksize": {"list": {"i": ["1", "2", "2", "1"]}}, "explicit": {"b": true}}}"#,
      says: "the attribute explicit"),
    Case(
      name: "TensorFlowOpLayer",
      settings:
        #""node_def": {"op": "ResizeBilinear", "attr": {"align_corners": {"b": true}, "half_pixel_centers": {"b": true}}}, "constants": {"1": [4, 4]}"#,
      says: "the attribute align_corners"),
    Case(
      name: "TensorFlowOpLayer",
      settings:
        #""node_def": {"op": "ResizeBilinear"}, "constants": {"1": [4, 4]}"#,
      says: "Resize to something"),
    // What a list holds beside the network's values is never left out in silence.
    Case(
      name: "TensorFlowOpLayer",
      settings:
        #""node_def": {"op": "ConcatV2"}, "constants": {"1": [[[[1.0]]]], "2": -1}"#,
      says: "not with these arguments"),
    Case(
      name: "Sort", settings: #""axis": 1"#, says: "does not know", module: "keras.src.ops.numpy"),
  ]

  @Test("A network of one such layer is not imported", arguments: cases)
  func refusal(_ refused: Case) throws {
    let tensor =
      #"{"class_name": "__keras_tensor__", "config": {"shape": [null, \#(refused.input)], "keras_history": ["x", 0, 0]}}"#
    let isCalledTwice = refused.name.hasSuffix("Attention")
    let arguments = isCalledTwice ? "\(tensor), \(tensor)" : tensor
    let isLayer = refused.module == "keras.layers"
    let own = isLayer ? #", "trainable": true, "dtype": "float32""# : ""
    let name = refused.settings.contains(#""name""#) ? "" : #""name": "y", "#
    let settings = refused.settings.isEmpty ? "" : ", " + refused.settings
    let config = #"""
      {"class_name": "Functional", "config": {"name": "m", "layers": [
        {"module": "keras.layers", "class_name": "InputLayer", "name": "x", "inbound_nodes": [],
         "config": {"batch_shape": [null, \#(refused.input)], "name": "x"}},
        {"module": "\#(refused.module)", "class_name": "\#(refused.name)", "name": "y",
         "config": {\#(name)"seed": null\#(own)\#(settings)},
         "inbound_nodes": [{"args": [\#(arguments)], "kwargs": {}}]}],
       "input_layers": [["x", 0, 0]], "output_layers": [["y", 0, 0]]}}
      """#
    let model = try #require(try KerasConfig(config).model)
    let error = #expect(throws: ImportError.self) {
      _ = try ImportedNetwork(model, ImportOptions())
    }
    let words = error?.description ?? ""
    #expect(words.contains("'y' (\(refused.name))"), "\(words)")
    #expect(words.contains(refused.says), "\(words)")
  }
}

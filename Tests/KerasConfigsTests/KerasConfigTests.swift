import JSON
import KerasConfigs
import Testing

@Suite("Configs of every dialect become one tree")
struct KerasConfigTests {
  /// A functional model with a model inside it, called once, in the words of Keras 2 or 3.
  private static func nested(_ node: String, _ outputs: String) throws -> KerasModel {
    let config = try KerasConfig(
      """
      {"class_name": "Functional", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, 8, null, 3]},
          "inbound_nodes": []},
        {"class_name": "Functional", "config": {"name": "b", "layers": [
          {"class_name": "InputLayer", "config": {"name": "j"}, "inbound_nodes": []}],
          "input_layers": [["j", 0, 0]], "output_layers": [["j", 0, 0]]},
          "inbound_nodes": [\(node)]}
      ], "input_layers": [["i", 0, 0]], "output_layers": \(outputs)}}
      """)
    return try #require(config.model)
  }

  @Test(
    "The calls of a model inside a model count from 0",
    arguments: [
      (#"[["i", 0, 0, {}]]"#, #"[["b", 1, 0]]"#),
      (
        #"""
        {"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["i", 0, 0]}}],
          "kwargs": {"training": false}}
        """#, #"["b", 1, 0]"#
      ),
    ])
  func counting(_ node: String, _ outputs: String) throws {
    let model = try Self.nested(node, outputs)
    #expect(model.outputs == [TensorReference(layer: "b")])
    #expect(model["b"]?.calls.first?.tensors == [TensorReference(layer: "i")])
    #expect(model.imageExtent?.height == 8 && model.imageExtent?.width == nil)
  }

  @Test("A call that is not there is refused, the layer named")
  func absent() {
    #expect { try Self.nested(#"[["x", 0, 0, {}]]"#, #"[["b", 1, 0]]"#) } throws: {
      ($0 as? KerasConfigError)?.description == "layer 'b': reads a layer 'x' that is not there"
    }
    #expect(throws: KerasConfigError.self) {
      try Self.nested(#"[["i", 0, 0, {}]]"#, #"[["b", 4, 0]]"#)
    }
  }

  @Test("A Sequential of Keras 1 is its list of layers, and its first layer knows the shape")
  func sequential() throws {
    let config = try KerasConfig(
      """
      {"class_name": "Sequential", "config": [
        {"class_name": "Convolution2D", "config": {"name": "c", "dim_ordering": "th",
          "data_format": "channels_first", "batch_input_shape": [null, 3, 16, 20]}},
        {"class_name": "Flatten", "config": {"name": "f"}}]}
      """)
    let model = try #require(config.model)
    #expect(model.layers.map(\.name) == ["c", "f"] && model.kind == .sequential)
    #expect(model.imageExtent?.height == 16 && model.imageExtent?.width == 20)
  }

  @Test("A constant before a tensor, tensors in keywords, and lists with them keep their places")
  func calls() throws {
    let config = try KerasConfig(
      """
      {"class_name": "Model", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "config": {"name": "i"}, "inbound_nodes": []},
        {"class_name": "TFOpLambda", "config": {"name": "minus", "function": "math.subtract"},
          "inbound_nodes": [["_CONSTANT_VALUE", -1, 1.0, {"y": ["i", 0, 0], "name": null}]]},
        {"class_name": "TFOpLambda", "config": {"name": "shape", "function": "reshape"},
          "inbound_nodes": [["minus", 0, 0, {"shape": [["i", 0, 0], -1]}]]}
      ], "input_layers": [["i", 0, 0]], "output_layers": [["shape", 0, 0]]}}
      """)
    let model = try #require(config.model)
    let minus = try #require(model["minus"]?.calls.first)
    guard case .constant(let one) = minus.arguments[0], case .tensor(let image)? = minus["y"],
      case .list(let items)? = model["shape"]?.calls.first?["shape"]
    else {
      Issue.record("\(minus)")
      return
    }
    #expect(one.number == 1 && image == TensorReference(layer: "i"))
    #expect(items.count == 2 && items[0].tensors == [image])
  }

  @Test("Somebody's own classes are told by package or module, Keras's own are not")
  func classes() throws {
    let config = try KerasConfig(
      """
      {"class_name": "Sequential", "config": {"name": "m", "layers": [
        {"class_name": "ReLU", "module": "keras.layers", "registered_name": null,
          "config": {"name": "a"}},
        {"class_name": "ReLU", "module": "mine", "registered_name": "mine>ReLU",
          "config": {"name": "b"}},
        {"class_name": "mine>ReLU", "config": {"name": "c"}},
        {"class_name": "Custom>CustomScaleLayer", "config": {"name": "d"}}]}}
      """)
    let layers = try #require(config.model).layers
    #expect(layers.map(\.isForeign) == [false, true, true, false])
    #expect(layers.map(\.className) == ["ReLU", "ReLU", "ReLU", "CustomScaleLayer"])
    #expect(try KerasConfig(#"{"class_name": "MyNet", "config": {}}"#).model == nil)
  }

  @Test("Settings that nobody read show, unless they say nothing")
  func unread() throws {
    let config = try KerasConfig(
      """
      {"class_name": "Sequential", "config": {"name": "m", "layers": [
        {"class_name": "ReLU", "config": {"name": "a", "trainable": true, "max_value": 6, "x": null,
          "y": [], "kernel_initializer": "zeros", "threshold": 0.0}}]}}
      """)
    let settings = try #require(config.model?.layers.first?.settings)
    #expect(settings.unread(besides: []) == ["max_value", "threshold"])
    #expect(settings.unread(besides: ["max_value", "threshold"]).isEmpty)
  }

  @Test("More layers than any network has are refused before anything else is done with them")
  func limits() {
    let layer = #"{"class_name": "ReLU", "config": {"name": "a"}}"#
    let many = (0...KerasConfig.Limits.layers).map { layer.replacing("\"a\"", with: "\"a\($0)\"") }
    let deep = (0...KerasConfig.Limits.depth + 1).reduce(layer) { inner, level in
      #"{"class_name": "Sequential", "config": {"name": "m\#(level)", "layers": [\#(inner)]}}"#
    }
    for text in [
      #"{"class_name": "Sequential", "config": {"layers": [\#(many.joined(separator: ","))]}}"#,
      deep,
    ] {
      #expect(throws: KerasConfigError.self) { try KerasConfig(text) }
    }
  }
}

import JSON
import KerasConfigs
public import Layers
package import Networks
package import Tensors

/// What a user knows of a file that its config does not say.
package struct ImportOptions: Sendable {
  /// The major version of the Keras that wrote the file.
  package var kerasVersion = 3
  /// The extents of images, where the config leaves them open.
  package var height: Int?
  /// The extents of images, where the config leaves them open.
  package var width: Int?
  /// The images, where the config tells nothing at all of them.
  package var image: ImageShape?
  /// Classes of the user's own, and the Keras class that does the same.
  package var aliases: [String: String] = [:]
  /// Settings that change nothing, as the user says.
  package var ignoredSettings: Set<String> = []

  package init() {}
}

/// Why the network of a config cannot be run.
public struct ImportError: Error, Hashable, CustomStringConvertible {
  /// The layer, behind the models around it.
  public let layer: String
  /// The class that the config names, where there is one.
  public let className: String?
  /// What is wrong with it.
  public let problem: String
  /// What it would take.
  public let remedy: LayerRemedy?

  /// The layer, its class, the problem, and what it would take.
  public var description: String { statement + (remedy.map { "; \($0)" } ?? "") }

  /// The same without what it would take.
  public var statement: String {
    let name = className.map { "'\(layer)' (\($0))" } ?? "'\(layer)'"
    return "layer \(name) \(problem)"
  }
}

/// A network that a file describes.
package struct ImportedNetwork: Sendable {
  /// The network up to its logits.
  package let graph: Graph
  /// What makes probabilities of its first result, if the network ends in that.
  package let activation: OutputActivation?
  /// What a reader should know: settings that were taken to change nothing.
  package let notes: [String]
}

/// Turns the tree of a config into a graph: order, nesting and sharing of layers.
struct GraphImporter {
  /// The most calls of layers that a network may have.
  static let mostCalls = 16_384

  let options: ImportOptions
  let tracer = Tracer()
  var notes: [String] = []
  /// The paths of layers whose int8 weights are restored.
  private var quantizedLayers: [String] = []
  private var calls = 0

  init(_ options: ImportOptions) { self.options = options }

  /// Calls a model on signals.
  mutating func call(
    _ model: KerasModel, _ inputs: [Signal], path: [String]
  ) throws(ImportError) -> [Signal] {
    // The file's own model is no group: it is all there is.
    let group = path.isEmpty ? nil : tracer.open(groupAt: path.joined(separator: "/"))
    defer { if let group { tracer.close(group) } }
    return model.kind == .sequential
      ? try sequence(model, inputs, path: path) : try network(model, inputs, path: path)
  }

  private mutating func sequence(
    _ model: KerasModel, _ inputs: [Signal], path: [String]
  ) throws(ImportError) -> [Signal] {
    var signals = inputs
    for layer in model.layers where layer.className != "InputLayer" {
      signals = try call(layer, LayerCall(), signals, path: path + [layer.name])
    }
    return signals
  }

  private mutating func network(
    _ model: KerasModel, _ inputs: [Signal], path: [String]
  ) throws(ImportError) -> [Signal] {
    guard inputs.count == model.inputs.count else {
      throw error(
        path, nil, "reads \(model.inputs.count) values, but is called on \(inputs.count)")
    }
    var values: [TensorReference: Signal] = [:]
    for (reference, signal) in zip(model.inputs, inputs) { values[reference] = signal }
    for step in try CallOrder(model, path).steps {
      let layer = model.layers[step.layer]
      let call = layer.calls[step.call]
      var signals: [Signal] = []
      for reference in call.tensors {
        guard let signal = values[reference] else {
          throw error(
            path + [layer.name], layer, "reads value \(reference.tensor) of '\(reference.layer)'")
        }
        signals.append(signal)
      }
      let results = try self.call(layer, call, signals, path: path + [layer.name])
      for (place, signal) in results.enumerated() {
        values[TensorReference(layer: layer.name, call: step.call, tensor: place)] = signal
      }
    }
    var results: [Signal] = []
    for reference in model.outputs {
      guard let signal = values[reference] else {
        throw error(
          path, nil,
          "ends in value \(reference.tensor) of call \(reference.call) of "
            + "'\(reference.layer)', which it has not")
      }
      results.append(signal)
    }
    return results
  }

  /// Calls a layer, or the model that it is.
  private mutating func call(
    _ layer: KerasLayer, _ call: LayerCall, _ inputs: [Signal], path: [String]
  ) throws(ImportError) -> [Signal] {
    calls += 1
    guard calls <= Self.mostCalls else {
      throw error(path, nil, "is call \(calls): more than \(Self.mostCalls) are not run")
    }
    if let model = layer.model { return try self.call(model, inputs, path: path) }
    do throws(LayerError) {
      let imported = try read(layer, call, path)
      guard !inputs.isEmpty else { throw LayerError("reads nothing") }
      if !(imported is any ReadsSeveral), inputs.count != 1 {
        throw LayerError("reads \(inputs.count) values")
      }
      let results = tracer.call(imported, at: path.joined(separator: "/"), inputs)
      if let failure = tracer.failure { throw LayerError(failure.problem) }
      return results
    } catch let problem {
      throw self.error(path, layer, problem.reason, problem.remedy)
    }
  }

  /// A layer of the config as one of ours, all its settings understood.
  private mutating func read(
    _ layer: KerasLayer, _ call: LayerCall, _ path: [String]
  ) throws(LayerError) -> any Layer {
    let alias = options.aliases[layer.className]
    if layer.isForeign, alias == nil, !ZooCatalog.has(layer.className, of: layer.package) {
      throw LayerError(
        "is a class of somebody's own, whose code no file holds",
        remedy: .alias(of: layer.className))
    }
    let isFunction = ["TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"].contains(
      layer.className)
    if alias == nil, layer.isOperator || isFunction { return try Operator(layer, call) }
    var settings = SettingsReader(
      alias ?? layer.className, layer.settings, kerasVersion: options.kerasVersion)
    if alias == nil, layer.isForeign || ZooCatalog.has(layer.className, of: layer.package) {
      settings.package = layer.package ?? ""
    }
    if settings.package == nil,
      let names = LayerCatalog.arguments(of: settings.className, settings.kerasVersion)
    {
      settings.arguments = try LayerArguments(call, names)
    } else {
      try check(call)
    }
    if alias == nil { try checkQuantization(of: layer, &settings, path) }
    let result = try LayerCatalog.layer(&settings)
    let ignored = try settings.finish(
      ignoring: alias == nil ? options.ignoredSettings : Set(settings.names))
    if alias == nil {
      notes += ignored.map {
        "setting \($0) of '\(path.joined(separator: "/"))' taken to change nothing, as told"
      }
    } else {
      notes.append(
        "'\(path.joined(separator: "/"))' (\(layer.className)) taken for a \(alias ?? ""), as told")
    }
    return result
  }

  /// Takes int8 weights for what they stand for, and refuses those that are packed otherwise.
  private mutating func checkQuantization(
    of layer: KerasLayer, _ settings: inout SettingsReader, _ path: [String]
  ) throws(LayerError) {
    guard let mode = layer.settings.quantization else { return }
    guard mode == "int8" else {
      throw LayerError(
        "is quantised to \(mode), which is not read",
        remedy: .file("save the model before Keras's quantize(), or after quantize('int8')"))
    }
    guard layer.className != "EinsumDense" || Self.scalesInOrder(layer.settings["equation"]?.string)
    else { throw LayerError("is quantised, and its kernel is summed over its last axes") }
    settings.pass("quantization_config")
    quantizedLayers.append(path.joined(separator: "/"))
  }

  /// Whether the axes of an einsum's kernel that its result has are the kernel's last, and in one order in both: the
  /// scale of a quantised kernel lies as the result does, and no extent tells two axes apart.
  private static func scalesInOrder(_ equation: String?) -> Bool {
    let parts = (equation ?? "").split { ",->".contains($0) }
    guard parts.count == 3 else { return false }
    let (kernel, result) = (parts[1], parts[2])
    let kept = kernel.filter(result.contains)
    return kernel.hasSuffix(kept) && result.filter(kernel.contains) == kept
  }

  /// Refuses keywords of a call that change what a layer does.
  private func check(_ call: LayerCall) throws(LayerError) {
    for (name, value) in call.keywords {
      guard case .constant(let constant) = value else {
        // The values of a layer that is called by name: `inputs=x`.
        if name == "inputs" || name == "input" { continue }
        throw LayerError("is called with a value as \(name)")
      }
      // Keras 3 predicts in its own mode, whatever a call says; Keras 2 obeys.
      let isHarmless =
        constant.isNull || constant.truth == false || (name == "training" && call.isOfKeras3)
      guard isHarmless else {
        throw LayerError("is called with \(name) = \(constant.text.prefix(40))")
      }
    }
  }

  /// What a user should know of weights that were quantised.
  var quantizationNotes: [String] {
    guard let first = quantizedLayers.first else { return [] }
    let names =
      quantizedLayers.count == 1
      ? "'\(first)'" : "\(quantizedLayers.count) layers, '\(first)' the first,"
    return [
      "the int8 weights of \(names) are restored and computed with in float32; Keras also rounds what such a "
        + "layer reads"
    ]
  }

  func error(
    _ path: [String], _ layer: KerasLayer?, _ problem: String, _ remedy: LayerRemedy? = nil
  ) -> ImportError {
    let name = path.joined(separator: "/")
    return ImportError(
      layer: name.isEmpty ? "model" : name, className: layer?.className, problem: problem,
      remedy: remedy)
  }
}

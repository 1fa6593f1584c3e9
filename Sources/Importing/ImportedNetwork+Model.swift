import JSON
package import KerasConfigs
import Layers
import Networks
package import Tensors

extension ImportedNetwork {
  /// The network of a config.
  ///
  /// What makes probabilities at its end is taken off: a classifier's results are its logits.
  ///
  /// - Throws: ``ImportError`` with the first layer that cannot be run.
  package init(_ model: KerasModel, _ options: ImportOptions) throws(ImportError) {
    if let parallel = model.partsOfBatch { throw parallel }
    var importer = GraphImporter(options)
    let format = model.dataFormat
    var ports: [Port] = []
    var signals: [Signal] = []
    for (place, reference) in model.inputs.enumerated() {
      let shape = try importer.shape(of: reference, in: model, format, isFirst: place == 0)
      let (port, signal) = importer.tracer.input(named: reference.layer, shape)
      ports.append(port)
      signals.append(signal)
    }
    guard !signals.isEmpty else { throw importer.error([], nil, "has no input") }
    let results = try importer.call(model, signals, path: [])
    guard !results.isEmpty else { throw importer.error([], nil, "has no result") }
    let names = model.outputs.map(\.layer)
    let ends = results.map { LogitSearch(importer.tracer).logits(of: $0) }
    func named(_ signals: [Signal]) -> [Port] {
      signals.enumerated().map { place, signal in
        Port(
          name: names.indices.contains(place) ? names[place] : "output",
          value: importer.tracer.value(of: signal))
      }
    }
    graph = Graph(
      importer.tracer, inputs: ports, outputs: named(ends.map(\.signal)),
      ends: named(results), dataFormat: format)
    let outputs = graph.outputCount
    activation =
      switch ends[0].activation {
      case .softmax where outputs > 1: .softmax
      case .sigmoid: outputs == 1 ? .binary : .sigmoid
      default: nil
      }
    notes = importer.notes + importer.quantizationNotes
  }
}

extension GraphImporter {
  /// The shape of one of the model's inputs for one image.
  func shape(
    of reference: TensorReference, in model: KerasModel, _ format: DataFormat, isFirst: Bool
  ) throws(ImportError) -> Shape {
    let layer = model[reference.layer]
    let given = options.image.map { format.shape(of: $0, count: 1).dimensions.map(Optional.some) }
    guard let extents = layer.flatMap(Self.inputExtents) ?? model.builtExtents ?? given else {
      throw error(
        [reference.layer], layer, "tells no shape of its input",
        .file("a model that was never built has none; build it and save it again"))
    }
    guard !extents.isEmpty else {
      throw error([reference.layer], layer, "has an input without a batch")
    }
    var shape = Array(extents.dropFirst())
    if shape.count == 3 || shape.count == 2 {
      let rows = shape.count == 3 && format == .channelsFirst ? 1 : 0
      if shape[rows] == nil { shape[rows] = options.height }
      if shape[rows + 1] == nil, shape.count == 3 { shape[rows + 1] = options.width }
    }
    let known = shape.compactMap(\.self)
    guard known.count == shape.count else {
      let words = extents.map { $0.map { "\($0)" } ?? "any" }.joined(separator: "×")
      throw error(
        [reference.layer], layer, "takes inputs of \(words)",
        shape.count == 3 ? .inputSize : .file("its extents must be known"))
    }
    guard known.allSatisfy({ (1...1 << 24).contains($0) }),
      known.reduce(1.0, { $0 * Double($1) }) <= Double(Primitive.largest)
    else { throw error([reference.layer], layer, "has an input of \(known)") }
    return Shape(known)
  }

  private static func inputExtents(_ layer: KerasLayer) -> [Int?]? {
    for name in ["batch_shape", "batch_input_shape", "input_shape"] {
      guard let extents = layer.settings[name]?.list else { continue }
      let shape = extents.prefix(16).map(\.integer)
      return name == "input_shape" ? [nil] + shape : shape
    }
    if let length = layer.settings["input_dim"]?.integer { return [nil, length] }
    guard let model = layer.model, let first = model.inputs.first.flatMap({ model[$0.layer] })
    else {
      return nil
    }
    return inputExtents(first)
  }
}

extension KerasModel {
  /// Where the channels of the images are, as the layers say.
  package var dataFormat: DataFormat {
    var formats: Set<String> = []
    var permutes = false
    forEachLayer { _, layer in
      if let format = layer.settings["data_format"]?.string { formats.insert(format) }
      if layer.className == "Permute" { permutes = true }
    }
    // Behind a permutation of axes the layers' format is no longer the image's.
    return formats == ["channels_first"] && !permutes ? .channelsFirst : .channelsLast
  }
}

extension KerasModel {
  /// Why a model that was made for several GPUs is refused: it cuts the batch with code, calls one model on
  /// each part, and joins the results.
  fileprivate var partsOfBatch: ImportError? {
    for layer in layers where layer.className == "Concatenate" || layer.className == "Merge" {
      let axis = layer.settings["axis"]?.integer ?? layer.settings["concat_axis"]?.integer
      let read = layer.calls.first?.tensors ?? []
      guard axis == 0, read.count > 1, Set(read.map(\.layer)).count == 1 else { continue }
      return ImportError(
        layer: layer.name, className: layer.className,
        problem: "joins the results of \(read.count) calls on parts of the batch, as a model for "
          + "several GPUs does",
        remedy: .file("save the model inside it, which has the same weights"))
    }
    return nil
  }
}

/// Looks for what makes probabilities at a network's end.
private struct LogitSearch {
  let tracer: Tracer

  init(_ tracer: Tracer) { self.tracer = tracer }

  /// What goes into a softmax over the last axis or a sigmoid at the end, also before the numbers are only
  /// shaped anew.
  func logits(of signal: Signal) -> (signal: Signal, activation: OutputActivation?) {
    guard case .value(let id) = signal.operand else { return (signal, nil) }
    let node = tracer.nodes[id]
    guard case .value(let before)? = node.operands.first else { return (signal, nil) }
    let input = tracer.signal(before)
    switch node.primitive {
    case .softmax(.plain, let axes) where axes == [node.shape.rank - 1]: return (input, .softmax)
    case .map(.sigmoid): return (input, .sigmoid)
    case .reshape(let shape):
      let (inner, activation) = logits(of: input)
      guard let activation else { return (signal, nil) }
      return (inner.reshaped(shape.dimensions), activation)
    default: return (signal, nil)
    }
  }
}

import KerasConfigs
import Networks
import Tensors

/// The network that a config describes, in the normal form of ``TermTable``.
///
/// Every call that the results need is run on symbolic values, models inside the model too. A layer without
/// equal among our operations makes a value that equals nothing, and everything made of it differs as well.
struct ConfiguredNetwork {
  /// A value on its way through the config's layers.
  struct Value {
    /// Its number in the table.
    let term: Int
    /// Its shape; `nil` behind something unknown.
    var shape: FeatureShape?
    /// How a map lies there; `nil` for the model's input until a layer tells, and for rows.
    var format: DataFormat?
  }

  /// One call of a layer that was run.
  struct Step {
    /// The path of the layer, `backbone/conv1`.
    let path: String
    let layer: KerasLayer
    let inputs: [Int]
    let result: Int
    /// Why the layer has no equal among our operations; `nil` where it has.
    let problem: Untranslated?
  }

  /// All calls that the results need, in an order in which each follows what it reads.
  private(set) var steps: [Step] = []
  /// The model's results.
  private(set) var results: [Int] = []
  /// The calls so far, those of models inside the model too.
  private var calls = 0
  /// How the image lies, as far as a layer has told.
  private var imageFormat: DataFormat?

  /// Values that a config may make at most: models called by models multiply.
  static let largest = 1 << 16

  /// Runs `model` on an image of the given shape.
  init(_ model: KerasModel, image: ImageShape, in table: inout TermTable) {
    var inputs: [Value] = []
    for number in model.inputs.indices {
      let operation =
        number == 0
        ? Term.Operation.known(.input) : .foreign("input \(number)")
      let term = table.number(of: Term(operation: operation, inputs: [], weights: nil))
      inputs.append(Value(term: term, shape: number == 0 ? .map(image) : nil))
    }
    results = run(model, on: inputs, below: [], in: &table).map(\.term)
  }

  /// The results of one call of a model.
  private mutating func run(
    _ model: KerasModel, on inputs: [Value], below path: [String], in table: inout TermTable
  ) -> [Value] {
    switch model.kind {
    case .sequential:
      var values = inputs
      for layer in model.layers {
        values = call(layer, LayerCall(), on: values, below: path, in: &table)
      }
      return values
    case .functional:
      return runCalls(of: model, on: inputs, below: path, in: &table)
    }
  }

  /// A functional model: each call after those that it reads, none that no result needs.
  private mutating func runCalls(
    of model: KerasModel, on inputs: [Value], below path: [String], in table: inout TermTable
  ) -> [Value] {
    struct Place: Hashable {
      let layer: String
      let call: Int
    }
    var done: [Place: [Value]] = [:]
    for (reference, value) in zip(model.inputs, inputs) {
      done[Place(layer: reference.layer, call: reference.call)] = [value]
    }
    func value(_ reference: TensorReference) -> Value? {
      let values = done[Place(layer: reference.layer, call: reference.call)]
      return values.flatMap { reference.tensor < $0.count ? $0[reference.tensor] : nil }
    }
    // A stack of our own: a chain of calls may be as long as a config.
    var open = model.outputs.reversed().map { Place(layer: $0.layer, call: $0.call) }
    var entered: Set<Place> = []
    while let place = open.last {
      guard done[place] == nil, let layer = model[place.layer] else {
        open.removeLast()
        continue
      }
      let call = place.call < layer.calls.count ? layer.calls[place.call] : LayerCall()
      let needs = call.tensors.filter {
        done[Place(layer: $0.layer, call: $0.call)] == nil
      }
      if needs.isEmpty || !entered.insert(place).inserted {
        // What still waits for itself here is a cycle, and no value.
        let read = call.tensors.map { value($0) ?? unknown(path + [place.layer], in: &table) }
        done[place] = self.call(layer, call, on: read, below: path, in: &table)
        open.removeLast()
      } else {
        open += needs.reversed().map { Place(layer: $0.layer, call: $0.call) }
      }
    }
    return model.outputs.map { value($0) ?? unknown(path + [$0.layer], in: &table) }
  }

  /// The results of one call of a layer.
  private mutating func call(
    _ layer: KerasLayer, _ call: LayerCall, on inputs: [Value], below parents: [String],
    in table: inout TermTable
  ) -> [Value] {
    if layer.className == "InputLayer", call.arguments.isEmpty { return inputs }
    let path = parents + [layer.name]
    calls += 1
    if let model = layer.model, calls < Self.largest {
      return run(model, on: inputs, below: path, in: &table)
    }
    let label = path.joined(separator: "/")
    let value: Value
    var problem: Untranslated?
    do throws(Untranslated) {
      value = try translated(layer, call, on: inputs, path: label, in: &table)
    } catch {
      // One value stands for all results of such a call; it equals nothing.
      value = unknown(path, inputs: inputs.map(\.term), in: &table)
      problem = error
    }
    steps.append(
      Step(
        path: label, layer: layer, inputs: inputs.map(\.term), result: value.term,
        problem: problem))
    return Array(repeating: value, count: problem == nil ? 1 : 16)
  }

  private mutating func translated(
    _ layer: KerasLayer, _ call: LayerCall, on inputs: [Value], path: String,
    in table: inout TermTable
  ) throws(Untranslated) -> Value {
    guard calls < Self.largest else {
      throw Untranslated(reason: "stands behind \(Self.largest) calls, more than are looked at")
    }
    var translation = LayerTranslation(layer, call, path: path)
    let value = try translation.value(of: inputs, in: &table)
    if let format = translation.adoptedFormat {
      guard imageFormat ?? format == format else {
        throw Untranslated(reason: "reads the image as \(format.rawValue), others do not")
      }
      imageFormat = format
    }
    return value
  }

  private func unknown(
    _ path: [String], inputs: [Int] = [], in table: inout TermTable
  ) -> Value {
    let name = "\(path.joined(separator: "/"))#\(steps.count)"
    return Value(
      term: table.number(of: Term(operation: .foreign(name), inputs: inputs, weights: nil)))
  }
}

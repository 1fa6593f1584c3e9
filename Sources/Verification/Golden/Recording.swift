public import Engine
public import Networks
public import Tensors

/// A run of a bound network, kept as a golden.
///
/// The logits come from the plan that evaluates: everything fused. The layers come from a second
/// plan in which only the layers asked for are kept apart, and the two plans' logits are compared.
public struct Recording: Sendable {
  /// What was recorded.
  public let golden: Golden
  /// How far the logits of the plan with taps are from those of the plan without.
  public let fusion: ErrorStatistics

  /// What computes.
  public enum Computation: String, Sendable, CaseIterable {
    /// oneDNN, as evaluations use it.
    case onednn
    /// Plain loops in double precision.
    case reference
  }

  /// How a network is run while it is recorded.
  public struct Settings: Sendable {
    /// What computes.
    public var computation: Computation
    /// How many images one call of the engine takes.
    public var batch: Int
    /// How many threads compute.
    public var threads: Int
    /// Whether every convolution is computed directly.
    public var exact: Bool
    /// Where batch norms take their statistics from.
    public var statistics: BatchStatistics

    /// Creates the settings of a run.
    public init(
      computation: Computation = .onednn, batch: Int = 8, threads: Int = 1, exact: Bool = false,
      statistics: BatchStatistics = .moving
    ) {
      self.computation = computation
      self.batch = batch
      self.threads = threads
      self.exact = exact
      self.statistics = statistics
    }
  }

  /// Runs `bound` on a batch, and keeps the values of the nodes that `isKept` accepts.
  ///
  /// - Parameters:
  ///   - bound: The network and its weights.
  ///   - inputs: A batch for each of the graph's inputs, images in its data format.
  ///   - settings: How it is run.
  ///   - model: What the golden says of the network and its files.
  ///   - recorder: What the golden says of the program.
  ///   - isKept: Which nodes' values are kept; the topology is kept of all.
  /// - Throws: ``EngineError``, or whatever reading a weight throws.
  public init(
    _ bound: BoundGraph, inputs: [Tensor], settings: Settings, model: GoldenManifest.Model,
    recorder: GoldenManifest.Recorder, keeping isKept: (LayerSpan) -> Bool
  ) throws {
    let graph = bound.graph
    let kept = graph.layers.filter { !($0.layer is InputLayer) && isKept($0) }
    let taps = Set(kept.map(\.output))
    let (logits, trace) = try Self.run(bound, inputs, settings, taps)
    let count = logits.count
    var arrays = ["logits": logits]
    let read = zip(graph.inputs, inputs).map { port, tensor in
      let tensor = tensor.convertedIfImages(from: graph.dataFormat, to: .channelsLast)
      let name = inputs.count > 1 ? port.name : nil
      let array = name.map { "inputs/\($0)" } ?? "inputs"
      arrays[array] = tensor
      return GoldenManifest.Inputs(
        name: name, array: array, shape: tensor.shape.dimensions, sha256: tensor.sha256)
    }
    for layer in kept { arrays[Self.array(layer)] = trace.values[layer.output] }
    let run = GoldenManifest.Run(
      dataFormat: graph.dataFormat.rawValue, precision: "float32", batch: count,
      threads: settings.threads, training: settings.statistics == .ofBatch)
    let layers = graph.layers.map { layer in
      GoldenManifest.Layer(
        name: layer.path, kind: layer.kerasClass, activation: layer.layer.activation,
        inputs: graph.layers(before: layer).map(\.path),
        shape: [count] + layer.shape.dimensions,
        array: arrays[Self.array(layer)] == nil ? nil : Self.array(layer))
    }
    golden = Golden(
      GoldenManifest(
        recorder: recorder, model: model, run: run, inputs: read[0],
        furtherInputs: read.count > 1 ? Array(read.dropFirst()) : nil,
        logits: .init(array: "logits", layer: graph.path(of: graph.output)), layers: layers),
      named: "this run", arrays: arrays)
    fusion = ErrorStatistics(of: trace.result.values, against: logits.values)
  }

  /// The logits of the plan that evaluates, and the trace of the one with taps.
  private static func run(
    _ bound: BoundGraph, _ inputs: [Tensor], _ settings: Settings, _ taps: Set<Node.ID>
  ) throws -> (logits: Tensor, Trace) {
    if settings.computation == .reference {
      let trace = try ReferenceExecutor(bound, statistics: settings.statistics, taps: taps)
        .trace(inputs)
      return (trace.result, trace)
    }
    // Statistics of the batch are those of the whole batch, whatever the user's machine holds.
    let batch = settings.statistics == .ofBatch ? inputs[0].count : settings.batch
    func plan(_ taps: Set<Node.ID>) throws -> Plan {
      try Plan(
        compiling: bound, batch: batch, threads: settings.threads, exact: settings.exact,
        statistics: settings.statistics, taps: taps)
    }
    let logits = try plan([]).trace(inputs).result
    return (logits, try plan(taps).trace(inputs))
  }

  private static func array(_ layer: LayerSpan) -> String { "activations/\(layer.path)" }
}

public import Networks
import Tensors

/// A run of a network beside a reference, layer by layer in the order of execution.
public struct Verification: Codable, Sendable, Hashable {
  /// What was compared.
  public var candidate: Side
  /// What it was compared with.
  public var reference: Side
  /// How far values may be apart.
  public var tolerances: Tolerances
  /// The layers that both sides keep, in the order of execution.
  public var layers: [LayerComparison]
  /// The place of the first layer beyond its tolerance, if there is one.
  public var firstDivergence: Int?
  /// The layers without weights that only one side has, or has in another place.
  public var unpaired: [String]
  /// The logits.
  public var logits: LogitComparison
  /// How far the plan with taps is from the plan that evaluates, where the candidate is a run.
  public var fusion: ErrorStatistics?
  /// The errors of the first layer beyond its tolerance, where it is a map and was kept whole.
  public var heatMap: HeatMap?
  /// Why the first layer beyond its tolerance differs, where the candidate is a run.
  public var diagnosis: Diagnosis?
  /// Whether every layer, the logits and the two plans agree.
  public var passes: Bool

  /// Whether a layer has another shape than in the reference, and nothing explains it: then the
  /// reference is not of this network.
  public var isIncomparable: Bool {
    guard let firstDivergence, layers[firstDivergence].referenceShape != nil else { return false }
    return diagnosis?.fitting.isEmpty ?? true
  }

  /// One side of a comparison.
  public struct Side: Codable, Sendable, Hashable {
    /// The file, or words for a run.
    public var name: String
    /// Who recorded it, `keras 3.15.1 (tensorflow 2.21.0)`.
    public var recorder: String
    /// The network and its weights.
    public var model: GoldenManifest.Model
    /// How the network was run.
    public var run: GoldenManifest.Run

    init(_ golden: Golden) {
      name = golden.name
      let recorder = golden.manifest.recorder
      self.recorder =
        "\(recorder.name) \(recorder.version)" + (recorder.backend.map { " (\($0))" } ?? "")
      model = golden.manifest.model
      run = golden.manifest.run
    }
  }

  /// Compares what a recording of this process has with a reference, and looks for the cause of the
  /// first difference.
  ///
  /// - Throws: ``GoldenError`` when the two cannot be compared, or whatever reading a weight throws.
  public init(
    of recording: Recording, bound: BoundGraph, against reference: Golden,
    names: [String: String] = [:], within tolerances: Tolerances = .float32
  ) throws {
    try self.init(
      of: recording.golden, against: reference, names: names, within: tolerances)
    fusion = recording.fusion
    let scale = recording.fusion.scale
    let agrees =
      recording.fusion.unequal == 0
      && recording.fusion.largest <= Double(tolerances.logits.bound(scale: scale))
    passes = passes && agrees
    diagnosis = try Diagnosis(of: self, recording.golden, bound: bound, reference: reference)
  }

  /// Compares two goldens.
  ///
  /// - Parameters:
  ///   - candidate: What is compared.
  ///   - reference: What it is compared with.
  ///   - names: What the reference calls layers of the candidate, as far as it is known.
  ///   - tolerances: How far values may be apart.
  /// - Throws: ``GoldenError`` when the two cannot be compared: other images, another network, a
  ///   reference that is not finite.
  public init(
    of candidate: Golden, against reference: Golden, names: [String: String] = [:],
    within tolerances: Tolerances = .float32
  ) throws(GoldenError) {
    try Self.checkInputs(candidate, reference)
    let pairing = LayerPairing(
      candidate.manifest.layers, with: reference.manifest.layers, names: names)
    try Self.check(pairing, candidate, reference)
    var layers: [LayerComparison] = []
    var heatMap: HeatMap?
    for pair in pairing.pairs {
      let (layer, expected) = (
        candidate.manifest.layers[pair.candidate], reference.manifest.layers[pair.reference]
      )
      guard let values = try candidate.record(of: layer),
        let wanted = try reference.record(of: expected)
      else { continue }
      let comparison = LayerComparison(
        layer, values, against: expected, wanted,
        within: tolerances.of(kind: layer.kind))
      guard comparison.hasFiniteReference, wanted.hasFiniteMean else {
        throw GoldenError(
          "\(reference.name): the layer \(expected.name) holds values that are not finite; "
            + "nothing can be held to them")
      }
      if !comparison.passes, heatMap == nil, !layers.contains(where: { !$0.passes }) {
        heatMap = HeatMap(of: values, against: wanted)
      }
      layers.append(comparison)
    }
    logits = try Self.logits(candidate, reference, tolerances.logits)
    self.candidate = Side(candidate)
    self.reference = Side(reference)
    self.tolerances = tolerances
    self.layers = layers
    unpaired = (pairing.onlyInCandidate + pairing.onlyInReference).uniqued
    self.heatMap = heatMap
    firstDivergence = layers.firstIndex { !$0.passes }
    passes = firstDivergence == nil && logits.passes
  }

  private static func logits(
    _ candidate: Golden, _ reference: Golden, _ tolerance: Tolerance
  ) throws(GoldenError) -> LogitComparison {
    let (logits, wanted) = (try candidate.logits(), try reference.logits())
    guard logits.shape == wanted.shape, logits.shape.rank >= 1 else {
      throw GoldenError(
        "\(reference.name): logits of \(wanted.shape), but \(candidate.name) has \(logits.shape)")
    }
    let comparison = LogitComparison(of: logits, against: wanted, within: tolerance)
    guard comparison.errors.notANumber.reference == 0, comparison.errors.infinite.reference == 0
    else { throw GoldenError("\(reference.name): its logits hold values that are not finite") }
    return comparison
  }

  /// Two runs on different images say nothing of each other.
  private static func checkInputs(
    _ candidate: Golden, _ reference: Golden
  ) throws(GoldenError) {
    let names = candidate.manifest.allInputs.compactMap(\.name)
    guard let inputs = try candidate.inputs(),
      let expected = try reference.inputs(inOrderOf: names)
    else { return }
    guard inputs.map(\.shape) == expected.map(\.shape) else {
      func shapes(_ tensors: [Tensor]) -> String {
        tensors.map { "\($0.shape)" }.joined(separator: " and ")
      }
      throw GoldenError(
        "\(reference.name): recorded from images of \(shapes(expected)), but \(candidate.name) from "
          + shapes(inputs))
    }
    guard inputs == expected else {
      throw GoldenError("\(reference.name): recorded from other images than \(candidate.name)")
    }
  }

  /// The layers with weights must be those of one network; where another layer stands is a finding,
  /// not a fault of the input.
  private static func check(
    _ pairing: LayerPairing, _ candidate: Golden, _ reference: Golden
  ) throws(GoldenError) {
    var problems: [String] = []
    for (layers, owner, other) in [
      (pairing.onlyInReference, reference, candidate),
      (pairing.onlyInCandidate, candidate, reference),
    ] {
      let names = layers.filter { owner.layer($0)?.hasWeights ?? true }
      guard !names.isEmpty else { continue }
      let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " …" : "")
      problems.append(
        "\(names.count) of the \(owner.manifest.layers.count) layers of \(owner.name) are not in "
          + "\(other.name): \(shown)")
    }
    guard problems.isEmpty else {
      throw GoldenError(
        "\(reference.name): not of the same network: " + problems.joined(separator: "; "))
    }
  }
}

extension [String] {
  /// Each name once, in order.
  fileprivate var uniqued: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}

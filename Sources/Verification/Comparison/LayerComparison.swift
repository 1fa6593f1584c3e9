package import Tensors

/// One layer of a run beside the same layer of the reference.
public struct LayerComparison: Codable, Sendable, Hashable {
  /// The candidate's name for it.
  public var name: String
  /// The reference's name for it.
  public var referenceName: String
  /// Its class by Keras's name.
  public var kind: String
  /// The shape of its values: N·H·W·C or N·C.
  public var shape: [Int]
  /// The reference's shape, where it differs; then nothing else was compared.
  public var referenceShape: [Int]?
  /// Whether only samples were compared.
  public var isSampled: Bool
  /// How far the values are apart.
  public var errors: ErrorStatistics
  /// The difference between the means of all values, where only samples were kept.
  public var meanError: Double?
  /// The largest difference that passes.
  public var bound: Float
  /// Whether every value is within the bound, and none is unequal.
  public var passes: Bool
  /// The position of the worst value: image, row, column, channel; or image, channel.
  public var worstPosition: [Int]
  /// The candidate's value there, as text: JSON has no NaN.
  public var worstValue: String
  /// The reference's value there.
  public var worstReference: String
  /// Where the values beyond the bound lie, if there are any.
  public var pattern: ErrorPattern?

  /// Compares what two goldens keep of a layer.
  init(
    _ layer: GoldenManifest.Layer, _ candidate: ActivationRecord,
    against expected: GoldenManifest.Layer, _ reference: ActivationRecord,
    within tolerance: Tolerance
  ) {
    name = layer.name
    referenceName = expected.name
    kind = expected.kind.isEmpty ? layer.kind : expected.kind
    shape = layer.shape
    referenceShape = candidate.shape == reference.shape ? nil : expected.shape
    let sides = Sides(candidate, reference)
    isSampled = sides.isSampled
    guard referenceShape == nil else {
      errors = ErrorStatistics(of: [], against: [])
      (bound, passes, worstPosition) = (0, false, [])
      (worstValue, worstReference) = ("", "")
      return
    }
    errors = ErrorStatistics(of: sides.candidate, against: sides.reference)
    // The scale of all values, of which samples may not hold the largest.
    if let largest = sides.largest { errors.scale = largest }
    let bound = tolerance.bound(scale: errors.scale)
    self.bound = bound
    meanError = sides.meanError
    let isWithin = errors.unequal == 0 && errors.largest <= Double(bound)
    passes = isWithin && (meanError ?? 0) <= Double(bound)
    let whole = candidate.shape
    let places = sides.isSampled ? SampledActivation.positions(among: whole.elementCount) : nil
    func place(_ index: Int) -> Int { places.map { $0[index] } ?? index }
    let worst = errors.worst
    let isEmpty = sides.candidate.isEmpty
    worstPosition = isEmpty ? [] : whole.position(of: place(worst))
    worstValue = isEmpty ? "" : "\(sides.candidate[worst])"
    worstReference = isEmpty ? "" : "\(sides.reference[worst])"
    guard !passes, places == nil else { return }
    pattern = ErrorPattern(of: whole) { index in
      let (value, expected) = (sides.candidate[index], sides.reference[index])
      return value != expected && !(abs(value - expected) <= bound)
    }
  }

  /// Whether all values of the reference that were compared are finite.
  var hasFiniteReference: Bool {
    errors.notANumber.reference == 0 && errors.infinite.reference == 0
  }

  /// The values that both sides have.
  private struct Sides {
    let candidate: [Float]
    let reference: [Float]
    let isSampled: Bool
    var largest: Float?
    var meanError: Double?

    init(_ candidate: ActivationRecord, _ reference: ActivationRecord) {
      if case .whole(let values) = candidate, case .whole(let expected) = reference {
        (self.candidate, self.reference) = (values.values, expected.values)
        isSampled = false
      } else {
        let (values, expected) = (candidate.sampled, reference.sampled)
        (self.candidate, self.reference) = (values.values, expected.values)
        isSampled = true
        largest = expected.largest
        meanError = abs(values.mean - expected.mean)
      }
    }
  }
}

extension ActivationRecord {
  /// Whether the mean that is kept beside samples is finite, as it is of finite values.
  var hasFiniteMean: Bool {
    if case .sampled(let samples) = self { samples.mean.isFinite } else { true }
  }
}

extension Shape {
  /// The index along every axis of the element at `offset`, in row-major order.
  package func position(of offset: Int) -> [Int] {
    var rest = offset
    var position: [Int] = []
    for extent in dimensions.reversed() {
      position.append(rest % extent)
      rest /= extent
    }
    return position.reversed()
  }
}

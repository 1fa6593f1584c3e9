package import JSON
import KerasConfigs
public import Networks
import Tensors

/// Sums of products with a kernel whose axes an equation names, plus a bias (Keras `EinsumDense`).
///
/// Weights: kernel and bias, of the extents of the equation's axes.
public struct EinsumDense: Layer {
  /// The equation, `abc,cd->abd`.
  public var equation: String
  /// The extents of the result's axes that the equation writes, without the batch; `nil` for those of the input.
  public var outputShape: [Int?]
  /// The axes that have a bias; `nil` for none.
  public var biasAxes: String?
  /// What is applied last.
  public var function = Activation.linear

  /// Creates a product without a bias.
  public init(equation: String, outputShape: [Int?]) {
    self.equation = equation
    self.outputShape = outputShape
  }

  /// `EinsumDense`.
  public var kerasClass: String { "EinsumDense" }
  /// The name of what is applied last.
  public var activation: String? { function.nameInConfig }

  /// Adds the product.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let axes = axes(of: x) else {
      x.fail("has equation \(equation.debugDescription) for \(x.shape)")
      return [x]
    }
    let kernel = axes.kernel.compactMap { axes.extents[$0] }
    let inner = axes.kernel.filter { !axes.output.contains($0) }
    let outer = axes.kernel.filter { axes.output.contains($0) && !axes.input.contains($0) }
    var result: Signal
    let isMatrix =
      !inner.isEmpty && axes.kernel == inner + outer && axes.input.suffix(inner.count) == inner[...]
      && axes.output == axes.input.dropLast(inner.count) + outer
    if isMatrix {
      result = x.projected(
        variables, inner: inner.compactMap { axes.extents[$0] },
        outer: outer.compactMap { axes.extents[$0] }, hasBias: false)
    } else {
      result = x.einsum(
        axes.input, variables(.kernel, kernel), axes.kernel, to: axes.output)
    }
    if let biasAxes, !biasAxes.isEmpty {
      // From the first axis with a bias on, 1 along those without.
      let first = axes.output.firstIndex { biasAxes.contains($0) } ?? 0
      let bias = axes.output[first...].map { biasAxes.contains($0) ? axes.extents[$0] ?? 1 : 1 }
      result = result.zip(.add, variables(.bias, bias))
    }
    return [function(result)]
  }

  /// The axes' names for one image, and their extents.
  private func axes(
    of x: Signal
  ) -> (input: [Character], kernel: [Character], output: [Character], extents: [Character: Int])? {
    let plain = equation.filter { !$0.isWhitespace }
    guard let comma = plain.firstIndex(of: ","), let arrow = plain.firstRange(of: "->"),
      comma < arrow.lowerBound
    else { return nil }
    let kernel = Array(plain[plain.index(after: comma)..<arrow.lowerBound])
    guard !kernel.contains("."),
      let equation = EinsumEquation(plain, ranks: [x.rank + 1, kernel.count]),
      let batch = equation.operands[0].first, equation.result.first == batch,
      !kernel.contains(batch), Set(equation.operands[0]).count == equation.operands[0].count
    else { return nil }
    let (input, output) = (
      Array(equation.operands[0].dropFirst()), Array(equation.result.dropFirst())
    )
    var extents = Dictionary(uniqueKeysWithValues: zip(input, x.extents))
    // What the config says of the result's extents are those that the equation spells, its first one the batch
    // unless an ellipsis has that.
    let written = Array(plain[arrow.upperBound...].replacing("...", with: "…"))
      .filter { $0 != "…" && $0 != batch }
    guard outputShape.count == written.count else { return nil }
    for (name, extent) in zip(written, outputShape) {
      if let extent {
        guard extents[name] ?? extent == extent, (1...1 << 24).contains(extent) else { return nil }
        extents[name] = extent
      }
    }
    guard (kernel + output).allSatisfy({ extents[$0] != nil }) else { return nil }
    return (input, kernel, output, extents)
  }
}

extension EinsumDense {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let equation = try settings.text("equation") else { throw LayerError("has no equation") }
    self.equation = equation
    guard let shape = settings.value("output_shape") else {
      throw LayerError("has no output_shape")
    }
    let items = shape.integer.map { [Int?.some($0)] } ?? shape.list?.prefix(16).map(\.integer)
    guard let items else { throw settings.odd("output_shape", shape) }
    outputShape = items
    biasAxes = try settings.text("bias_axes")
    settings.pass("gptq_unpacked_column_size")
    function = try Activation.last(&settings)
  }
}

extension EinsumDense: CommonLayer {
  package var settings: [String: JSONTree]? {
    function.commonName.map {
      [
        "equation": .string(equation),
        "output_shape": .list(outputShape.map { $0.map { .integer($0) } ?? .null }),
        "bias_axes": biasAxes.map { .string($0) } ?? .null, "activation": .string($0),
      ]
    }
  }
}

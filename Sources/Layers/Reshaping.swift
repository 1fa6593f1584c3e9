package import JSON
public import Networks
public import Tensors

/// A map as one row (Keras `Flatten`).
///
/// Told channels_first, Keras moves the channels last before it reads the map, so that the dense rows after
/// it lie in the order H·W·C in either format; not told, it reads the map as it lies.
public struct Flatten: Layer {
  /// Where Keras was told that the channels are.
  public var dataFormat: DataFormat
  /// Whether the map, which here has channels last, is read as C·H·W: what Keras does to one of
  /// channels_first that it was not told of.
  public var readsChannelsFirst: Bool

  /// Creates a flatten.
  public init(dataFormat: DataFormat = .channelsLast, readsChannelsFirst: Bool = false) {
    self.dataFormat = dataFormat
    self.readsChannelsFirst = readsChannelsFirst
  }

  /// `Flatten`.
  public var kerasClass: String { "Flatten" }

  /// Adds the change of extents.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    var x = inputs[0]
    if dataFormat == .channelsFirst, x.rank > 1 { x = x.channelsMovedLast(x.rank - 1) }
    if readsChannelsFirst, x.rank > 1 { x = x.channelsMovedFirst(x.rank - 1) }
    return [x.reshaped([x.shape.elementCount])]
  }
}

/// The same numbers under other extents (Keras `Reshape`).
public struct Reshape: Layer {
  /// The extents of one image; one may be −1, which takes what is left.
  public var target: [Int]

  /// Creates a change of extents.
  public init(target: [Int]) { self.target = target }

  /// `Reshape`.
  public var kerasClass: String { "Reshape" }

  /// Adds the change of extents.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [inputs[0].reshaped(filling: target)]
  }
}

extension Signal {
  /// The same numbers under other extents, of which one may be −1.
  func reshaped(filling target: [Int]) -> Signal {
    let known = target.filter { $0 != -1 }
    guard target.count <= 16, known.allSatisfy({ (0...1 << 31).contains($0) }),
      target.count - known.count <= 1
    else {
      fail("a shape of \(target)")
      return self
    }
    let product = known.reduce(1.0) { $0 * Double($1) }
    guard product <= Double(Primitive.largest) else {
      fail("a shape of \(target)")
      return self
    }
    let left = Int(product) == 0 ? 0 : shape.elementCount / Int(product)
    return reshaped(target.map { $0 == -1 ? left : $0 })
  }
}

/// The axes in another order (Keras `Permute`).
public struct Permute: Layer {
  /// The axes, counted from 1.
  public var axes: [Int]

  /// Creates a change of order.
  public init(axes: [Int]) { self.axes = axes }

  /// `Permute`.
  public var kerasClass: String { "Permute" }

  /// Adds the permutation.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    let places = axes.map { $0 - 1 }
    guard places.sorted() == Array(x.extents.indices) else {
      x.fail("permutes \(x.shape) by \(axes)")
      return [x]
    }
    return [x.permuted(places)]
  }
}

/// A row several times over (Keras `RepeatVector`): `C` to `n × C`.
public struct RepeatVector: Layer {
  /// How often.
  public var count: Int

  /// `RepeatVector`.
  public var kerasClass: String { "RepeatVector" }

  /// Adds the repetition.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard x.rank == 1, (1...1 << 24).contains(count) else {
      x.fail("repeats \(x.shape) \(count) times")
      return [x]
    }
    let row = x.reshaped([1] + x.extents)
    return [row.applying(.resize(Resize(axis: 0, size: count, method: .nearest)))]
  }
}

/// What does nothing when a model is used: dropout, noise, random changes of images.
public struct Identity: Layer {
  /// The class that Keras writes.
  public var kerasClass: String

  /// Gives what it reads.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [inputs[0]]
  }
}

// How a config has them.
extension Reshape {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let target = try settings.integers("target_shape") else {
      throw LayerError("has no target_shape")
    }
    self.target = target
  }
}

extension Permute {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let axes = try settings.integers("dims") else { throw LayerError("has no dims") }
    self.axes = axes
  }
}

// How a config has them, the other way around.
extension Flatten: CommonLayer {
  package var settings: [String: JSONTree]? {
    readsChannelsFirst ? nil : ["data_format": dataFormat.setting]
  }
}

extension Reshape: CommonLayer {
  package var settings: [String: JSONTree]? { ["target_shape": .integers(target)] }
}

extension Permute: CommonLayer {
  package var settings: [String: JSONTree]? { ["dims": .integers(axes)] }
}

extension RepeatVector: CommonLayer {
  package var settings: [String: JSONTree]? { ["n": .integer(count)] }
}

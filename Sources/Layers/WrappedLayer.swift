import JSON
import KerasConfigs
public import Networks
import Tensors

/// A layer inside another one's settings (Keras `Wrapper`): itself, and what files call it.
struct WrappedLayer: Sendable, Hashable {
  /// Its name in the config, which an `.h5` puts before its weights.
  let name: String
  /// The layer.
  let layer: AnyHashableLayer

  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let value = settings.value("layer"), let className = value["class_name"]?.string,
      let config = value["config"]
    else { throw LayerError("has no layer") }
    guard config["layers"] == nil, value["registered_name"]?.string?.contains(">") != true else {
      throw LayerError("wraps \(className), which Assay does not run inside another layer")
    }
    var inner = SettingsReader(
      className, LayerSettings(config), kerasVersion: settings.kerasVersion)
    guard LayerCatalog.arguments(of: className, settings.kerasVersion) == nil else {
      throw LayerError("wraps \(className), which Assay does not run inside another layer")
    }
    let read = try LayerCatalog.layer(&inner)
    _ = try inner.finish(ignoring: [])
    layer = AnyHashableLayer(read)
    name = config["name"]?.string ?? className
  }

  /// Calls it; its weights are the wrapper's, in a part of their own.
  func callAsFunction(_ x: Signal, _ variables: Variables) -> Signal {
    layer.layer([x], variables.part(["layer", name]))[0]
  }
}

/// A layer of any class, to be compared with others.
struct AnyHashableLayer: Sendable, Hashable {
  let layer: any Layer

  init(_ layer: any Layer) { self.layer = layer }

  static func == (left: AnyHashableLayer, right: AnyHashableLayer) -> Bool {
    AnyHashable(left.layer) == AnyHashable(right.layer)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(layer)) }
}

/// A layer whose kernel training keeps small (Keras `SpectralNormalization`; Miyato and others 2018): in use, that layer.
///
/// What files hold beside it, a second kernel and a vector, is of training only.
public struct SpectralNormalization: Layer {
  let wrapped: WrappedLayer

  /// `SpectralNormalization`.
  public var kerasClass: String { "SpectralNormalization" }

  /// Adds the layer inside.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [wrapped(inputs[0], variables)]
  }

  init(_ settings: inout SettingsReader) throws(LayerError) {
    settings.pass("power_iterations")
    wrapped = try WrappedLayer(&settings)
  }
}

/// A layer on each of an image's parts along its first axis (Keras `TimeDistributed`).
///
/// Input `T × …`, output `T × …`: a part is to the layer what an image is otherwise.
public struct TimeDistributed: Layer {
  let wrapped: WrappedLayer

  /// `TimeDistributed`.
  public var kerasClass: String { "TimeDistributed" }

  /// Adds the layer once for each part, with the same weights, and puts the results together.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard x.rank > 1, (1...Self.most).contains(x.extents[0]) else {
      x.fail("takes 1 to \(Self.most) parts, not those of \(x.shape)")
      return [x]
    }
    let parts = (0..<x.extents[0]).map { place -> Signal in
      var slices = x.extents.map { Slice(start: 0, count: $0) }
      slices[0] = Slice(start: place, count: 1)
      let result = wrapped(
        x.applying(.slice(slices)).reshaped(Array(x.extents.dropFirst())), variables)
      return result.reshaped([1] + result.extents)
    }
    return parts.count == 1
      ? parts : [parts[0].applying(.concatenate(axis: 0), Array(parts.dropFirst()))]
  }

  /// The most parts: each is a layer of its own to the engine.
  private static let most = 256

  init(_ settings: inout SettingsReader) throws(LayerError) {
    wrapped = try WrappedLayer(&settings)
  }
}

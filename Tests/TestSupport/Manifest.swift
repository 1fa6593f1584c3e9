import Foundation
public import Tensors

/// The layers and weights of a network as Keras printed them (`Fixtures/manifests`).
public struct Manifest: Decodable, Sendable {
  /// One layer with weights.
  public struct Layer: Decodable, Sendable {
    /// The layer's name in Keras.
    public let name: String
    /// The Keras class, `Conv2D`.
    public let kerasClass: String
    /// The group that a `.weights.h5` gives it below `layers/`.
    public let group: String
    /// Role and shape of each weight, in Keras's order.
    public let weights: [Weight]

    private enum CodingKeys: String, CodingKey {
      case name
      case kerasClass = "class"
      case group
      case weights
    }
  }

  /// A weight: `["kernel", [7, 7, 3, 64]]`.
  public struct Weight: Decodable, Sendable {
    /// Keras's name of the variable, without the layer.
    public let role: String
    /// The extents in Keras's order.
    public let shape: Shape

    /// Reads the pair.
    public init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      role = try container.decode(String.self)
      shape = Shape(try container.decode([Int].self))
    }
  }

  /// The name under which Assay knows the network.
  public let model: String
  /// The number of weights that training changes.
  public let trainable: Int
  /// The number of all weights.
  public let total: Int
  /// All layers with weights, in the order of `model.layers`.
  public let layers: [Layer]

  /// Reads the manifest of the network called `model`.
  public init(of model: String) throws {
    self = try JSONDecoder().decode(
      Manifest.self, from: Fixtures.data("manifests/\(model).json"))
  }

  /// The twelve networks that have one.
  public static let models =
    [18, 34, 50, 101, 152, 200].map { "preact-resnet\($0)" }
    + [50, 101, 152].flatMap { ["resnet\($0)", "resnet\($0)v2"] }
}

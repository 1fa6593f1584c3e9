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

    init(role: String, shape: Shape) { (self.role, self.shape) = (role, shape) }

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
  /// The standard deviation that the weights by formula took for the batch norms; 1 if `nil`.
  public let deviation: Double?
  /// What scales the kernels by formula; 0.6 if `nil`.
  public let kernelGain: Double?
  /// All layers with weights, in the order of `model.layers`.
  public var layers: [Layer]

  private enum CodingKeys: String, CodingKey {
    case model, trainable, total, deviation, layers
    case kernelGain = "kernel_gain"
  }

  /// Reads the manifest of the network called `model`.
  public init(of model: String) throws {
    self = try JSONDecoder().decode(
      Manifest.self, from: Fixtures.data("manifests/\(model).json"))
  }

  /// The same network with a sixteenth of its channels and other classes.
  public func narrowed(classes: Int) -> Manifest {
    var narrow = self
    narrow.layers = layers.map { layer in
      let isHead = layer.name == layers.last?.name
      let weights = layer.weights.map { weight in
        // Kernels' extents in space and the channels of an image are small numbers.
        var extents = weight.shape.dimensions.map { $0 < 16 ? $0 : $0 / 16 }
        if isHead { extents[extents.count - 1] = classes }
        return Weight(role: weight.role, shape: Shape(extents))
      }
      return Layer(
        name: layer.name, kerasClass: layer.kerasClass, group: layer.group, weights: weights)
    }
    return narrow
  }

  /// The twelve networks that have one.
  public static let models =
    [18, 34, 50, 101, 152, 200].map { "preact-resnet\($0)" }
    + [50, 101, 152].flatMap { ["resnet\($0)", "resnet\($0)v2"] }

  /// Those of them that are run at full size: one of each block and family, or all where all is asked for.
  public static let fullSizeModels =
    Thoroughness.isWhole
    ? models : ["preact-resnet18", "preact-resnet50", "resnet50", "resnet50v2"]

  /// The dialects that are run at full size: all, or those of networks no deeper than 50 layers.
  public static let fullSizeDialects =
    Thoroughness.isWhole
    ? dialects
    : dialects.filter { !$0.file.hasPrefix("resnet101") && !$0.file.hasPrefix("resnet152") }

  /// The other networks and dialects that have one, with the recipe that is meant to fit.
  public static let dialects: [(file: String, recipe: String)] = [
    ("squeezenet", "squeezenet"),
    ("squeezenet1.1", "squeezenet1.1"),
    ("resnet50.legacy-keras", "resnet50:legacy-keras"),
    ("resnet50.legacy-keras-unpadded", "resnet50:legacy-keras-unpadded"),
    ("preact-resnet18.scoped", "preact-resnet18:scoped"),
    ("preact-resnet18.scoped.graph-wide", "preact-resnet18:scoped"),
    ("preact-resnet50.scoped", "preact-resnet50:scoped"),
    ("preact-resnet50.scoped.graph-wide", "preact-resnet50:scoped"),
    ("resnet50.keras-resnet", "resnet50:keras-resnet"),
    ("resnet101.keras-resnet", "resnet101:keras-resnet"),
    ("resnet152.keras-resnet", "resnet152:keras-resnet"),
    ("resnet50.official", "resnet50:official"),
    ("resnet18v2.official", "resnet18v2:official"),
    ("resnet50v2.official", "resnet50v2:official"),
    ("resnet50.slim", "resnet50:slim"),
    ("resnet50v2.slim", "resnet50v2:slim"),
    ("resnet18.classification-models", "resnet18:classification-models"),
    ("resnet34.classification-models", "resnet34:classification-models"),
    ("resnet50.classification-models", "resnet50:classification-models"),
  ]
}

/// What a golden says about itself: who recorded it, from what, and which layers it holds.
///
/// It is the member `manifest.json` of the file, its keys in snake case.
public struct GoldenManifest: Codable, Sendable, Hashable {
  /// The name of the format, which tells a golden from any other archive.
  public var format = "assay-golden"
  /// The version of the format.
  public var version = 1
  /// The program that computed the values.
  public var recorder: Recorder
  /// The network and its weights.
  public var model: Model
  /// How the network was run.
  public var run: Run
  /// What the network read; of several arrays, the first.
  public var inputs: Inputs
  /// The other arrays of a network that reads several.
  public var furtherInputs: [Inputs]?
  /// Where the logits are.
  public var logits: Logits
  /// All layers in execution order, whether or not their values were kept.
  public var layers: [Layer]

  /// The program that computed the values.
  public struct Recorder: Codable, Sendable, Hashable {
    /// `keras`, `assay`.
    public var name: String
    /// Its version.
    public var version: String
    /// What it computed with, and that one's version.
    public var backend: String?

    /// Names a program.
    public init(name: String, version: String, backend: String? = nil) {
      self.name = name
      self.version = version
      self.backend = backend
    }
  }

  /// The network and its weights.
  public struct Model: Codable, Sendable, Hashable {
    /// The name by which the recorder knows it.
    public var name: String?
    /// The files that its weights came from.
    public var weights: [File]?

    /// Names a network.
    public init(name: String? = nil, weights: [File]? = nil) {
      self.name = name
      self.weights = weights
    }
  }

  /// A file that took part.
  public struct File: Codable, Sendable, Hashable {
    /// The path as it was given.
    public var file: String
    /// The SHA-256 of its bytes, in hexadecimal.
    public var sha256: String

    /// Names a file and its digest.
    public init(file: String, sha256: String) {
      self.file = file
      self.sha256 = sha256
    }
  }

  /// How the network was run.
  public struct Run: Codable, Sendable, Hashable {
    /// `channels_last` or `channels_first`.
    public var dataFormat: String?
    /// The type of the arithmetic, `float32`.
    public var precision: String?
    /// The number of images.
    public var batch: Int?
    /// The number of threads, where the recorder knows it.
    public var threads: Int?
    /// Whether batch norms took the statistics of the batch (Keras `training=True`).
    public var training: Bool?
  }

  /// An array that the network read.
  public struct Inputs: Codable, Sendable, Hashable {
    /// The name of the input, where the network has several.
    public var name: String?
    /// The array in the file, N·H·W·C, if it holds one.
    public var array: String?
    /// The formula that gives the images, where the file does not hold them.
    public var formula: String?
    /// The shape, N·H·W·C.
    public var shape: [Int]?
    /// The SHA-256 of the values as little-endian float32, N·H·W·C.
    public var sha256: String?
  }

  /// Where the logits are.
  public struct Logits: Codable, Sendable, Hashable {
    /// The array in the file, N × classes.
    public var array: String
    /// The layer whose values they are.
    public var layer: String?
  }

  /// One layer, and where its values are, if they were kept.
  public struct Layer: Codable, Sendable, Hashable {
    /// The recorder's name for it, unique in the golden.
    public var name: String
    /// Its class by Keras's name, `Conv2D`.
    public var kind: String
    /// The activation function that it applies at the end, if any, by Keras's name.
    public var activation: String?
    /// The names of the layers that it reads, in order.
    public var inputs: [String]
    /// The shape of its values: N·H·W·C or N·C.
    public var shape: [Int]
    /// The array of all its values, if they were all kept.
    public var array: String?
    /// The row in the array `samples` that holds some of its values, if only these were kept.
    public var row: Int?
    /// The mean of all values, beside samples.
    public var mean: Double?
    /// The largest magnitude of all values, beside samples.
    public var largest: Float?
  }
}

extension GoldenManifest {
  /// All arrays that the network read.
  package var allInputs: [Inputs] { [inputs] + (furtherInputs ?? []) }
}

extension GoldenManifest.Layer {
  /// Whether its class has weights; of a class that is not told, it is taken to have.
  var hasWeights: Bool {
    ![
      "ReLU", "Activation", "Add", "Concatenate", "MaxPooling2D", "AveragePooling2D", "Flatten",
      "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Softmax", "ZeroPadding2D", "Relu", "Pad",
      "Mean", "InputLayer",
    ].contains(kind)
  }
}

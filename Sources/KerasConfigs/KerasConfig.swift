package import JSON

/// What a file says of its model: the network as a tree of layers and calls, or that a class of somebody's
/// own computes it.
///
/// Reads every dialect in which Keras 1, 2 and 3 have written configs. It knows how layers are listed and
/// connected, and no layer's meaning.
package struct KerasConfig: Sendable {
  /// The model's class, `Functional`, `Sequential`, or somebody's own.
  package let className: String
  /// The model's layers and calls; `nil` where `className` is a class whose code is the network.
  package let model: KerasModel?
  /// Why the network is not known, where more can be said than that; in words that follow the file's name.
  package let refusal: String?

  /// What a config may hold before it is refused: the largest of Keras's own has some 1,100 layers.
  package struct Limits: Sendable {
    /// The most layers, those of models inside the model too.
    package static let layers = 65_536
    /// The most models inside one another.
    package static let depth = 64
  }

  /// Reads a config, `{"class_name": …, "config": …}`.
  package init(_ text: String) throws(KerasConfigError) {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(text)
    } catch {
      throw KerasConfigError(problem: error.description)
    }
    try self.init(document.root)
  }

  /// Reads a config that is a part of a larger document, as in the metadata of a SavedModel.
  package init(_ root: JSONValue) throws(KerasConfigError) {
    guard root.object != nil else {
      throw KerasConfigError(problem: "it is no JSON object, as the config of a model is")
    }
    className = root["class_name"]?.string ?? ""
    refusal = nil
    var reader = ModelReader()
    model =
      Self.isModel(className, registeredName: root["registered_name"]?.string)
      ? try reader.model(root, path: []) : nil
  }

  /// A config whose network is refused.
  package init(_ className: String, refusal: String) {
    self.className = className
    self.refusal = refusal
    model = nil
  }

  /// Whether a class is one of those that Keras puts together of other layers.
  static func isModel(_ className: String, registeredName: String?) -> Bool {
    guard registeredName?.contains(">") != true else { return false }
    return ["Functional", "Model", "Sequential"].contains(className)
  }
}

/// Why a config cannot be read, and where.
package struct KerasConfigError: Error, Hashable, CustomStringConvertible {
  /// The path of the layer, `backbone/conv1`; `nil` for the config as a whole.
  package let layer: String?
  /// What is wrong there.
  package let problem: String

  package init(layer: String? = nil, problem: String) {
    self.layer = layer
    self.problem = problem
  }

  /// The layer and the problem in one line.
  package var description: String { layer.map { "layer '\($0)': \(problem)" } ?? problem }
}

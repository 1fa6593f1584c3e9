public import Binding
public import Importing

/// Why a file cannot be used as a model.
public struct ModelError: Error, CustomStringConvertible {
  /// The file's path, as it was given.
  public let file: String
  /// What is wrong with it.
  public let reason: Reason

  /// What is wrong with a model.
  public enum Reason: Error {
    /// It was built for images of another size; a side is `nil` where any goes.
    case builtForAnotherSize(
      built: (height: Int?, width: Int?), asked: (height: Int?, width: Int?))
    /// The network of its config cannot be run.
    case network(ImportError)
    /// Its config holds arguments of classes in place of layers, and these cannot be run; in words.
    case arguments(String)
    /// Its weights do not fit the network of that name, or that of its own config: everything that does not,
    /// and further facts, a line each.
    case weights(network: String?, BindingError, facts: [Fact])
    /// Its weights cannot be paired with the network of that name by their order.
    case order(network: String, OrderError)
    /// It has no config, and no known network has such weights.
    case fitsNone
    /// It has no config, and these networks have such weights.
    case fitsSeveral([String])
    /// The network reads so many arrays, of which images are one.
    case severalInputs(Int)
    /// The network reads no image, or gives no number for each class; in words.
    case noClassifier(String)
    /// Nothing tells how its images were normalised in training.
    case unknownNormalization
  }

  /// The file and what is wrong with it, in one line.
  public var description: String {
    switch reason {
    case .builtForAnotherSize(let built, let asked):
      "\(file): its model was built for images of \(Self.words(built)), not of \(Self.words(asked)); without "
        + "a size it is used as it was built"
    case .network(let error): "\(file): \(error)"
    case .arguments(let words): "\(file): \(words)"
    case .weights(let network, let error, _):
      "\(file), \(network.map { "as \($0)" } ?? "by its own config"): \(error.summary)"
    case .order(let network, let error): "\(file), as \(network), by order: \(error)"
    case .fitsNone: "\(file): it has no config of its model, and its weights fit none that is known"
    case .fitsSeveral(let names):
      "\(file): it has no config of its model, and its weights fit several: "
        + names.joined(separator: ", ")
    case .severalInputs(let count):
      "\(file): the network reads \(count) arrays, of which images are one"
    case .noClassifier(let words): "\(file): \(words)"
    case .unknownNormalization: "\(file): nothing in it says how its images were normalised"
    }
  }

  /// What a file whose weights do not fit shows besides.
  public enum Fact: Hashable, Sendable, CustomStringConvertible {
    /// It has no head, as after `include_top=False`.
    case noHead
    /// It fits this other network.
    case fits(String)
    /// A name that it lists, and has no values for; in words.
    case leftOut(String)
    /// Which of its values were read; in words.
    case note(String)

    /// What it shows.
    public var description: String {
      switch self {
      case .noHead:
        "the file has no head, as after include_top=False; scoring needs the weights of the head"
      case .fits(let network): "the file fits \(network)"
      case .leftOut(let words), .note(let words): words
      }
    }
  }

  /// Further lines: of weights that do not fit, which.
  public var details: [String] {
    guard case .weights(_, _, let facts) = reason else { return [] }
    return facts.map(\.description) + unboundLines
  }

  /// The weights that do not fit, a line each.
  public var unboundLines: [String] {
    guard case .weights(let network, let error, _) = reason else { return [] }
    // Of another network's checkpoint, a few lines say as much as a thousand.
    let limit = error.boundCount == 0 && network != nil ? 3 : 20
    let named = network == nil ? error : error.suggestingNames(limit: limit)
    return named.details(limit: limit)
  }

  private static func words(_ size: (height: Int?, width: Int?)) -> String {
    [size.height, size.width].map { $0.map { "\($0)" } ?? "any" }.joined(separator: "×")
  }
}

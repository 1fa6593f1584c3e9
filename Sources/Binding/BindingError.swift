import Documents
public import Networks
public import Tensors

/// Everything that keeps a checkpoint from fitting a network, in one report.
public struct BindingError: Error, Sendable, Hashable {
  /// A weight that the network needs and the checkpoint lacks.
  public struct Missing: Sendable, Hashable {
    /// What the network needs.
    public let parameter: Parameter
    /// The name that the checkpoint's layer should have.
    public let layerName: String
    /// The most similar name of a layer in the checkpoint that is not bound, if any is similar.
    public let nearest: String?
  }

  /// A weight that the checkpoint has and the network does not need.
  public struct Unused: Sendable, Hashable {
    /// The layer's name in the checkpoint.
    public let layerName: String
    /// The weight's name in the checkpoint.
    public let name: String
    /// Its shape in the checkpoint.
    public let shape: Shape
  }

  /// A weight that both have, in different shapes.
  public struct Mismatch: Sendable, Hashable {
    /// What the network needs.
    public let parameter: Parameter
    /// The layer's name in the checkpoint.
    public let layerName: String
    /// The weight's name in the checkpoint.
    public let name: String
    /// Its shape in the checkpoint.
    public let shape: Shape
  }

  /// A layer for which the number in its name and its place in the file tell different things.
  public struct Contradiction: Sendable, Hashable {
    /// The layer's name in the checkpoint.
    public let name: String
    /// The layer of the network that the number stands for.
    public let byNumber: String
    /// The layer of the network that the place stands for.
    public let byOrder: String

    package init(name: String, byNumber: String, byOrder: String) {
      self.name = name
      self.byNumber = byNumber
      self.byOrder = byOrder
    }
  }

  /// The first value in which the model that the file describes differs from the network.
  public struct Disagreement: Sendable, Hashable {
    /// The path of the network's layer; `nil` where the network has none there.
    public let layer: String?
    /// The path of the layer in the file's model.
    public let layerName: String
    /// What the two have otherwise: a setting with both values, or a layer that only the file has.
    public let words: String

    package init(layer: String?, layerName: String, words: String) {
      self.layer = layer
      self.layerName = layerName
      self.words = words
    }
  }

  /// All weights that the checkpoint lacks, in the network's order.
  public var missing: [Missing] = []
  /// All weights that the network does not need, in the checkpoint's order.
  public var unused: [Unused] = []
  /// All weights of other shapes, in the network's order.
  public var mismatched: [Mismatch] = []
  /// All layers of which name and place contradict each other.
  public var contradictions: [Contradiction] = []
  /// Where the model that the file describes is another network; the first place only, for all that
  /// follows from it differs as well.
  public var disagreements: [Disagreement] = []
  /// What was told about the file's numbers and has nothing to apply to, a line each.
  public var inapplicable: [String] = []
  /// How many weights do fit.
  public var boundCount = 0

  var isEmpty: Bool {
    missing.isEmpty && unused.isEmpty && mismatched.isEmpty && contradictions.isEmpty
      && disagreements.isEmpty && inapplicable.isEmpty
  }
}

extension BindingError: CustomStringConvertible {
  /// The summary, and a line for every weight.
  public var description: String {
    ([summary] + details(limit: .max)).joined(separator: "\n")
  }

  /// What the summary counts, up to `limit` lines of each kind.
  package func details(limit: Int) -> [String] {
    section("missing from the checkpoint" + comparedNames, missing, limit) { entry in
      let nearest = entry.nearest.map { ", nearest name: \($0)" } ?? ""
      return "\(entry.parameter.path) \(entry.parameter.shape) (as \(entry.layerName)\(nearest))"
    }
      + section("in the checkpoint, but not used", unused, limit) {
        "\($0.layerName): \($0.name) \($0.shape)"
      }
      + section("of another shape", mismatched, limit) {
        "\($0.parameter.path) needs \($0.parameter.shape), "
          + "\($0.layerName): \($0.name) has \($0.shape)"
      }
      + section("named in another order than the file lists them", contradictions, limit) {
        "\($0.name) is \($0.byNumber) by its number, \($0.byOrder) by its place"
      }
      + section("the file describes another network", disagreements, limit) { $0.words }
      + section("told, but not to be done", inapplicable, limit) { $0 }
  }

  /// How many of the names that are left were looked at for suggestions, where not all were.
  private var comparedNames: String {
    let (names, most) = (Set(unused.map(\.layerName)).count, NearestNames.mostCandidates)
    return names > most ? ", compared with \(most) of the \(names) names that are not used" : ""
  }

  /// One line that says how bad it is.
  public var summary: String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("\(missing.count) missing") }
    if !unused.isEmpty { parts.append("\(unused.count) not used") }
    if !mismatched.isEmpty { parts.append("\(mismatched.count) of another shape") }
    if !contradictions.isEmpty { parts.append("\(contradictions.count) in another order") }
    if !disagreements.isEmpty { parts.append("its model is another") }
    if !inapplicable.isEmpty { parts.append("\(inapplicable.count) told in vain") }
    let fit = boundCount == 0 ? "no weight fits" : "\(boundCount) weights fit"
    return "the checkpoint does not fit the network: \(fit), \(parts.joined(separator: ", "))"
  }

  private func section<Entry>(
    _ title: String, _ entries: [Entry], _ limit: Int, _ line: (Entry) -> String
  ) -> [String] {
    guard !entries.isEmpty else { return [] }
    let more = entries.count > limit ? ["    … and \(entries.count - limit) more"] : []
    return ["  \(title):"] + entries.prefix(limit).map { "    " + line($0).shown } + more
  }
}

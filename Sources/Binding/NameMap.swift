/// What a foreign format calls our layers: a table of two columns that a reviewer checks by eye.
///
/// The left column holds paths of a ``Graph``, the right one the layers' names in the file. `{s}`
/// and the like stand for a number and carry it over; the right column may write it as `{s-2}`, two
/// less, as `{b:a}`, a letter: `a` for 1, `b` for 2, or as `{b:b1}`: `a` for 1, `b1` for 2. No rule
/// depends on its place in the table.
///
/// `{#}` at the end of a name stands for a number that Keras or TensorFlow chose by itself: none for
/// the first layer, then `_1`, `_2`. The layers that share all that precedes it are matched, in the
/// order of creation, with the file's of that name, sorted by their numbers, whatever the first
/// number is and however many are left out between. So `block{b}/conv2d{#}` serves files in which
/// every scope counts for itself, and files whose counter runs through the whole graph: within one
/// scope both rise in the order of creation.
public struct NameMap: Sendable, ExpressibleByDictionaryLiteral {
  /// The table as it was written.
  let table: [(path: String, name: String)]
  private let rules: [(path: NamePattern, name: NamePattern)]

  /// Creates a map from its table: path on the left, name in the file on the right.
  public init(dictionaryLiteral elements: (String, String)...) { self.init(table: elements) }

  init(table: [(String, String)]) {
    self.table = table.map { (path: $0.0, name: $0.1) }
    rules = table.map { (NamePattern($0.0), NamePattern($0.1)) }
  }

  /// The rules of both maps: those of a published backbone, say, and those of a head of your own.
  ///
  /// No path may be covered by a rule of each.
  public func adding(_ other: NameMap) -> NameMap {
    NameMap(table: (table + other.table).map { ($0.path, $0.name) })
  }

  /// How many rules cover `path`; more than one is a fault of the table.
  func ruleCount(for path: String) -> Int { rules.count { $0.path.match(path) != nil } }

  /// The name of the layer at `path`, or `nil` when no rule covers it.
  func name(for path: String) -> LayerName? {
    let fits = rules.compactMap { rule in rule.path.match(path).map { (rule.name, $0) } }
    precondition(fits.count <= 1, "two rules of the name map cover \(path)")
    guard let (pattern, values) = fits.first else { return nil }
    if pattern.pieces.last == .hole(NamePattern.Hole(name: LayerName.automatic)) {
      let base = NamePattern(pieces: pattern.pieces.dropLast())
      return base.filled(with: values).map { .numbered(base: $0) }
    }
    return pattern.filled(with: values).map { .exact($0) }
  }
}

/// What a name map says about one layer.
enum LayerName: Sendable, Hashable {
  /// The hole that stands for a number of Keras's choice.
  static let automatic = "#"

  /// The layer is called just this.
  case exact(String)
  /// The layer is called `base`, `base_1`, `base_2` …: whichever number Keras had reached.
  case numbered(base: String)

  /// The automatic names that begin with another class's name than `base`, for layers that compute the
  /// same.
  ///
  /// `SyncBatchNormalization` is a batch norm that was trained on several devices; TensorFlow 1.13 named
  /// the classes of its two generations apart (`batch_normalization_v1_3`).
  static func otherClasses(than base: String) -> [String] {
    guard base.hasSuffix(batchNorm) else { return [] }
    let scope = base.dropLast(batchNorm.count)
    // `my_batch_normalization` is somebody's own name.
    guard scope.isEmpty || scope.hasSuffix("/") || scope.hasSuffix("_") else { return [] }
    return batchNormClasses.map { scope + $0 }
  }

  /// How Keras begins the automatic names of batch norms, and the groups that hold them in v3 weights.
  static let batchNorm = "batch_normalization"
  /// The same for the other classes of batch norms.
  static let batchNormClasses = [
    "sync_batch_normalization", "batch_normalization_v1", "batch_normalization_v2",
  ]

  /// The number in an automatic name: 0 for `conv2d`, 7 for `conv2d_7`, `nil` for other names.
  static func number(in name: String, base: String) -> Int? {
    if name == base { return 0 }
    guard name.hasPrefix(base + "_") else { return nil }
    let digits = name.dropFirst(base.count + 1)
    // `conv2d_01` and `conv2d_+1` are somebody's own names.
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.first != "0" else { return nil }
    return Int(digits)
  }
}

import TensorBundles

/// A variable of a TensorFlow 2 checkpoint with the way to it: `layer_with_weights-3/kernel`.
struct PlacedVariable {
  let variable: TensorFlowVariable
  let place: String
  /// Whether the graph of objects has the variable's own name.
  let isNamed: Bool

  /// The way to the object that owns it.
  var owner: String {
    place.lastIndex(of: "/").map { String(place[..<$0]) } ?? ""
  }

  /// The layers of all variables, sorted by their places, with numbers as numbers.
  static func layers(_ all: [PlacedVariable]) -> [PlacedLayer] {
    let scope = commonScope(all)
    return groups(all)
      .map { PlacedLayer($0, scope: scope) }
      .sorted { $0.order < $1.order }
  }

  /// Variables of one layer together: by the layer's name where it has one, or else by owner.
  private static func groups(_ all: [PlacedVariable]) -> [[PlacedVariable]] {
    var groups: [[PlacedVariable]] = []
    for (name, group) in Dictionary(grouping: all, by: { $0.isNamed ? $0.variable.layer : nil }) {
      // Two layers may have one name, as in two blocks of one class; then only the way tells them.
      let isOne = name != nil && Set(group.map(\.variable.name)).count == group.count
      guard !isOne else {
        groups.append(group)
        continue
      }
      groups += Dictionary(grouping: group, by: \.owner).values.map { variables in
        variables.map { PlacedVariable(variable: $0.variable, place: $0.place, isNamed: false) }
      }
    }
    return groups
  }

  /// The scope around every layer, which Keras 3 names after the model: `sequential`.
  private static func commonScope(_ all: [PlacedVariable]) -> String? {
    let layers = Set(all.compactMap(\.variable.layer))
    guard layers.count > 1, all.allSatisfy(\.isNamed) else { return nil }
    let scopes = Set(layers.map { layer in layer.split(separator: "/").first.map(String.init) })
    guard scopes.count == 1, let scope = scopes.first ?? nil,
      layers.allSatisfy({ $0.hasPrefix("\(scope)/") })
    else { return nil }
    return scope
  }
}

/// A layer of a TensorFlow 2 checkpoint.
struct PlacedLayer {
  let layer: CheckpointLayer
  /// What layers are sorted by.
  let order: NumberedName

  init(_ variables: [PlacedVariable], scope: String?) {
    let first = variables.min { NumberedName($0.place) < NumberedName($1.place) }
    order = NumberedName(first?.place ?? "")
    // A list of variables (`variables/7`) is no layer; only the number tells the place.
    let isListed = first?.place.split(separator: "/").last.flatMap { Int($0) } != nil
    let owner = (isListed ? first?.place : first?.owner) ?? ""
    // A layer without a name of its own is called by the way to it, unless that is a mere number.
    let ordinal = Self.ordinal(owner)
    var name = variables.first { $0.isNamed }.flatMap(\.variable.layer)
    if let scope, let full = name { name = String(full.dropFirst(scope.count + 1)) }
    if name == nil, ordinal == nil, !owner.isEmpty { name = owner }
    layer = CheckpointLayer(
      name: name, ordinal: ordinal, parents: [scope].compactMap(\.self), location: owner,
      tensors: TensorFlowVariable.tensors(variables.map(\.variable)))
  }

  /// The number in `layer_with_weights-3`, which counts in the order of `model.layers`.
  private static func ordinal(_ owner: String) -> Int? {
    let opening = "layer_with_weights-"
    guard owner.hasPrefix(opening) else { return nil }
    return Int(owner.dropFirst(opening.count))
  }
}

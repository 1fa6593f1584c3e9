/// Which layer of one golden is which of another.
///
/// Names alone do not do: a network's activations and sums are called by counters, and another
/// program calls everything by other names. So layers are paired from the input on: two belong
/// together if they are of one kind and read what belongs together. Where several do, as at the
/// beginning of two branches, their names decide, else what comes after them.
struct LayerPairing {
  /// A layer of the candidate beside one of the reference, by their places in the manifests.
  struct Pair {
    let candidate: Int
    let reference: Int
  }

  /// All pairs of which the values may be compared, in the candidate's order of execution.
  private(set) var pairs: [Pair]
  /// The names of the candidate's layers that have no counterpart.
  private(set) var onlyInCandidate: [String]
  /// The names of the reference's layers that have no counterpart.
  private(set) var onlyInReference: [String]

  /// Pairs the layers of two goldens.
  ///
  /// - Parameters:
  ///   - names: What the reference calls layers of the candidate, as far as it is known.
  init(
    _ candidate: [GoldenManifest.Layer], with reference: [GoldenManifest.Layer],
    names: [String: String]
  ) {
    guard !candidate.contains(where: \.kind.isEmpty), !reference.contains(where: \.kind.isEmpty)
    else {
      self = LayerPairing(byName: candidate, with: reference, names: names)
      return
    }
    var search = PairingSearch(
      NetworkOutline(candidate), with: NetworkOutline(reference), names: names)
    search.run()
    pairs = search.comparable
    // Padding may be a layer on one side and a property on the other.
    onlyInCandidate = search.unpaired(in: search.candidate, search.pairOfCandidate)
    onlyInReference = search.unpaired(in: search.reference, search.pairOfReference)
  }

  /// Pairs layers of which nothing is known but their names.
  private init(
    byName candidate: [GoldenManifest.Layer], with reference: [GoldenManifest.Layer],
    names: [String: String]
  ) {
    let places = Dictionary(
      reference.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    pairs = candidate.enumerated().compactMap { index, layer in
      (places[layer.name] ?? names[layer.name].flatMap { places[$0] })
        .map { Pair(candidate: index, reference: $0) }
    }
    let (ours, theirs) = (Set(pairs.map(\.candidate)), Set(pairs.map(\.reference)))
    onlyInCandidate = candidate.indices.filter { !ours.contains($0) && candidate[$0].kind.isEmpty }
      .map { candidate[$0].name }
    onlyInReference = reference.indices.filter { !theirs.contains($0) }.map { reference[$0].name }
  }
}

/// The search for pairs, from the input on.
private struct PairingSearch {
  let candidate: NetworkOutline
  let reference: NetworkOutline
  let names: [String: String]
  private(set) var pairOfCandidate: [Int: Int] = [:]
  private(set) var pairOfReference: [Int: Int] = [:]
  /// By how far one looks ahead: nearly nothing, a block, everything.
  private let horizons: [(candidate: [Int], reference: [Int])]

  init(_ candidate: NetworkOutline, with reference: NetworkOutline, names: [String: String]) {
    self.candidate = candidate
    self.reference = reference
    self.names = names
    let longest = max(candidate.nodes.count, reference.nodes.count)
    horizons = [0, 1, 2, 4, 8, min(longest, 64)].map { depth in
      (candidate.futures(depth: depth), reference.futures(depth: depth))
    }
  }

  mutating func run() {
    for node in candidate.nodes.indices where !candidate.nodes[node].isPadding { pair(node) }
    for node in candidate.nodes.indices where candidate.nodes[node].isPadding { pair(node) }
  }

  private mutating func pair(_ index: Int) {
    let node = candidate.nodes[index]
    let inputs = node.inputs.map { pairOfCandidate[$0] }
    let fitting = reference.nodes.indices.filter { other in
      let found = reference.nodes[other]
      guard found.kind == node.kind, pairOfReference[other] == nil else { return false }
      if isNamed(found, for: node) { return true }
      guard found.inputs.count == inputs.count else { return false }
      // A sum does not depend on the order of its operands.
      return node.kind == "Add"
        ? Set(found.inputs.map(Optional.some)) == Set(inputs)
        : found.inputs.map(Optional.some) == inputs
    }
    let ranked = fitting.map { (node: $0, likeness: likeness(index, $0)) }
    guard let highest = ranked.map(\.likeness).max(),
      let best = ranked.first(where: { $0.likeness == highest })?.node
    else { return }
    pairOfCandidate[index] = best
    pairOfReference[best] = index
  }

  private func isNamed(_ found: NetworkOutline.Node, for node: NetworkOutline.Node) -> Bool {
    found.name == names[node.name] || found.name == node.name
  }

  /// How much speaks for a pair: its name, then how far ahead the two networks are alike.
  private func likeness(_ index: Int, _ other: Int) -> Int {
    if isNamed(reference.nodes[other], for: candidate.nodes[index]) { return horizons.count + 1 }
    return horizons.prefix { $0.candidate[index] == $0.reference[other] }.count
  }

  /// The pairs whose values both goldens may hold.
  var comparable: [LayerPairing.Pair] {
    candidate.nodes.indices.compactMap { index in
      guard let other = pairOfCandidate[index], candidate.nodes[index].isRecorded,
        reference.nodes[other].isRecorded
      else { return nil }
      return LayerPairing.Pair(
        candidate: candidate.nodes[index].layer, reference: reference.nodes[other].layer)
    }
  }

  func unpaired(in outline: NetworkOutline, _ pairs: [Int: Int]) -> [String] {
    outline.nodes.indices
      .filter { pairs[$0] == nil && !outline.nodes[$0].isPadding }
      .map { outline.nodes[$0].name }
  }
}

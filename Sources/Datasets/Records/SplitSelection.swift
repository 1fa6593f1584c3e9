/// Which examples of a TensorFlow Datasets folder are meant, as `tfds.load(split=…)` writes it:
/// `validation[:10%]`, `train[80%:]`, `test[10:20]`, `test[-5:]`, `train[1shard]`, `a[:50%]+b[:3]`, `all`.
///
/// Slices count in the order of the files.
struct SplitSelection: Hashable, Sendable {
  /// A part of one split.
  struct Part: Hashable, Sendable {
    /// The split's name; `nil` for all of them.
    let split: String?
    let slice: Slice
  }

  /// From where to where.
  enum Slice: Hashable, Sendable {
    case whole
    case examples(from: Int?, to: Int?)
    case percent(from: Double?, to: Double?)
    case shards(from: Int?, to: Int?)
  }

  /// The parts, one after the other.
  let parts: [Part]
  /// As it was written, for errors.
  private let text: String

  /// Reads a selection.
  ///
  /// - Throws: ``DatasetError`` for what TensorFlow Datasets refuses too, and for mixed units.
  init(_ text: String) throws(DatasetError) {
    self.text = text
    var parts: [Part] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      parts.append(try Self.part(part.trimmed, of: text))
    }
    self.parts = parts
  }

  private static func part(_ part: Substring, of text: String) throws(DatasetError) -> Part {
    guard let open = part.firstIndex(of: "[") else {
      guard isName(part) else { throw refused(text, "'\(part)' is no name of a split") }
      return Part(split: part == "all" ? nil : String(part), slice: .whole)
    }
    let name = part[..<open]
    guard isName(name), part.last == "]" else {
      throw refused(text, "'\(part)' is no split with a slice, such as validation[:10%]")
    }
    guard name != "all" else { throw refused(text, "'all' takes no slice") }
    let bounds = part[part.index(after: open)...].dropLast()
      .split(separator: ":", omittingEmptySubsequences: false)
    guard bounds.count <= 2 else { throw refused(text, "a slice takes no step") }
    var read: [(value: Double?, unit: Substring)] = []
    for bound in bounds { read.append(try self.bound(bound, of: text)) }
    return Part(split: String(name), slice: try slice(read, of: text))
  }

  private static func slice(
    _ bounds: [(value: Double?, unit: Substring)], of text: String
  ) throws(DatasetError) -> Slice {
    let units = Set(bounds.filter { $0.value != nil }.map(\.unit))
    guard let unit = units.first, units.count == 1 else {
      throw refused(
        text, units.isEmpty ? "a slice without a bound" : "a slice with bounds of two units")
    }
    let integers = bounds.map { $0.value.map { Int($0) } }
    if bounds.count == 1 {
      guard unit == "shard", let shard = integers[0] else {
        throw refused(text, "a single number is for shards, [1shard]; a slice has a colon")
      }
      return .shards(from: shard, to: shard == -1 ? nil : shard + 1)
    }
    switch unit {
    case "%": return .percent(from: bounds[0].value, to: bounds[1].value)
    case "shard": return .shards(from: integers[0], to: integers[1])
    default: return .examples(from: integers[0], to: integers[1])
    }
  }

  /// A number with its unit; none for an end that is left open.
  private static func bound(
    _ bound: Substring, of text: String
  ) throws(DatasetError) -> (value: Double?, unit: Substring) {
    let bound = bound.trimmed
    if bound.isEmpty { return (nil, "") }
    let unit = ["%", "shard"].first { bound.hasSuffix($0) }.map { bound.suffix($0.count) } ?? ""
    // Python's own way to write long numbers.
    let digits = bound.dropLast(unit.count).filter { $0 != "_" }
    let isPlain = digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "-" || $0 == ".") }
    guard isPlain, let value = Double(digits), abs(value) < 1e15,
      unit == "%" || value == value.rounded()
    else { throw refused(text, "'\(bound)' is no bound of a slice") }
    guard unit != "%" || abs(value) <= 100 else { throw refused(text, "'\(bound)' is over 100 %") }
    return (value, unit)
  }

  private static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
  }

  /// The shards that a selection takes, each with its part.
  ///
  /// - Throws: ``DatasetError`` for a split that is not there, beyond its end, and for a slice of nothing.
  func shards(
    of splits: [DatasetInfo.Split]
  ) throws(DatasetError) -> [(split: DatasetInfo.Split, shard: Int, wanted: Range<Int>)] {
    var taken: [(split: DatasetInfo.Split, shard: Int, wanted: Range<Int>)] = []
    for part in parts {
      let named = splits.filter { part.split == nil || $0.name == part.split }
      guard !named.isEmpty else {
        throw Self.refused(
          text,
          "there is no split '\(part.split ?? "all")'; there are "
            + LabeledImages.listed(splits.map { "\($0.name) (\($0.count))" }, most: 20))
      }
      for split in named {
        let range = try range(part.slice, of: split)
        var first = 0
        for (shard, count) in split.shardLengths.enumerated() {
          let wanted = range.clamped(to: first..<first + count)
          if !wanted.isEmpty {
            taken.append((split, shard, wanted.lowerBound - first..<wanted.upperBound - first))
          }
          first += count
        }
      }
    }
    return taken
  }

  private func range(_ slice: Slice, of split: DatasetInfo.Split) throws(DatasetError) -> Range<Int>
  {
    let count = split.count
    let bounds: (from: Int, to: Int)
    switch slice {
    case .whole: return 0..<count
    case .examples(let from, let to): bounds = (from ?? 0, to ?? count)
    case .percent(let from, let to):
      // As Python's round, half to even.
      let absolute = { (percent: Double) in
        Int((percent * Double(count) / 100).rounded(.toNearestOrEven))
      }
      bounds = (from.map(absolute) ?? 0, to.map(absolute) ?? count)
    case .shards(let from, let to):
      let lengths = split.shardLengths
      for shard in [from, to].compactMap(\.self) where abs(shard) > lengths.count {
        throw Self.refused(text, "\(split.name) has \(lengths.count) shards")
      }
      let place = { (shard: Int) in
        lengths.prefix(shard < 0 ? lengths.count + shard : shard).reduce(0, +)
      }
      bounds = (from.map(place) ?? 0, to.map(place) ?? count)
    }
    guard abs(bounds.from) <= count, abs(bounds.to) <= count else {
      throw Self.refused(text, "\(split.name) has \(count) examples")
    }
    let from = bounds.from < 0 ? count + bounds.from : bounds.from
    let to = bounds.to < 0 ? count + bounds.to : bounds.to
    guard from < to else {
      throw Self.refused(
        text, "no example of the \(count) of \(split.name) is from \(from) to \(to)")
    }
    return from..<to
  }

  private static func refused(_ text: String, _ words: String) -> DatasetError {
    .malformed(file: "the split '\(text)'", reason: words)
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}

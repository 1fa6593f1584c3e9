import JSON
import KerasConfigs

/// The arguments of a class that a preset names, while they are read: what nobody read shows at the end.
struct PresetArguments {
  /// The class, `ResNetBackbone`.
  let className: String
  /// The file in which they stand.
  let file: String
  private let settings: LayerSettings
  private var read: Set<String> = []

  init(_ className: String, _ config: JSONValue, in file: String) throws(PresetError) {
    self.className = className
    self.file = file
    settings = LayerSettings(config)
    if let mode = settings.quantization {
      throw error("is quantised to \(mode), which is not run")
    }
  }

  /// An error about this class.
  func error(_ problem: String) -> PresetError {
    PresetError("\(className) in \(file) \(problem)")
  }

  /// An error about an argument that is there.
  func odd(_ name: String) -> PresetError {
    error("has \(name) \(settings[name]?.text.prefix(80) ?? "null")")
  }

  /// The argument; `nil` where it is not written, or null.
  mutating func value(_ name: String) -> JSONValue? {
    read.insert(name)
    let value = settings[name]
    return value?.isNull == true ? nil : value
  }

  /// An argument that goes into a layer as it is.
  mutating func written(_ name: String) -> ConfigValue { value(name).map { .written($0) } ?? .null }

  /// Arguments that change nothing in a network that is used.
  mutating func pass(_ names: String...) { read.formUnion(names) }

  /// A whole number of 1 or more, at most a million.
  mutating func count(_ name: String, _ usual: Int? = nil) throws(PresetError) -> Int {
    guard let value = value(name) else { return try usual.orThrow(error("has no \(name)")) }
    guard let integer = value.integer, (1...1 << 20).contains(integer) else { throw odd(name) }
    return integer
  }

  mutating func number(_ name: String, _ usual: Double? = nil) throws(PresetError) -> Double {
    guard let value = value(name) else { return try usual.orThrow(error("has no \(name)")) }
    guard let number = value.number, number.isFinite else { throw odd(name) }
    return number
  }

  mutating func truth(_ name: String, _ usual: Bool? = nil) throws(PresetError) -> Bool {
    guard let value = value(name) else { return try usual.orThrow(error("has no \(name)")) }
    guard let truth = value.truth else { throw odd(name) }
    return truth
  }

  mutating func text(
    _ name: String, among names: [String], _ usual: String? = nil
  ) throws(PresetError) -> String {
    guard let value = value(name) else { return try usual.orThrow(error("has no \(name)")) }
    guard let text = value.string, names.contains(text) else { throw odd(name) }
    return text
  }

  /// Whole numbers from `range`, at most 64 of them.
  mutating func integers(
    _ name: String, in range: ClosedRange<Int> = 1...1 << 20
  ) throws(PresetError) -> [Int] {
    try items(name) { value in
      value.integer.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// How often stages repeat, a thousand times in all at the most.
  mutating func repeats(_ name: String) throws(PresetError) -> [Int] {
    let counts = try integers(name, in: 0...1024)
    guard counts.reduce(0, +) <= 1024 else { throw odd(name) }
    return counts
  }

  mutating func numbers(_ name: String) throws(PresetError) -> [Double] {
    try items(name) { value in
      value.number.flatMap { abs($0) <= 1_048_576 ? $0 : nil }
    }
  }

  /// What `read` makes of each item of a list.
  mutating func items<Item>(
    _ name: String, _ read: (JSONValue) -> Item?
  ) throws(PresetError) -> [Item] {
    guard let value = value(name) else { throw error("has no \(name)") }
    let values = value.list.map { Array($0.prefix(65)) } ?? []
    let items = values.compactMap(read)
    guard !items.isEmpty, items.count == values.count, items.count <= 64 else { throw odd(name) }
    return items
  }

  /// The extents of the images, rows, columns and channels; an open extent is `nil`.
  mutating func imageShape(_ name: String = "image_shape") throws(PresetError) -> [Int?] {
    guard let value = value(name) else { return [nil, nil, 3] }
    let extents = value.list.map { $0.prefix(4).map { $0.isNull ? 0 : $0.integer ?? -1 } } ?? []
    guard extents.count == 3, extents.allSatisfy({ (0...1 << 16).contains($0) }), extents[2] > 0
    else { throw odd(name) }
    return extents.map { $0 == 0 ? nil : $0 }
  }

  /// Another list must have as many items as the first.
  func check(_ count: Int, of name: String, is first: Int) throws(PresetError) {
    guard count != first else { return }
    throw error("has \(count) items in \(name), not \(first)")
  }

  /// Refuses a class of which an argument was not understood.
  func finish() throws(PresetError) {
    guard let name = settings.unread(besides: read).first else { return }
    throw error("has \(name) \(settings[name]?.text.prefix(80) ?? ""), which Assay does not know")
  }
}

extension Optional {
  /// The value, or else the error.
  fileprivate func orThrow(_ error: PresetError) throws(PresetError) -> Wrapped {
    guard let self else { throw error }
    return self
  }
}

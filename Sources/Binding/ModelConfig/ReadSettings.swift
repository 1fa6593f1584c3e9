import JSON
import KerasConfigs
import Networks
import Tensors

/// Why a layer of a config has no equal among our operations.
struct Untranslated: Error {
  /// In words that follow the layer's name and class: `has max_value 6`.
  let reason: String
  /// Whether this explains the layers before it too, which have no equal for the same reason.
  var isRoot = false
}

/// A layer's settings while they are translated: what was read is kept, so that what was not shows.
struct ReadSettings {
  private let settings: LayerSettings
  private var read: Set<String> = []

  init(_ settings: LayerSettings) { self.settings = settings }

  /// What Keras 1 called the settings of Keras 2.
  private static let olderNames = [
    "filters": "nb_filter", "strides": "subsample", "padding": "border_mode",
    "data_format": "dim_ordering", "use_bias": "bias", "units": "output_dim",
  ]

  /// The setting's value; `nil` where it is not written, or null.
  mutating func value(_ name: String) -> JSONValue? {
    read.insert(name)
    let older = Self.olderNames[name]
    if let older { read.insert(older) }
    let value = settings[name] ?? older.flatMap { settings[$0] }
    return value?.isNull == true ? nil : value
  }

  /// Settings that are known and change nothing here.
  mutating func pass(_ names: String...) { read.formUnion(names) }

  mutating func integer(_ name: String) throws(Untranslated) -> Int? {
    guard let value = value(name) else { return nil }
    guard let integer = value.integer, abs(integer) <= 1 << 24 else { throw odd(name, value) }
    return integer
  }

  mutating func float(_ name: String) throws(Untranslated) -> Float? {
    guard let value = value(name) else { return nil }
    guard let number = value.number else { throw odd(name, value) }
    return Float(number)
  }

  mutating func truth(_ name: String) throws(Untranslated) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let truth = value.truth else { throw odd(name, value) }
    return truth
  }

  mutating func text(_ name: String) throws(Untranslated) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.string else { throw odd(name, value) }
    return text
  }

  /// Height and width, written as two numbers or one for both.
  mutating func extent(_ name: String) throws(Untranslated) -> Extent? {
    guard let value = value(name) else { return nil }
    let numbers = value.integer.map { [$0, $0] } ?? value.integers ?? []
    guard numbers.count == 2, numbers.allSatisfy({ (1...1 << 20).contains($0) }) else {
      throw odd(name, value)
    }
    return Extent(height: numbers[0], width: numbers[1])
  }

  mutating func dataFormat() throws(Untranslated) -> DataFormat? {
    guard let text = try text("data_format"), text != "default" else { return nil }
    switch text {
    case "channels_last", "tf": return .channelsLast
    case "channels_first", "th": return .channelsFirst
    default: throw Untranslated(reason: "has data_format \(text.debugDescription)")
    }
  }

  mutating func padding() throws(Untranslated) -> Padding {
    switch try text("padding") {
    case "same": return .same
    case "valid", nil: return .valid
    case let other?: throw Untranslated(reason: "has padding \(other.debugDescription)")
    }
  }

  /// Refuses a layer of which a setting was not understood.
  func finish() throws(Untranslated) {
    guard let name = settings.unread(besides: read).first, let value = settings[name] else {
      return
    }
    throw odd(name, value)
  }

  func odd(_ name: String, _ value: JSONValue) -> Untranslated {
    Untranslated(reason: "has \(name) \(value.text.prefix(80))")
  }
}

extension JSONValue {
  /// The whole numbers of a list of nothing else.
  var integers: [Int]? {
    guard let list else { return nil }
    let items = list.prefix(64).map(\.integer)
    return items.contains(nil) ? nil : items.compactMap(\.self)
  }
}

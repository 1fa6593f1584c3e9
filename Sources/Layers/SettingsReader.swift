package import JSON
package import KerasConfigs
import Networks
package import Tensors

/// Why a layer of a config cannot be run.
package struct LayerError: Error, Hashable {
  /// In words that follow the layer's name and class: `has units 0`.
  package let reason: String
  /// What it would take, if anything would.
  package var remedy: LayerRemedy?

  package init(_ reason: String, remedy: LayerRemedy? = nil) {
    self.reason = reason
    self.remedy = remedy
  }
}

/// What it would take to run a layer that is refused.
public enum LayerRemedy: Hashable, Sendable, CustomStringConvertible {
  /// To be told which class of Keras does the same as this one.
  case alias(of: String)
  /// To be told that this setting changes nothing.
  case ignoring(setting: String)
  /// To be told how large images are.
  case inputSize
  /// Another file; in words.
  case file(String)

  /// What to do.
  public var description: String {
    switch self {
    case .alias(let name):
      "it runs where an alias says that \(name) does what a class of Keras does"
    case .ignoring(let setting): "it runs where \(setting) is said to change nothing"
    case .inputSize: "the size of the images must be said"
    case .file(let words): words
    }
  }
}

/// A layer's settings while they are read: what nobody read shows at the end.
package struct SettingsReader {
  /// The class that the file names.
  package let className: String
  /// The major version of the Keras that wrote the file, which decides what some names mean.
  package let kerasVersion: Int
  /// The package in which the class was registered, if it is none of Keras's own.
  package var package: String?
  /// What the layer is called on, of a class that takes more than one value.
  package var arguments = LayerArguments()
  fileprivate let settings: LayerSettings
  private var read: Set<String> = []

  package init(_ className: String, _ settings: LayerSettings, kerasVersion: Int) {
    self.className = className
    self.settings = settings
    self.kerasVersion = kerasVersion
  }

  /// What Keras 1 called the settings of Keras 2.
  private static let olderNames = [
    "filters": "nb_filter", "strides": "subsample", "padding": "border_mode",
    "data_format": "dim_ordering", "use_bias": "bias", "units": "output_dim", "rate": "p",
    "negative_slope": "alpha", "dilation_rate": "atrous_rate",
  ]

  /// The setting's value; `nil` where it is not written, or null.
  package mutating func value(_ name: String) -> JSONValue? {
    read.insert(name)
    let older = Self.olderNames[name]
    if let older { read.insert(older) }
    let value = settings[name] ?? older.flatMap { settings[$0] }
    return value?.isNull == true ? nil : value
  }

  /// Settings that are known and change nothing here.
  package mutating func pass(_ names: String...) { read.formUnion(names) }

  package mutating func integer(_ name: String) throws(LayerError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let integer = value.integer, abs(integer) <= 1 << 31 else { throw odd(name, value) }
    return integer
  }

  /// A whole number above 0 that must be there.
  package mutating func count(_ name: String) throws(LayerError) -> Int {
    guard let count = try integer(name) else { throw LayerError("has no \(name)") }
    guard count > 0 else { throw LayerError("has \(name) \(count)") }
    return count
  }

  package mutating func number(_ name: String) throws(LayerError) -> Float? {
    guard let value = value(name) else { return nil }
    guard let number = value.number else { throw odd(name, value) }
    return Float(number)
  }

  package mutating func truth(_ name: String) throws(LayerError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let truth = value.truth else { throw odd(name, value) }
    return truth
  }

  package mutating func text(_ name: String) throws(LayerError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.string else { throw odd(name, value) }
    return text
  }

  /// Whole numbers; a single one stands for a list of itself.
  package mutating func integers(_ name: String) throws(LayerError) -> [Int]? {
    guard let value = value(name) else { return nil }
    guard let integers = value.integer.map({ [$0] }) ?? value.integers else {
      throw odd(name, value)
    }
    return integers
  }

  /// A number, or lists of numbers, with the extents of the lists.
  package mutating func array(_ name: String) throws(LayerError) -> Tensor? {
    guard let value = value(name) else { return nil }
    guard let tensor = value.tensor else { throw odd(name, value) }
    return tensor
  }

  /// A whole number above 0 for each of `rank` axes, written as so many or as one for all.
  package mutating func extents(_ name: String, rank: Int) throws(LayerError) -> [Int]? {
    guard let value = value(name) else { return nil }
    let numbers =
      value.integer.map { Array(repeating: $0, count: rank) } ?? value.integers ?? []
    guard numbers.count == rank, numbers.allSatisfy({ (1...1 << 24).contains($0) }) else {
      throw odd(name, value)
    }
    return numbers
  }

  package mutating func dataFormat() throws(LayerError) -> DataFormat {
    guard let text = try text("data_format"), text != "default" else { return .channelsLast }
    switch text {
    case "channels_last", "tf": return .channelsLast
    case "channels_first", "th": return .channelsFirst
    default: throw LayerError("has data_format \(text.debugDescription)")
    }
  }

  /// Takes a setting for understood.
  package mutating func pass(_ name: String) { read.insert(name) }

  /// Refuses a layer of which a setting was not understood, but for those that the user lets pass.
  ///
  /// - Returns: Those of them that it has.
  package func finish(ignoring: Set<String>) throws(LayerError) -> [String] {
    let unread = settings.unread(besides: read)
    if let name = unread.first(where: { !ignoring.contains($0) }), let value = settings[name] {
      var error = odd(name, value)
      error.remedy = .ignoring(setting: name)
      throw error
    }
    return unread
  }

  package func odd(_ name: String, _ value: JSONValue) -> LayerError {
    LayerError("has \(name) \(value.text.prefix(80))")
  }
}

extension JSONValue {
  /// The whole numbers of a list of nothing else.
  package var integers: [Int]? {
    guard let list else { return nil }
    let items = list.prefix(64).map(\.integer)
    return items.contains(nil) ? nil : items.compactMap(\.self)
  }

  /// A number, or lists of numbers of one length each, at most a million of them.
  package var tensor: Tensor? {
    if let value = self["value"], self["dtype"] != nil || self["class_name"] != nil {
      return value.tensor
    }
    if self["class_name"]?.string == "__numpy__" || self["class_name"]?.string == "__tensor__" {
      return self["config"]?["value"]?.tensor
    }
    if let number { return Tensor(shape: [], values: [Float(number)]) }
    guard let list else { return nil }
    var shape: Shape?
    var values: [Float] = []
    var count = 0
    for item in list {
      guard let inner = item.tensor, inner.shape == shape ?? inner.shape, values.count < 1 << 20
      else { return nil }
      shape = inner.shape
      values += inner.values
      count += 1
    }
    return Tensor(shape: Shape([count] + (shape?.dimensions ?? [])), values: values)
  }
}

extension SettingsReader {
  /// The names of all settings.
  package var names: [String] { settings.names }
}

extension SettingsReader {
  /// The text of a setting, read or not.
  func string(_ name: String) -> String? { settings[name]?.string }

  /// The arguments of a `Lambda`, where all are numbers.
  var argumentsOfLambda: [String: Double]? {
    guard let members = settings["arguments"]?.object else { return nil }
    var numbers: [String: Double] = [:]
    for (name, value) in members {
      guard let number = value.number else { return nil }
      numbers[name] = number
    }
    return numbers
  }
}

import JSON

/// Reads the JSON of a safetensors header, and only what may stand there.
///
/// No name may stand twice: a usual reader would keep the last without a word.
struct SafetensorsParser {
  /// What is wrong, and with which array.
  struct Fault: Error {
    let object: String?
    let words: String
    let isUnsupported: Bool

    init(_ object: String?, _ words: String, isUnsupported: Bool = false) {
      self.object = object
      self.words = words
      self.isUnsupported = isUnsupported
    }
  }

  /// An array as the header describes it, unchecked but for negative numbers.
  struct Array {
    let name: String
    let type: String
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  /// All arrays in the order of the header; `__metadata__` is checked and left out.
  static func arrays(_ text: [UInt8]) throws(Fault) -> [Array] {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(text)
    } catch {
      // The header begins behind its length, which takes eight bytes.
      throw broken("at byte \(8 + error.byte): \(error.reason)")
    }
    var arrays: [Array] = []
    for (name, value) in try members(of: document.root, nil) {
      if name == "__metadata__" {
        for (key, value) in try members(of: value, name) where value.kind != .string {
          throw Fault(name, "\(key.debugDescription) is no text")
        }
      } else {
        arrays.append(try array(name, value))
      }
    }
    return arrays
  }

  private static func array(_ name: String, _ value: JSONValue) throws(Fault) -> Array {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    for (key, value) in try members(of: value, name) {
      switch key {
      case "dtype": type = value.string
      case "shape": shape = try numbers(value, name)
      case "data_offsets": offsets = try numbers(value, name)
      default: throw Fault(name, "its description has an unknown part \(key.debugDescription)")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw Fault(name, "its description lacks dtype, shape or data_offsets")
    }
    return Array(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// The members of an object; no name may stand twice.
  private static func members(
    of value: JSONValue, _ owner: String?
  ) throws(Fault) -> [(name: String, value: JSONValue)] {
    guard let object = value.object else {
      throw owner.map { Fault($0, "its description is no object") } ?? broken("it is no object")
    }
    var names: Set<String> = []
    var members: [(name: String, value: JSONValue)] = []
    for member in object {
      guard !member.name.unicodeScalars.contains("\u{FFFD}") else {
        throw broken("an unknown escape in the name \(member.name.debugDescription)")
      }
      guard names.insert(member.name).inserted else {
        throw Fault(member.name, "is described twice")
      }
      members.append(member)
    }
    return members
  }

  /// A list of whole numbers, none negative.
  private static func numbers(_ value: JSONValue, _ name: String) throws(Fault) -> [Int] {
    guard let items = value.array else { throw Fault(name, "no list where one should be") }
    var numbers: [Int] = []
    for item in items {
      guard let number = item.integer, number >= 0 else { throw Fault(name, "no whole number") }
      numbers.append(number)
    }
    return numbers
  }

  private static func broken(_ words: String) -> Fault {
    Fault(nil, "its header is broken: \(words)")
  }
}

import Records
import Wire

/// What a record says of its image's class.
enum RecordLabel {
  /// Nothing: no feature, none in it, or −1.
  case absent
  /// A number.
  case number(Int)
  /// A row with a single 1, and how long it is.
  case oneHot(Int, classes: Int)
  /// A name, or a number in text.
  case text([UInt8])
  /// The classes that are right, as of ReaL; perhaps none.
  case set([Int])

  /// How a feature is meant.
  enum Meaning: Hashable {
    /// One class, in whatever form.
    case single
    /// A set of classes of which each is right.
    case set
  }

  /// No class has a longer name.
  private static let longestText = 4096
  /// The longest row of a single 1.
  private static let mostClasses = 1 << 20

  /// Reads a label.
  ///
  /// - Throws: ``FormatFault`` for a feature that is broken, and for what is no label of one class.
  init(_ feature: Feature?, _ meaning: Meaning) throws(FormatFault) {
    guard let feature, let kind = feature.kind else {
      self = meaning == .set ? .set([]) : .absent
      return
    }
    let values = try feature.values(atMost: Self.mostClasses)
    if meaning == .set {
      self = .set(try values.map { value throws(FormatFault) in try Self.class(value) })
      return
    }
    guard values.count > 1 else {
      switch values.first {
      case nil: self = .absent
      case .integer(-1)?: self = .absent
      case .integer?: self = .number(try Self.class(values[0]))
      case .bytes(let text)?:
        guard text.count <= Self.longestText else {
          throw FormatFault("its label is a text of \(text.count) bytes")
        }
        self = text.isEmpty ? .absent : .text(Array(text))
      case .float?:
        throw FormatFault("its label is a single number in a float_list; labels are int64_lists")
      }
      return
    }
    guard kind != .bytes, let place = Self.singleOne(values) else {
      throw FormatFault(
        "it has \(values.count) labels; several that each count on their own are not scored")
    }
    self = .oneHot(place, classes: values.count)
  }

  private static func `class`(_ value: Feature.Value) throws(FormatFault) -> Int {
    guard case .integer(let number) = value else {
      throw FormatFault("its labels are no int64_list")
    }
    guard number >= 0, let label = Int(exactly: number) else {
      throw FormatFault("its label is \(number); labels count from 0, and −1 stands for none")
    }
    return label
  }

  /// The place of the only 1 among zeros.
  private static func singleOne(_ values: [Feature.Value]) -> Int? {
    var found: Int?
    for (place, value) in values.enumerated() {
      switch value {
      case .integer(0), .float(0): continue
      case .integer(1), .float(1):
        if found != nil { return nil }
        found = place
      default: return nil
      }
    }
    return found
  }
}

package import Wire

/// A `tf.train.Example`: lists of numbers or bytes under names.
///
/// On the wire: `Example{1: Features{1: map<string, Feature>}}`, each entry of the map `{1: key, 2: value}`. Of
/// a name that comes twice the last counts. A `SequenceExample` reads as an Example of its context, which has
/// the same number. Nothing is copied, and the depth is that of the format, whatever lies deeper.
package struct Example: Sendable {
  /// The lists, by name.
  package private(set) var features: [String: Feature] = [:]

  /// More than anybody writes.
  private static let most = 4096

  /// Reads the bytes of a record.
  package init(_ bytes: [UInt8]) throws(FormatFault) {
    var example = ProtobufReader(bytes[...])
    while let field = try example.next() {
      guard field.number == 1 else { continue }
      var features = ProtobufReader(try Self.message(field.value))
      while let field = try features.next() {
        if field.number == 1 { try add(Self.message(field.value)) }
      }
    }
  }

  private mutating func add(_ entry: ArraySlice<UInt8>) throws(FormatFault) {
    var name: String?
    var feature = Feature()
    var fields = ProtobufReader(entry)
    while let field = try fields.next() {
      switch field.number {
      case 1:
        name = String(validating: try Self.message(field.value), as: UTF8.self)
        if name == nil { throw FormatFault("the name of a feature is not UTF-8") }
      case 2: try feature.merge(Self.message(field.value))
      default: continue
      }
    }
    guard let name else { throw FormatFault("a feature has no name") }
    features[name] = feature
    guard features.count <= Self.most else {
      throw FormatFault("more than \(Self.most) features")
    }
  }

  fileprivate static func message(
    _ value: ProtobufMessage.Value
  ) throws(FormatFault) -> ArraySlice<UInt8> {
    guard case .bytes(let bytes) = value else {
      throw FormatFault("no tf.train.Example: a number stands where a message is due")
    }
    return bytes
  }
}

/// One list of an ``Example``, as it stands on the wire.
package struct Feature: Sendable {
  /// What a list holds; the raw value is the number of its field in `Feature`.
  package enum Kind: UInt64, Sendable {
    case bytes = 1
    case floats = 2
    case integers = 3

    /// As TensorFlow calls it.
    package var name: String {
      switch self {
      case .bytes: "bytes_list"
      case .floats: "float_list"
      case .integers: "int64_list"
      }
    }
  }

  /// What the list holds; `nil` where nothing was set.
  package private(set) var kind: Kind?
  private var list: ArraySlice<UInt8> = []

  /// Takes what another message of the same feature sets: of several lists the last counts.
  fileprivate mutating func merge(_ message: ArraySlice<UInt8>) throws(FormatFault) {
    var fields = ProtobufReader(message)
    var isMet = false
    while let field = try fields.next() {
      guard let kind = Kind(rawValue: field.number) else { continue }
      // Protobuf joins the two, TensorFlow takes the first.
      if isMet { throw FormatFault("a feature holds two lists") }
      isMet = true
      self.kind = kind
      list = try Example.message(field.value)
    }
  }

  /// How many values the list has, of which those of numbers are looked at alone.
  package var count: Int {
    get throws(FormatFault) {
      var count = 0
      try each { _ in count += 1 }
      return count
    }
  }

  /// A value of a list.
  package enum Value: Sendable {
    case bytes(ArraySlice<UInt8>)
    case float(Float)
    case integer(Int64)
  }

  /// Calls `body` with each value in order, packed or not.
  package func each(_ body: (Value) throws(FormatFault) -> Void) throws(FormatFault) {
    guard let kind else { return }
    var fields = ProtobufReader(list)
    while let field = try fields.next() {
      guard field.number == 1 else { continue }
      switch (kind, field.value) {
      case (.bytes, .bytes(let bytes)): try body(.bytes(bytes))
      case (.floats, .fixed32(let bits)): try body(.float(Float(bitPattern: bits)))
      case (.floats, .bytes(let packed)):
        var cursor = ByteCursor(packed)
        while !cursor.isAtEnd {
          try body(.float(Float(bitPattern: cursor.fixed(UInt32.self))))
        }
      case (.integers, .varint(let bits)): try body(.integer(Int64(bitPattern: bits)))
      case (.integers, .bytes(let packed)):
        var cursor = ByteCursor(packed)
        while !cursor.isAtEnd { try body(.integer(Int64(bitPattern: cursor.varint()))) }
      default: throw FormatFault("a \(kind.name) holds values of another kind")
      }
    }
  }

  /// The first values of the list, at most `limit`.
  package func values(atMost limit: Int) throws(FormatFault) -> [Value] {
    var values: [Value] = []
    try each { value in if values.count < limit { values.append(value) } }
    return values
  }
}

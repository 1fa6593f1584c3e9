/// The elements of a MATLAB 5 file, in order.
struct MatReader {
  /// What is wrong with it.
  struct Fault: Error {
    let words: String
  }

  /// The types that hold others.
  static let matrix = 14
  static let compressed = 15

  private var rest: ArraySlice<UInt8>
  private let isBigEndian: Bool

  init(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) {
    rest = bytes
    self.isBigEndian = isBigEndian
  }

  /// Whether nothing is left.
  var isAtEnd: Bool { rest.isEmpty }

  /// The next element: a tag of 8 bytes, and its data; of small ones both in 8 bytes.
  mutating func element() throws(Fault) -> (type: Int, bytes: ArraySlice<UInt8>) {
    guard rest.count >= 8 else { throw Fault(words: "it is cut short") }
    let word = Int(bits(rest.prefix(4)))
    if word >> 16 != 0 {
      let size = word >> 16
      guard size <= 4 else { throw Fault(words: "a small element of \(size) bytes") }
      let data = rest.dropFirst(4).prefix(size)
      rest = rest.dropFirst(8)
      return (word & 0xFFFF, data)
    }
    let size = Int(bits(rest.dropFirst(4).prefix(4)))
    guard size <= rest.count - 8 else { throw Fault(words: "it is cut short") }
    let data = rest.dropFirst(8).prefix(size)
    // Compressed elements are not padded.
    let padding = word == Self.compressed ? 0 : (8 - size % 8) % 8
    rest = rest.dropFirst(8 + size + padding)
    return (word, data)
  }

  /// An array with its name, from the data of its element.
  func matrix(
    _ bytes: ArraySlice<UInt8>, depth: Int
  ) throws(Fault) -> (name: String, value: MatFile.Value) {
    // An empty cell has no content at all.
    if bytes.isEmpty { return ("", .numbers([])) }
    guard depth < 16 else { throw Fault(words: "arrays in arrays, over 16 deep") }
    var parts = MatReader(bytes, isBigEndian: isBigEndian)
    let flags = try parts.element().bytes
    guard flags.count == 8 else { throw Fault(words: "an array without flags") }
    let word = Int(bits(flags.prefix(4)))
    let extents = try parts.numbers()
    var count = 1
    for extent in extents {
      // No element takes less than a byte.
      guard extent >= 0, extent * Double(count) <= Double(bytes.count) else {
        throw Fault(words: "an array of more elements than it has bytes")
      }
      count *= Int(extent)
    }
    let name = String(decoding: try parts.element().bytes, as: UTF8.self)
    switch word & 0xFF {
    case 1:
      return (name, .cells(try parts.matrices(count, depth)))
    case 2:
      let width = try parts.numbers().first ?? 0
      let names = try parts.element().bytes
      guard width >= 1, width <= 1024, names.count % Int(width) == 0 else {
        throw Fault(words: "a struct whose fields have no names")
      }
      let fields = stride(from: names.startIndex, to: names.endIndex, by: Int(width)).map {
        String(decoding: names[$0..<$0 + Int(width)].prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !fields.isEmpty else { return (name, .structs(fields: [], elements: [])) }
      let values = try parts.matrices(count * fields.count, depth)
      return (
        name,
        .structs(
          fields: fields,
          elements: stride(from: 0, to: values.count, by: fields.count).map {
            Array(values[$0..<$0 + fields.count])
          })
      )
    case 4:
      let codes = try parts.element()
      guard extents.first ?? 0 <= 1 else { return (name, .other) }
      return (name, .text(try text(codes.type, codes.bytes)))
    case 6...15 where word & 0x0800 == 0:
      let values = try parts.numbers()
      guard values.count == count else {
        throw Fault(words: "an array of other extents than it says")
      }
      return (name, .numbers(values))
    default:
      return (name, .other)
    }
  }

  private mutating func matrices(_ count: Int, _ depth: Int) throws(Fault) -> [MatFile.Value] {
    // The tag alone has 8 bytes.
    guard count <= rest.count / 8 else { throw Fault(words: "it is cut short") }
    var values: [MatFile.Value] = []
    for _ in 0..<count {
      let element = try element()
      guard element.type == Self.matrix else { throw Fault(words: "an array was expected") }
      values.append(try matrix(element.bytes, depth: depth + 1).value)
    }
    return values
  }

  /// The numbers of the next element, of whatever type they are.
  private mutating func numbers() throws(Fault) -> [Double] {
    let element = try element()
    let widths = [1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8]
    guard let width = widths[element.type], element.bytes.count % width == 0 else {
      throw Fault(words: "numbers of an unknown type, \(element.type)")
    }
    return stride(from: element.bytes.startIndex, to: element.bytes.endIndex, by: width).map {
      number(bits(element.bytes[$0..<$0 + width]), element.type)
    }
  }

  private func number(_ bits: UInt64, _ type: Int) -> Double {
    switch type {
    case 1: Double(Int8(truncatingIfNeeded: bits))
    case 3: Double(Int16(truncatingIfNeeded: bits))
    case 5: Double(Int32(truncatingIfNeeded: bits))
    case 7: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case 9: Double(bitPattern: bits)
    case 12: Double(Int64(bitPattern: bits))
    default: Double(bits)
    }
  }

  private func text(_ type: Int, _ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
    switch type {
    case 1, 2, 16: return String(decoding: bytes, as: UTF8.self)
    case 4, 17:
      guard bytes.count % 2 == 0 else { throw Fault(words: "half a character") }
      return String(
        decoding: stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
          UInt16(truncatingIfNeeded: bits(bytes[$0..<$0 + 2]))
        }, as: UTF16.self)
    default: throw Fault(words: "characters of an unknown type, \(type)")
    }
  }

  private func bits(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    if isBigEndian {
      for byte in bytes { value = value << 8 | UInt64(byte) }
    } else {
      for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    }
    return value
  }
}

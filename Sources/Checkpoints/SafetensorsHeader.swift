import Archives
import Tensors

/// What stands before the values of a safetensors file: JSON with a name, a type, a shape and a
/// place for each array (https://huggingface.co/docs/safetensors, format of 2022).
struct SafetensorsHeader {
  /// An array and where its bytes lie, counted from the end of the header.
  struct Entry {
    let name: String
    let type: ElementType
    let shape: Shape
    let begin: Int
    let end: Int
  }

  /// The arrays in the order of their values.
  let entries: [Entry]
  /// Where the values begin in the file.
  let dataOffset: Int

  /// The limit of the format's own library.
  private static let largest = 100_000_000
  private static let mostAxes = 64

  init(of file: ArchiveFile) throws {
    let prefix = try file.bytes(at: 0, count: 8)
    let length = prefix.enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * $1.offset)
    }
    guard length <= UInt64(Self.largest) else {
      throw CheckpointError.unsupported(
        file: file.path, object: nil, detail: "its header claims \(length) bytes")
    }
    let text = try file.bytes(at: 8, count: Int(length))
    dataOffset = 8 + Int(length)
    do throws(SafetensorsParser.Fault) {
      let described = try SafetensorsParser.arrays(text)
      entries = try Self.entries(described, dataSize: file.size - dataOffset)
    } catch {
      throw error.isUnsupported
        ? CheckpointError.unsupported(file: file.path, object: error.object, detail: error.words)
        : CheckpointError.damaged(file: file.path, object: error.object, detail: error.words)
    }
  }

  /// Checks every claim: the arrays lie one behind the other and fill the file exactly.
  private static func entries(
    _ described: [SafetensorsParser.Array], dataSize: Int
  ) throws(SafetensorsParser.Fault) -> [Entry] {
    var entries: [Entry] = []
    for array in described {
      guard let kind = kinds[array.type] else {
        throw .init(array.name, "elements of type \(array.type) are not read", isUnsupported: true)
      }
      guard array.shape.count <= mostAxes, let size = bytes(array.shape, width: kind.width) else {
        throw .init(array.name, "claims an impossible shape")
      }
      guard array.begin <= array.end, array.end - array.begin == size else {
        throw .init(
          array.name,
          "has \(array.begin) to \(array.end) of the data, but its shape needs \(size) bytes")
      }
      entries.append(
        Entry(
          name: array.name, type: ElementType(kind), shape: Shape(array.shape),
          begin: array.begin, end: array.end))
    }
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var position = 0
    for entry in entries {
      guard entry.begin == position else {
        throw .init(entry.name, "its values overlap others or leave a gap")
      }
      position = entry.end
    }
    guard position == dataSize else {
      throw .init(
        nil,
        position > dataSize
          ? "the file is cut short: \(dataSize) bytes of values, \(position) are described"
          : "\(dataSize - position) bytes follow the last array")
    }
    return entries
  }

  /// The bytes of an array, or `nil` if no memory could hold its axes.
  private static func bytes(_ shape: [Int], width: Int) -> Int? {
    // A zero must not hide an absurd extent beside it, which could overflow elsewhere.
    var product = width
    for extent in shape where extent != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }

  private static let kinds: [String: ElementType.Kind] = [
    "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64, "I8": .int8,
    "I16": .int16, "I32": .int32, "I64": .int64, "U8": .uint8, "U16": .uint16, "U32": .uint32,
    "U64": .uint64,
  ]
}

import Foundation
import TestSupport

/// `checkpoints/mutated.json`: what the libraries read from damaged copies.
struct MutatedCheckpoints: Decodable {
  /// The whole files, by the name of their container.
  let containers: [String: Container]
  /// What is done to them, and what is read then.
  let copies: [Copy]

  /// The file that is named, those that belong to it, and every array.
  struct Container: Decodable {
    let file: String
    let others: [String]
    let arrays: [String: Array]
  }

  /// The first `length` bytes of one of the files, some of them overwritten.
  struct Copy: Decodable {
    let container: String
    let file: String
    let length: Int
    let edits: [Edit]
    /// The arrays that differ from the whole file's, `nil` for one that is missing or not read; `nil`
    /// altogether if the copy is refused.
    let arrays: [String: Array?]?

    func applied(to content: Data) -> Data {
      var copy = [UInt8](content.prefix(length))
      for edit in edits {
        copy.replaceSubrange(edit.place..<edit.place + edit.bytes.count, with: edit.bytes)
      }
      return Data(copy)
    }
  }

  /// Bytes, and where they go; written as `[place, "hexadecimal"]`.
  struct Edit: Decodable {
    let place: Int
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      place = try container.decode(Int.self)
      let digits = Swift.Array(try container.decode(String.self))
      bytes = try stride(from: 0, to: digits.count, by: 2).map { start in
        guard let byte = UInt8(String(digits[start...start + 1]), radix: 16) else {
          throw DecodingError.dataCorruptedError(
            in: container, debugDescription: "no hexadecimal digits")
        }
        return byte
      }
    }
  }

  /// The shape, and the CRC-32 of the values as little-endian float32; written as a pair.
  struct Array: Decodable, Hashable {
    let shape: [Int]
    let checksum: UInt32

    init(shape: [Int], checksum: UInt32) {
      self.shape = shape
      self.checksum = checksum
    }

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      shape = try container.decode([Int].self)
      checksum = try container.decode(UInt32.self)
    }
  }

  static func load() throws -> MutatedCheckpoints {
    try JSONDecoder().decode(Self.self, from: Fixtures.data("checkpoints/mutated.json"))
  }
}

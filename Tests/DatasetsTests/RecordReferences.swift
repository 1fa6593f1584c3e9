import Digests
import Datasets
import Foundation
import TestSupport

/// What TensorFlow and TensorFlow Datasets read of `Fixtures/records`.
struct RecordReferences: Decodable {
  /// An example of a data set.
  struct Example: Decodable {
    let id: String
    let label: Int
    let sha256: String
  }
  /// A record of a plain file.
  struct Record: Decodable {
    let file: String
    let record: Int
    let label: Int
    let sha256: String
  }
  /// An example of an array_record data set.
  struct Named: Decodable {
    let name: String
    let label: Int
    let sha256: String
  }
  let shapes: [Example]
  let pixels: [String: [Example]]
  let sets: [[Int]]
  let sparse: [Int]
  let plain: [Record]
  let arrayRecord: [Named]
  let slices: [String: [String]]

  static func read() throws -> RecordReferences {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(RecordReferences.self, from: Fixtures.data("records/expected.json"))
  }

  /// The path of a file or folder of the fixtures.
  static func path(_ name: String) -> String { Fixtures.path("records/\(name)") }
}

extension LabeledImage {
  /// The shard and the number of the record, without the file's name behind them.
  var id: String { String(path.prefix { $0 != "/" }) }

  /// The SHA-256 of its pixels, as TensorFlow decodes them.
  func pixelDigest() throws -> String {
    let pixels: [UInt8]
    switch try source.contents() {
    case .encoded(let bytes):
      let header = try ImageHeader(bytes, rules: .tensorFlow)
      pixels = try DecodedImage(bytes, header: header, rules: .tensorFlow, channels: 3).pixels
    case .decoded(let image): pixels = image.pixels
    case .values: pixels = []
    }
    return SHA256.hash(data: pixels).map { String(format: "%02x", $0) }.joined()
  }
}

import Foundation
import TestSupport

/// What Keras, torchvision, timm, webdataset, SciPy, NumPy and csv make of the files in
/// `Fixtures/layouts`.
struct LayoutReferences: Decodable {
  /// How one library lists a folder per class.
  struct Listing: Decodable {
    let classes: [String]
    let paths: [String]
    let labels: [Int]
  }
  struct Folder: Decodable {
    let files: [String]
    let keras: Listing
    /// Keras's `flow_from_directory`.
    let generator: Listing
    let torchvision: Listing
    let timm: Listing?
    let given: Listing?
  }
  struct Sample: Decodable {
    let key: String
    let label: String
    /// The last of the image's bytes, and how many there are.
    let bytes: [UInt8]
    let count: Int
  }
  struct Arrays: Decodable {
    let images: [[UInt8]]
    let grey: [[UInt8]]
    let labels: [Int]
  }

  let trees: [String: Folder]
  let natural: [String]
  let shards: [String: [Sample]]
  let synsets: [String]
  let arrays: Arrays
  let tables: [[String]]

  static func read() throws -> LayoutReferences {
    try JSONDecoder().decode(LayoutReferences.self, from: Fixtures.data("layouts/layouts.json"))
  }

  static func path(_ name: String) -> String { Fixtures.path("layouts/\(name)") }
}

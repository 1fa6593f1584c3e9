import Archives
import Datasets

/// Descriptions of data sets that arrive in bytes.
enum ParsedLayout {
  /// Its regular files, with their content; then as samples.
  static func tar(_ bytes: [UInt8]) throws {
    var reader = TarReader(.bytes(bytes, name: "x"))
    while let entry = try reader.next() {
      precondition(entry.offset + entry.size <= bytes.count, "\(entry) in \(bytes.count) bytes")
      let content = try reader.content(limit: bytes.count)
      precondition(content == Array(bytes[entry.offset..<entry.offset + entry.size]))
    }
    let stream = TarStream(bytes: bytes, name: "x")
    var count = 0
    while let batch = try stream.take(3) {
      precondition(batch.first == count && !batch.images.isEmpty)
      count += batch.images.count
    }
  }

  /// As each of the lists: accepted if it is one of labels.
  static func labels(_ bytes: [UInt8]) throws {
    if let index = try? ClassIndex(bytes, path: "x") {
      precondition(Set(index.names).count == index.names.count)
      precondition(
        index.identifiers.indices.allSatisfy { index.index(of: index.identifiers[$0]) == $0 })
    }
    if let synsets = try? SynsetList.parse(bytes, path: "x") { precondition(!synsets.isEmpty) }
    _ = try LabelFile(parsing: bytes, path: "x")
  }
}

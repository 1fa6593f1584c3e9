import Records
import Wire

/// Parsers of records and of what describes them, for bytes that nobody vouches for.
package enum RecordParsers {
  /// All that a record is asked for: its features, a label, and an image, encoded or of pixels.
  package static func example(_ bytes: [UInt8]) throws {
    let example = try Example(bytes)
    let keys = try RecordKeys().resolved(for: example, in: "x")
    for meaning in [RecordLabel.Meaning.single, .set] {
      _ = try RecordLabel(example.features[keys.label], meaning)
    }
    let forms: [RecordPixels] = [TensorPixels.Encoding.numbers, .bytes, .zlib].map {
      .tensor(TensorPixels(extents: nil, encoding: $0))
    }
    for form in forms { _ = try? form.contents(of: example, key: keys.image) }
    if case .decoded(let image) = try RecordPixels.found.contents(of: example, key: keys.image) {
      precondition(image.pixels.count <= bytes.count, "pixels of nothing")
    }
  }

  /// The descriptions of a data set and a split of it: two texts of JSON and one more, with zeros between them.
  package static func dataset(_ bytes: [UInt8]) throws {
    let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw FormatFault("not three texts") }
    let info = try DatasetInfo(Array(parts[0]), path: "x")
    let features = try DatasetFeatures(Array(parts[1]), path: "x")
    _ = try DatasetLayout(info, features, keys: RecordKeys(), in: "/none")
    let selection = try SplitSelection(String(decoding: parts[2], as: UTF8.self))
    for (split, shard, wanted) in try selection.shards(of: info.splits) {
      precondition(
        !wanted.isEmpty && wanted.lowerBound >= 0 && wanted.upperBound <= split.shardLengths[shard],
        "\(wanted) of \(split)")
      _ = try info.file(of: split, shard: shard, in: "x")
    }
  }
}

import Datasets
import Foundation
import TestSupport
import Testing

@Suite("TFRecord shards as images with labels")
struct RecordShardTests {
  private let references: RecordReferences
  private let folder: ScratchFolder
  init() throws {
    references = try RecordReferences.read()
    folder = try ScratchFolder()
  }

  private func expectSame(_ found: LabeledImages, firstLabel: Int) throws {
    #expect(found.images.count == references.plain.count)
    for (image, expected) in zip(found.images, references.plain) {
      #expect(image.labels == [expected.label])
      #expect(try image.pixelDigest() == expected.sha256)
    }
    #expect(found.vocabulary == .networkIndices)
    #expect(found.numbering?.firstLabel(classes: 3) == firstLabel)
  }

  @Test("hold what TensorFlow reads, in the order of the files")
  func plain() throws {
    let paths = try ShardNames.expand(RecordReferences.path("plain/validation-*"))
    let found = try LabeledImages(records: paths)
    try expectSame(found, firstLabel: 1)
    #expect(found.images.map(\.id) == references.plain.map { "\($0.file)__\($0.record)" })
    #expect(found.images[0].path == "validation-00000-of-00002__0/009.png")
    #expect(
      found.notes == [
        "images are in 'image/encoded', labels in 'image/class/label', 1 to 3, names in 'image/filename'"
      ])
    let one = try LabeledImages(records: [paths[1]])
    #expect(one.notes.first == "1 of the 2 shards that their names count are here")
  }

  @Test("are read compressed, whatever their names say", arguments: ["gzip", "zlib"])
  func compressed(_ kind: String) throws {
    try expectSame(
      LabeledImages(records: [RecordReferences.path("plain/\(kind).tfrecord")]), firstLabel: 1)
  }

  @Test("may hold pixels beside their extents")
  func raw() throws {
    let found = try LabeledImages(records: [RecordReferences.path("plain/raw.tfrecord")])
    let expected = references.shapes.filter { $0.id.contains("train") }
    #expect(found.images.count == expected.count)
    #expect(
      Set(try found.images.map { "\(try $0.pixelDigest()) \($0.labels[0])" })
        == Set(expected.map { "\($0.sha256) \($0.label)" }))
    #expect(found.numbering?.firstLabel(classes: 3) == 0)
  }

  /// A shard of these examples.
  private func shard(_ examples: [[(name: String, feature: [UInt8])]]) throws -> String {
    try folder.write(
      Data(examples.flatMap { RecordBytes.framed(RecordBytes.example($0)) }), as: "some.tfrecord")
  }

  private let image = (name: "image", feature: RecordBytes.bytes([1, 2, 3]))

  @Test("have labels in text, or in a row with a single 1")
  func labels() throws {
    let text = try LabeledImages(
      records: [
        shard(
          ["dog", "cat", "dog"].map { name in
            [image, ("class", RecordBytes.bytes(Array(name.utf8)))]
          })
      ])
    #expect(text.classNames == ["cat", "dog"] && text.images.map(\.labels) == [[1], [0], [1]])
    let rows = try LabeledImages(
      records: [
        shard([
          [image, ("label", RecordBytes.floats(0, 0, 1))],
          [image, ("label", RecordBytes.floats(1, 0, 0))],
        ])
      ])
    #expect(rows.images.map(\.labels) == [[2], [0]] && rows.numbering == nil)
  }

  @Test("leave out what has no label, and say so")
  func absent() throws {
    let path = try shard([
      [image, ("label", RecordBytes.integers(1))], [image], [image, ("label", [])],
      [image, ("label", RecordBytes.integers(-1))],
    ])
    let found = try LabeledImages(records: [path])
    #expect(found.images.map(\.labels) == [[1]])
    #expect(found.notes.first == "3 records without a label are left out")
  }

  @Test(
    "refuse labels that are none of one class, by file and record",
    arguments: [
      (RecordBytes.integers(1, 2), "2 labels"), (RecordBytes.floats(1), "float_list"),
      (RecordBytes.integers(-2), "-2"), (RecordBytes.bytes([1], [2]), "2 labels"),
      (RecordBytes.floats(0.5, 0.5), "2 labels"), (RecordBytes.bytes([65]), "a text"),
    ])
  func otherLabels(_ label: [UInt8], _ words: String) throws {
    let path = try shard([[image, ("label", RecordBytes.integers(0))], [image, ("label", label)]])
    let error = #expect(throws: DatasetError.self) { try LabeledImages(records: [path]) }
    let text = error?.description ?? ""
    #expect(text.contains(words) && text.contains("some.tfrecord"), "\(text)")
    #expect(text.contains("record 1") || text.contains("some.tfrecord__1"), "\(text)")
  }

  @Test("whose keys are others are listed, and read by --image-key and --label-key")
  func otherKeys() throws {
    let path = try shard([[("pixels", RecordBytes.bytes([1])), ("kind", RecordBytes.integers(4))]])
    let error = #expect(throws: DatasetError.self) { try LabeledImages(records: [path]) }
    #expect(
      error?.description.contains("kind (int64_list of 1), pixels (bytes_list of 1)") == true)
    let found = try LabeledImages(
      records: [path], keys: RecordKeys(image: "pixels", label: "kind", name: "kind"))
    #expect(found.images.map(\.labels) == [[4]] && found.images[0].path == "some.tfrecord__0/4")
  }

  @Test("list damaged records in their places, and go on behind them")
  func damaged() throws {
    var bytes = [UInt8](try Fixtures.data("records/plain/validation-00000-of-00002"))
    bytes[400] ^= 1
    let path = try folder.write(Data(bytes), as: "damaged")
    let found = try LabeledImages(records: [path])
    #expect(found.images.count == 12)
    let failed = found.images.filter { $0.labels.isEmpty }
    #expect(failed.count == 1)
    #expect(throws: ImageError.self) { try failed[0].source.contents() }
    // Broken inside, with right checksums around it.
    let broken = try folder.write(
      Data(
        RecordBytes.framed([0x0B])
          + RecordBytes.framed(RecordBytes.example([image, ("label", RecordBytes.integers(0))]))),
      as: "broken")
    #expect(try LabeledImages(records: [broken]).images.map(\.labels) == [[], [0]])
  }

  @Test("that are no records, or none that are read, are refused by name")
  func foreign() throws {
    for (bytes, words) in [
      (Array("PAR1....PAR1".utf8), "Parquet"), (Array("ARROW1..".utf8), "Arrow"),
      (Array("hello, world, hello".utf8), "no TFRecord"),
    ] {
      let path = try folder.write(Data(bytes), as: "foreign.tfrecord")
      let error = #expect(throws: DatasetError.self) { try LabeledImages(records: [path]) }
      #expect(error?.description.contains(words) == true)
    }
    #expect(throws: DatasetError.missingFile("none.tfrecord")) {
      try LabeledImages(records: ["none.tfrecord"])
    }
    #expect(throws: DatasetError.self) {
      try LabeledImages(records: [folder.write(Data(), as: "empty.tfrecord")])
    }
  }

  @Test("are found in a folder that has nothing else, unless they are of several kinds")
  func folders() throws {
    for name in ["val-00000-of-00002", "val-00001-of-00002", "README.md"] {
      _ = try folder.write(Data(RecordBytes.framed([])), as: name)
    }
    let root = folder.url.path(percentEncoded: false)
    #expect(
      try RecordSource(at: root)
        == .shards(["\(root)/val-00000-of-00002", "\(root)/val-00001-of-00002"]))
    _ = try folder.write(Data(), as: "train-00000-of-00002")
    #expect(throws: DatasetError.self) { try RecordSource(at: root) }
    #expect(try RecordSource(at: RecordReferences.path("folder")) == nil)
    #expect(try RecordSource(at: RecordReferences.path("folder/circle")) == nil)
    #expect(
      try RecordSource(at: RecordReferences.path("plain/gzip.tfrecord"))
        == .shards([RecordReferences.path("plain/gzip.tfrecord")]))
  }
}

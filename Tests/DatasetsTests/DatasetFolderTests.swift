import Datasets
import Foundation
import TestSupport
import Testing

@Suite("Folders of TensorFlow Datasets")
struct DatasetFolderTests {
  private let references: RecordReferences
  private let folder: ScratchFolder
  init() throws {
    references = try RecordReferences.read()
    folder = try ScratchFolder()
  }

  private func images(
    _ path: String, _ split: String? = nil, _ keys: RecordKeys = RecordKeys()
  ) throws -> LabeledImages {
    try LabeledImages(
      dataset: #require(try DatasetFolder(at: RecordReferences.path(path))), split: split,
      keys: keys)
  }

  /// A copy of a folder of the fixtures, with these texts replaced in one of its files.
  private func copy(
    _ path: String, _ file: String = "dataset_info.json", replacing changes: [(String, String)]
  ) throws -> DatasetFolder {
    let target = folder.path("\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: RecordReferences.path(path), toPath: target)
    var text = try String(contentsOfFile: "\(target)/\(file)", encoding: .utf8)
    for (old, new) in changes {
      #expect(text.contains(old))
      text = text.replacingOccurrences(of: old, with: new)
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(target)/\(file)"))
    return try #require(try DatasetFolder(at: target))
  }

  private static let newest = "tfds/shapes/png/1.10.0"

  @Test("give the examples that TensorFlow Datasets gives, under its own names for them")
  func examples() throws {
    let found = try images(Self.newest, "all")
    #expect(found.classNames == ["circle", "square", "triangle"])
    let expected = references.shapes.sorted { $0.id < $1.id }
    let sorted = found.images.sorted { $0.id < $1.id }
    #expect(sorted.map(\.id) == expected.map(\.id))
    for (image, example) in zip(sorted, expected) {
      #expect(image.labels == [example.label])
      #expect(try image.pixelDigest() == example.sha256)
    }
    #expect(found.images.first { $0.path.hasSuffix("__0/027.png") } != nil)
  }

  @Test("in array_record give what its own reader gives")
  func arrayRecord() throws {
    let found = try images("array_record", "validation[5:]")
    let expected = references.arrayRecord.dropFirst(5)
    #expect(found.images.count == expected.count)
    for (image, example) in zip(found.images, expected) {
      #expect(image.path.hasSuffix("/\(example.name)") && image.labels == [example.label])
      #expect(try image.pixelDigest() == example.sha256)
    }
    #expect(found.images[0].id == "shapes-validation.array_record-00000-of-00001__5")
    #expect(throws: DatasetError.self) { try images("array_record", "train") }
  }

  @Test("take of a split what TensorFlow Datasets takes")
  func splits() throws {
    for (split, expected) in references.slices {
      let found = try images(Self.newest, split).images.map(\.id)
      // It reads the splits of `all` in an order of its own.
      #expect(split == "all" ? found.sorted() == expected.sorted() : found == expected, "\(split)")
    }
  }

  @Test(
    "refuse of a split what is no slice, leads beyond it, or is nothing",
    arguments: [
      "test", "validation[3]", "validation[3:9:2]", "validation[:101%]", "validation[20:30]",
      "validation[10:5]", "validation[:0]", "validation[5:50%]", "validation[:]", "all[:3]", "",
      "validation[4shard]", "validation[:", "validation+", "validation[1.5:]", "validation[nan:]",
    ])
  func otherSplits(_ split: String) throws {
    let error = #expect(throws: DatasetError.self) { try images(Self.newest, split) }
    #expect(error?.description.hasPrefix("the split '") == true)
  }

  @Test("are found from any level: the newest version, the default config")
  func levels() throws {
    let path = RecordReferences.path(Self.newest)
    for level in ["tfds/shapes/png/1.10.0", "tfds/shapes/png", "tfds/shapes", "tfds/shapes/"] {
      let found = try #require(try DatasetFolder(at: RecordReferences.path(level)))
      #expect(found.path.replacingOccurrences(of: "//", with: "/") == path)
    }
    #expect(throws: DatasetError.self) { try DatasetFolder(at: RecordReferences.path("tfds")) }
    #expect(
      try DatasetFolder(at: RecordReferences.path("array_record"))?.path.contains("shapes/png")
        == true)
    #expect(try DatasetFolder(at: RecordReferences.path("folder")) == nil)
    #expect(try DatasetFolder(at: RecordReferences.path("none")) == nil)
    #expect(throws: DatasetError.self) { try images(Self.newest) }
  }

  @Test("of Hugging Face, of old versions, and such as were never finished are refused by name")
  func foreign() throws {
    let root = folder.url.path(percentEncoded: false)
    for (name, files, words) in [
      ("hf", ["dataset_info.json", "state.json"], "save_to_disk"),
      ("old", ["dataset_info.json"], "3.2.1"),
      ("torn/incomplete.AB_1.0.0", ["x"], "never finished"),
    ] {
      let path = "\(root)/\(name)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for file in files { try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)")) }
      let error = #expect(throws: DatasetError.self) {
        try DatasetFolder(at: "\(root)/\(name.prefix { $0 != "/" })")
      }
      #expect(error?.description.contains(words) == true, "\(name)")
    }
  }

  @Test(
    "hold tensors of pixels in every encoding, and images below others",
    arguments: ["numbers", "bytes", "zlib", "own", "nested/image"])
  func tensors(_ key: String) throws {
    let found = try images("tfds/pixels", nil, RecordKeys(image: key, label: "label"))
    let expected = try #require(references.pixels[key])
    #expect(found.images.map(\.id) == expected.map(\.id))
    #expect(found.images.map(\.labels) == expected.map { [$0.label] })
    #expect(try found.images.map { try $0.pixelDigest() } == expected.map(\.sha256))
    #expect(found.vocabulary == .networkIndices && found.numbering == nil)
  }

  @Test("ask which feature is meant where several may be")
  func choice() throws {
    for keys in [
      RecordKeys(image: "bytes"), RecordKeys(label: "none"), RecordKeys(image: "label"),
      RecordKeys(image: "bytes", label: "own"),
    ] {
      let error = #expect(throws: DatasetError.self) { try images("tfds/pixels", nil, keys) }
      #expect(error?.description.contains("features.json") == true)
    }
  }

  @Test("may have sets of right classes, and examples without one")
  func sets() throws {
    let sets = try images("tfds/pixels", nil, RecordKeys(image: "bytes", label: "real_label"))
    #expect(sets.images.map(\.labels) == references.sets.filter { !$0.isEmpty })
    #expect(sets.notes.last == "3 records without a label are left out")
    let sparse = try images("tfds/pixels", nil, RecordKeys(image: "bytes", label: "sparse"))
    #expect(sparse.images.map { $0.labels[0] } == references.sparse.filter { $0 >= 0 })
  }

  @Test("that count other records than their files hold tell each one that is missing")
  func counts() throws {
    let shard = "shapes-validation.tfrecord-00001-of-00003"
    let whole = try images(Self.newest, "validation")
    let lacking = try copy(Self.newest, replacing: [("\"8\"", "\"10\"")])
    let found = try LabeledImages(dataset: lacking, split: "validation")
    #expect(found.images.count == 30 && found.images.count { $0.labels.isEmpty } == 6)
    #expect(found.images[9].path == "shapes-validation.tfrecord-00000-of-00003__9")
    #expect(throws: ImageError.self) { try found.images[9].source.contents() }
    let fewer = try copy(Self.newest, replacing: [("\"8\"", "\"7\"")])
    #expect(throws: DatasetError.self) { try LabeledImages(dataset: fewer, split: "validation") }
    // Behind a damaged length nothing is found, and a cut is no end.
    let torn = try copy(Self.newest, replacing: [])
    let bytes = try Fixtures.data("records/\(Self.newest)/\(shard)")
    try bytes.prefix(900).write(to: URL(fileURLWithPath: "\(torn.path)/\(shard)"))
    let cut = try LabeledImages(dataset: torn, split: "validation")
    #expect(cut.images.count == whole.images.count)
    #expect(cut.images[8..<16].contains { $0.labels.isEmpty })
    #expect(cut.images[16...].map(\.labels) == whole.images[16...].map(\.labels))
    try (bytes + Data([1, 2, 3])).write(to: URL(fileURLWithPath: "\(torn.path)/\(shard)"))
    #expect(try LabeledImages(dataset: torn, split: "validation").images.count == 25)
    // Of a file that is known to be one of records, the first length may be damaged too.
    var first = bytes
    first[3] ^= 1
    try first.write(to: URL(fileURLWithPath: "\(torn.path)/\(shard)"))
    let lost = try LabeledImages(dataset: torn, split: "validation")
    #expect(lost.images.map(\.labels.isEmpty) == (0..<24).map { (8..<16).contains($0) })
    try FileManager.default.removeItem(atPath: "\(torn.path)/\(shard)")
    #expect(throws: DatasetError.missingFile("\(torn.path)/\(shard)")) {
      try LabeledImages(dataset: torn, split: "validation")
    }
  }

  @Test("whose descriptions contradict themselves, their files or each other are refused")
  func contradictions() throws {
    for (file, old, new) in [
      ("label.labels.txt", "circle\n", ""), ("label.labels.txt", "circle", "square"),
      ("features.json", "\"3\"\n                }", "\"2\"\n                }"),
      ("dataset_info.json", "{SPLIT}", "{OTHER}"), ("dataset_info.json", "\"8\"", "\"-8\""),
      ("dataset_info.json", "\"8\"", "\"9999999999999\""),
      ("dataset_info.json", "tfrecord", "parquet"),
      ("features.json", "uint8", "uint16"), ("features.json", "{", "["),
    ] {
      #expect(throws: DatasetError.self, "\(file): \(old)") {
        try LabeledImages(
          dataset: copy(Self.newest, file, replacing: [(old, new)]), split: "validation")
      }
    }
  }

  @Test("describe themselves in older words too")
  func dialects() throws {
    let texts = [
      #"{"type": "a.FeaturesDict", "proto_cls": "x", "content": {"features": {"image": {"type": "a.Image", "content": "{}"}, "label": {"type": "a.ClassLabel", "content": {"numClasses": "3"}}}}}"#,
      #"{"type": "a.FeaturesDict", "content": "{\"features\": {\"image\": {\"pythonClassName\": \"a.Image\", \"image\": {}}, \"label\": {\"class_label\": {\"num_classes\": 3}}}}"}"#,
      #"{"type": "a.FeaturesDict", "content": {"image": {"type": "a.Image", "content": {"shape": [null, null, 3], "dtype": "uint8", "encoding_format": "png"}}, "label": {"type": "a.ClassLabel", "content": {"num_classes": 3}}}}"#,
    ]
    let whole = try images(Self.newest, "validation")
    for text in texts {
      let other = try copy(
        Self.newest,
        replacing: [("filepathTemplate", "filepath_template"), ("supervisedKeys", "none")])
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(other.path)/features.json"))
      let found = try LabeledImages(dataset: other, split: "validation")
      #expect(found.images.map(\.labels) == whole.images.map(\.labels))
      #expect(found.classNames == whole.classNames)
    }
  }
}

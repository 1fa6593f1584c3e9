import Datasets
import Testing

@Suite("Folders as classes")
struct ClassOrderTests {
  private let references: LayoutReferences
  init() throws { references = try LayoutReferences.read() }

  private func expect(
    _ listing: LayoutReferences.Listing?, _ found: LabeledImages,
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    let listing = try #require(listing)
    #expect(found.classNames == listing.classes, sourceLocation: place)
    #expect(found.images.map(\.path) == listing.paths, sourceLocation: place)
    #expect(found.images.map(\.labels) == listing.labels.map { [$0] }, sourceLocation: place)
  }

  @Test(
    "are in the order of Keras, of torchvision, of timm, and as given to Keras",
    arguments: ["numbers", "nested", "extensions", "empty", "unread"])
  func order(_ name: String) throws {
    let reference = try #require(references.trees[name])
    let tree = try Tree(reference.files)
    try expect(reference.keras, LabeledImages(directory: tree.path))
    try expect(
      reference.generator, LabeledImages(directory: tree.path, extensions: .kerasGenerator))
    try expect(
      reference.torchvision, LabeledImages(directory: tree.path, extensions: .torchvision))
    if reference.timm != nil {
      try expect(reference.timm, LabeledImages(directory: tree.path, order: .natural))
    }
    if let given = reference.given {
      try expect(given, LabeledImages(directory: tree.path, order: .given(given.classes)))
    }
  }

  @Test("sort by timm's natural key, whatever the script and the length of a number")
  func naturalKey() {
    let names = references.natural.map { Array($0.utf8) }
    let sorted = names.sorted { $0.lexicographicallyPrecedes($1) }
      .map { (NaturalKey($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    #expect(sorted.map { String(decoding: $0, as: UTF8.self) } == references.natural)
  }

  @Test(
    "keep the index of a class that is given and has no folder, and refuse one that is not given")
  func given() throws {
    let tree = try Tree(["a/1.png", "c/2.png"])
    let found = try LabeledImages(directory: tree.path, order: .given(["c", "b", "a"]))
    #expect(found.classNames == ["c", "b", "a"])
    #expect(found.images.map(\.path) == ["c/2.png", "a/1.png"])
    #expect(found.images.map(\.labels) == [[0], [2]])
    #expect(found.notes == ["classes without images: b"])
    #expect(throws: DatasetError.unlistedClass(tree.path, name: "c", listed: 1)) {
      try LabeledImages(directory: tree.path, order: .given(["a"]))
    }
    #expect(throws: DatasetError.duplicateClass("a")) {
      try LabeledImages(directory: tree.path, order: .given(["a", "c", "a"]))
    }
  }

  @Test("leave out of timm's order what has no images, and say so")
  func emptyClass() throws {
    let tree = try Tree(["b/1.png", "a/"])
    let found = try LabeledImages(directory: tree.path, order: .natural)
    #expect(found.classNames == ["b"])
    #expect(found.notes == ["class folders without images have no index, as in timm: a"])
  }

  @Test("say what they pass over, and which class is left empty")
  func passedOver() throws {
    let reference = try #require(references.trees["unread"])
    let tree = try Tree(reference.files + ["loose.png"])
    #expect(
      try LabeledImages(directory: tree.path).notes == [
        "classes without images: b",
        "3 files are passed over, which Keras's image_dataset_from_directory does not list: "
          + "2 .tif, 1 without extension",
        "1 images lie beside the class folders, in no class, and are left out",
      ])
    #expect(
      try LabeledImages(directory: tree.path, extensions: .torchvision).notes.first
        == "1 file is passed over, which torchvision's ImageFolder does not list: 1 without extension"
    )
    let only = try Tree(["a/1.TIF", "a/2.tif", "b/1.webp"])
    let error = try #require(throws: DatasetError.self) { try LabeledImages(directory: only.path) }
    #expect(
      error.description
        == "\(only.path): no images in its 2 class folders; expected files ending in "
        + ".bmp, .gif, .jpeg, .jpg or .png; there are 2 .tif, 1 .webp")
  }

  @Test("are listed by the rule of the preset's library")
  func presets() throws {
    for (preset, extensions) in [
      ("keras-tf", ImageExtensions.keras), ("keras-pil", .kerasGenerator),
      ("torchvision", .torchvision), ("preact", .all), ("tf-official", .all),
    ] {
      #expect(
        try Preprocessing(preset: preset, resizeDim: 224).pipeline.extensions == extensions)
    }
  }
}

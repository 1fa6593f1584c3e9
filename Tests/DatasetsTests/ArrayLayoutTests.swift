import Archives
import Datasets
import Tensors
import Testing

@Suite("Arrays of images")
struct ArrayLayoutTests {
  private let references: LayoutReferences
  init() throws { references = try LayoutReferences.read() }

  private func expect(_ found: LabeledImages, _ pixels: [[UInt8]]) throws {
    #expect(found.vocabulary == .networkIndices)
    #expect(found.images.map(\.labels) == references.arrays.labels.map { [$0] })
    #expect(try found.images.map { try $0.source.contents().bytes } == pixels)
  }

  @Test("in an archive are found by their usual names, or by given ones")
  func archives() throws {
    let path = LayoutReferences.path("x_test.npz")
    let found = try LabeledImages(images: path, labels: nil, names: nil)
    try expect(found, references.arrays.images)
    #expect(found.images[2].path == "x_test[2]")
    try expect(
      LabeledImages(images: path, labels: nil, names: (images: "x_test", labels: "y_test")),
      references.arrays.images)
    let train = try LabeledImages(
      images: path, labels: nil, names: (images: "x_train", labels: "y_train"))
    #expect(train.images.count == 1)
    try expect(
      LabeledImages(images: LayoutReferences.path("positional.npz"), labels: nil, names: nil),
      references.arrays.grey)
    #expect(throws: DatasetError.self) {
      try LabeledImages(images: path, labels: nil, names: (images: "none", labels: "y_test"))
    }
  }

  @Test("lie in rows or columns, channels last or first", arguments: ["first.npy", "fortran.npy"])
  func orders(_ name: String) throws {
    try expect(
      LabeledImages(
        images: LayoutReferences.path(name), labels: LayoutReferences.path("labels-li8.npy"),
        names: nil), references.arrays.images)
  }

  @Test("of grey pixels go into networks of three channels as grey pictures do")
  func greyInColour() throws {
    let file = try imageBytes("png-grey-8.png")
    let grey = try decode("png-grey-8.png", .tensorFlow, channels: 1)
    let array = ImageArray(
      height: grey.height, width: grey.width, channels: 1, pixels: grey.pixels)
    let shape = ImageShape(height: 9, width: 11, channels: 3)
    for preprocessing in [Preprocessing.kerasTF, .kerasPIL] {
      let preprocessor = try ImagePreprocessor(preprocessing, shape: shape)
      #expect(
        try preprocessor.tensor(of: .pixels(array, index: 0))
          == preprocessor.tensor(of: .bytes(file)))
    }
    let colours = ImageArray(height: 1, width: 1, channels: 3, pixels: [1, 2, 3])
    #expect(throws: ImageError.self) {
      try ImagePreprocessor(.kerasTF, shape: ImageShape(height: 1, width: 1, channels: 1))
        .tensor(of: .pixels(colours, index: 0))
    }
  }

  @Test("of floats are no pixels: they go into the network as they are")
  func floats() throws {
    let float = LayoutReferences.path("float.npy")
    let images = try LabeledImages(
      images: float, labels: LayoutReferences.path("labels-li8.npy"), names: nil)
    let array = try NumPyArray(reading: float)
    let shape = try #require(images.preparedShape)
    #expect(shape.dimensions == Array(array.shape.dimensions.dropFirst()))
    let image = ImageShape(height: shape[0], width: shape[1], channels: shape[2])
    let preprocessor = try ImagePreprocessor(.asItIs, shape: image)
    let first = try preprocessor.tensor(of: images.images[0].source)
    #expect(first.values == Array(array.floats.prefix(image.elementCount)))
    // Pixels are what a pipeline takes.
    #expect(throws: ImageError.self) {
      try ImagePreprocessor(.kerasTF, shape: image).tensor(of: images.images[0].source)
    }
  }

  @Test("are refused as numbers of more bits, without labels, and for another number of labels")
  func faults() throws {
    let labels = LayoutReferences.path("labels-li8.npy")
    let error = try #require(throws: DatasetError.self) {
      try LabeledImages(images: labels, labels: labels, names: nil)
    }
    #expect(error.description.hasPrefix("\(labels): images of type int64; expected uint8"))
    let first = LayoutReferences.path("first.npy")
    #expect(
      throws: DatasetError.malformed(
        file: first, reason: "images without labels; expected a file of labels too")
    ) { try LabeledImages(images: first, labels: nil, names: nil) }
    #expect(throws: DatasetError.malformed(file: labels, reason: "4 labels for 1 images")) {
      try LabeledImages(
        images: LayoutReferences.path("x_test.npz"), labels: labels,
        names: (images: "x_train", labels: ""))
    }
  }
}

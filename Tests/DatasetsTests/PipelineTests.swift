import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Pipelines from a file to a tensor")
struct PipelineTests {
  @Test(
    "give every bit of the original",
    arguments: try ImageReferences.load().pipelines + ImageReferences.unitPixels())
  func digests(_ reference: ImageReferences.Pipeline) throws {
    let preprocessing = try reference.preprocessing()
    #expect(preprocessing.name == reference.preset)
    let shape = ImageShape(
      height: reference.height, width: reference.width, channels: reference.channels)
    let bytes = try imageBytes(reference.file)
    let last = try ImagePreprocessor(preprocessing, shape: shape)
    #expect(digest(try last.values(for: bytes)) == reference.digest)
    let first = try ImagePreprocessor(preprocessing, shape: shape, format: .channelsFirst)
    #expect(digest(try first.values(for: bytes)) == reference.digestOfPlanes)
  }

  @Test(
    "give every bit of the original at heights and widths that differ",
    arguments: try ImageReferences.oblong())
  func oblong(_ reference: ImageReferences.Pipeline) throws { try digests(reference) }

  @Test("are held to the original at such sizes, each that has them")
  func oblongReferences() throws {
    let references = try ImageReferences.oblong()
    #expect(Set(references.map(\.preset)) == Set(Preprocessing.presetNames).subtracting(["preact"]))
    #expect(references.allSatisfy { $0.height != $0.width } && references.count > 300)
  }

  @Test("give every value of the original, one by one")
  func values() throws {
    let bytes = try imageBytes("jpeg-420.jpg")
    for (preprocessing, name) in [
      (Preprocessing.kerasTF, "images/keras-tf-24x17.npy"),
      (.torchvision.normalized(by: .torch), "images/torchvision-24x24-torch.npy"),
    ] {
      let expected = try Fixtures.tensor(name)
      let shape = ImageShape(height: expected.shape[0], width: expected.shape[1])
      let values = try ImagePreprocessor(preprocessing, shape: shape).values(for: bytes)
      let differing = zip(values, expected.values).enumerated()
        .filter { $1.0.bitPattern != $1.1.bitPattern }.map(\.offset)
      #expect(differing == [])
    }
  }

  @Test("do not depend on how many run at once")
  func concurrently() async throws {
    let bytes = try imageBytes("portrait.jpg")
    let preprocessor = try ImagePreprocessor(
      .torchvision.normalized(by: .torch), shape: ImageShape(height: 56, width: 56))
    let alone = try preprocessor.values(for: bytes)
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<32 { group.addTask { try preprocessor.values(for: bytes) } }
      for try await values in group { #expect(values == alone) }
    }
  }

  @Test("tell the file's own extent and orientation")
  func traits() throws {
    let preprocessor = try ImagePreprocessor(.kerasPIL, shape: ImageShape(height: 8, width: 8))
    var values = [Float](repeating: 0, count: 192)
    let path = Fixtures.path("images/jpeg-orientation-6.jpg")
    let traits = try unsafe values.withUnsafeMutableBufferPointer {
      try unsafe preprocessor.prepare(ImageLocation(path: path), into: $0)
    }
    #expect(traits.width == 30)
    #expect(traits.height == 20)
    #expect(traits.orientation == 6)
  }

  @Test("of every name are themselves", arguments: Preprocessing.presetNames)
  func names(_ name: String) throws {
    let preprocessing = try Preprocessing(preset: name, minAspectDim: 256, resizeDim: 224)
    #expect(preprocessing.name == name)
    #expect(preprocessing.interpolation == (name == "keras-pil" ? .nearest : .bilinear))
  }

  @Test("refuse what Keras's load_img does not bring into eight bits")
  func wideGrey() throws {
    let shape = ImageShape(height: 8, width: 8, channels: 1)
    let bytes = try imageBytes("png-grey-16.png")
    let error = #expect(throws: ImageError.self) {
      try ImagePreprocessor(.kerasPIL, shape: shape).values(for: bytes)
    }
    #expect(error?.kind == .noConversion)
    #expect(try ImagePreprocessor(.kerasTF, shape: shape).values(for: bytes).max() ?? 0 <= 255)
  }

  @Test("refuse settings that cannot be, before any file is read")
  func settings() throws {
    #expect(
      throws: PreprocessingError.noSuchInterpolation(
        .lanczos, preset: "keras-tf", has: [.nearest, .bilinear, .bicubic])
    ) { try Preprocessing.kerasTF.interpolated(by: .lanczos) }
    #expect(
      throws: PreprocessingError.impossibleExtent(
        "a central square of 256 cannot be cut from an image of shorter side 224")
    ) { try Preprocessing.shorterSide(minAspectDim: 224, resizeDim: 256) }
    #expect(throws: PreprocessingError.unknownPreset("keras")) {
      try Preprocessing(preset: "keras", minAspectDim: 256, resizeDim: 224)
    }
    #expect(throws: PreprocessingError.channels(4)) {
      try ImagePreprocessor(.kerasTF, shape: ImageShape(height: 8, width: 8, channels: 4))
    }
    #expect(throws: PreprocessingError.greyNormalization(.torch)) {
      try ImagePreprocessor(
        .kerasTF.normalized(by: .torch), shape: ImageShape(height: 8, width: 8, channels: 1))
    }
    #expect(
      throws: PreprocessingError.squaresOnly(
        preset: "preact", asked: InputSize(height: 8, width: 9))
    ) {
      try ImagePreprocessor(
        .shorterSide(minAspectDim: 10, resizeDim: 8), shape: ImageShape(height: 8, width: 9))
    }
    #expect(
      throws: PreprocessingError.squaresOnly(
        preset: "preact", asked: InputSize(height: 180, width: 240))
    ) { try Preprocessing(preset: "preact", crop: InputSize(height: 180, width: 240)) }
    #expect(
      throws: PreprocessingError.impossibleExtent(
        "the network takes 180×240×3, but the central crop gives 240×180")
    ) {
      try ImagePreprocessor(
        Preprocessing(preset: "tf-official", crop: InputSize(height: 240, width: 180)),
        shape: ImageShape(height: 180, width: 240))
    }
    #expect(
      throws: PreprocessingError.impossibleExtent(
        "a crop of 224×224 cannot be cut from an image of shorter side 200")
    ) {
      try ImagePreprocessor(
        Preprocessing(.torchvision(shorterSide: 200)), shape: ImageShape(height: 224, width: 224))
    }
  }

  @Test("come back from JSON as they were, and are checked on the way")
  func coding() throws {
    for preprocessing in [
      Preprocessing.kerasTF, .kerasPIL.normalized(by: .caffe), .torchvision,
      try .shorterSide(minAspectDim: 256, resizeDim: 224),
    ] {
      let data = try JSONEncoder().encode(preprocessing)
      #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == preprocessing)
    }
    let text = String(decoding: try JSONEncoder().encode(Preprocessing.kerasTF), as: UTF8.self)
    let altered = text.replacing("bilinear", with: "lanczos")
    #expect(altered != text)
    #expect(throws: PreprocessingError.self) {
      try JSONDecoder().decode(Preprocessing.self, from: Data(altered.utf8))
    }
  }
}

extension ImageReferences.Pipeline {
  /// The pipeline that this reference names.
  func preprocessing() throws -> Preprocessing {
    if cropToAspectRatio == true {
      return try Preprocessing(
        .kerasTF(cropToAspectRatio: true), interpolation: interpolation,
        normalization: normalization)
    }
    return try Preprocessing(
      preset: preset, minAspectDim: minAspectDim,
      crop: resizeDim.map { InputSize(square: $0) } ?? InputSize(height: height, width: width),
      interpolation: interpolation, normalization: normalization)
  }
}

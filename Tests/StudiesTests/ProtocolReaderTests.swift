import Datasets
import Foundation
import Studies
import TestSupport
import Testing

@Suite("Protocols in YAML")
struct ProtocolReaderTests {
  private func read(_ text: String) throws(ProtocolError) -> EvaluationProtocol {
    try ProtocolReader(file: "p.yaml").settings(in: Data(text.utf8))
  }

  @Test("Every setting is read") func everySetting() throws {
    let settings = try read(
      String(decoding: Fixtures.data("fuzz/protocol/all.yaml"), as: UTF8.self))
    var labels = EvaluationProtocol.Labels()
    (labels.file, labels.classOrder, labels.classNames) = ("val.csv", "natural", "names.txt")
    (labels.synsets, labels.firstLabel, labels.classMask) = ("meta.mat", -1, "present")
    (labels.backgroundClass, labels.multiLabel) = (true, false)
    #expect(
      settings
        == EvaluationProtocol(
          preset: "torchvision", inputSize: InputSize(height: 180, width: 240),
          interpolation: .bicubic, normalize: .torch, minAspectDim: 256, resizeDim: 224,
          cropToAspectRatio: false, labels: labels))
  }

  @Test(
    "A size is a number, height and width, or a list of both",
    arguments: [
      ("input_size: 224", 224, 224), ("input_size: 180x240", 180, 240),
      ("input_size: '180×240'", 180, 240), ("input_size: [180, 240]", 180, 240),
      ("input_size:\n- 180\n- 240", 180, 240), ("{input_size: 16384x1}", 16384, 1),
    ])
  func sizes(text: String, height: Int, width: Int) throws {
    #expect(try read(text).inputSize == InputSize(height: height, width: width))
  }

  @Test("What is empty, or nothing, leaves a setting open")
  func empty() throws {
    for text in ["", "# only words\n", "preset:\n", "{preset: ~, labels: null, input_size: }"] {
      #expect(try read(text) == EvaluationProtocol(), "\(text)")
    }
  }

  @Test(
    "What is no size, number, name or truth is refused by its key",
    arguments: [
      ("input_size: 0x20", "input_size 0x20 is not possible; it is from 1 to 16384"),
      ("input_size: 16385", "input_size 16385 is not possible"),
      ("input_size: 180x", "input_size '180x' is not possible; it is a number of pixels"),
      ("input_size: 1x2x3", "input_size '1x2x3'"), ("input_size: [1]", "'a list of 1'"),
      ("input_size: [1, b]", "'a list of 2'"), ("input_size: {a: 1}", "'keys and values'"),
      ("input_size: 99999999999999999999", "input_size '99999999999999999999'"),
      ("min_aspect_dim: 2.5", "min_aspect_dim '2.5' is not possible; it is a whole number"),
      ("resize_dim: -1", "resize_dim -1 is not possible; it is from 1 to 16384"),
      ("labels: {first_label: 1000000001}", "labels: first_label 1000000001 is not possible"),
      ("crop_to_aspect_ratio: maybe", "'maybe' is not possible; it is true or false"),
      ("preset: kerastf", "preset 'kerastf' does not exist; there are keras-tf"),
      ("interpolation: area", "interpolation 'area' does not exist; there are nearest"),
      ("normalize: Torch", "normalize 'Torch' does not exist"),
      ("preset: [a]", "preset 'a list' is not possible"),
      ("labels: {file: \"\"}", "labels: file '' is not possible; it is a text"),
      ("labels: {file: \"a\\0b\"}", "labels: file"),
      ("labels: [a]", "labels has keys and values: file"), ("- preset", "a protocol has keys"),
      ("normalise: tf", "no setting is called 'normalise'"),
      ("labels: {names: x}", "no setting is called 'names'; there are file"),
      ("? [a]\n: b", "no setting is called '?'"),
      ("preset: keras-tf\npreset: torchvision", "twice the same: preset"),
      ("preset: [", "no protocol in YAML: line 2, column 1"),
      ("--- {}\n--- {}", "no protocol in YAML"), ("preset: \u{1}", "no protocol in YAML"),
    ])
  func refused(text: String, words: String) {
    let error = #expect(throws: ProtocolError.self) { try read(text) }
    #expect(error?.description.hasPrefix("p.yaml: ") == true)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("Anchors and aliases are refused before they cost anything, comments are none")
  func aliases() throws {
    let nested = (0..<40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    for text in ["a: &a b", "a: *b", "{? *a : 1}", "[*a]", "\n\n{\"a\":*a}", "a:\u{85}*a", nested] {
      #expect(throws: ProtocolError.self) { try read(text) }
    }
    #expect(throws: ProtocolError.alias(file: "p.yaml", line: 3)) { try read("#\n\na: *b\n") }
    #expect(try read("# *all* of &b\npreset: keras-tf # a & b\n").preset == "keras-tf")
    #expect(try read("labels: {file: a&b*c.txt}").labels?.file == "a&b*c.txt")
  }

  @Test("Depth is no way to end the process")
  func depth() {
    for text in [
      String(repeating: "[", count: 20_000), String(repeating: "- ", count: 20_000),
      String(repeating: "{a: ", count: 10_000), String(repeating: "? ", count: 20_000),
    ] {
      #expect(throws: ProtocolError.self) { try read(text) }
    }
  }

  @Test("Bytes that are no UTF-8 are no text")
  func encoding() {
    #expect(throws: ProtocolError.self) {
      try ProtocolReader(file: "p.yaml").settings(in: Data([0xFF, 0xFE, 0x61, 0]))
    }
  }

  @Test("A file is found under its path, and what it names lies beside it; long ones are none")
  func files() throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(
      Data("labels: {file: a.csv, class_names: /b, class_order: natural}".utf8), as: "p.yaml")
    let named = try NamedProtocol(file)
    #expect(named.settings.labels?.file == scratch.path("a.csv"))
    #expect(named.settings.labels?.classNames == "/b")
    #expect(named.settings.labels?.classOrder == "natural")
    #expect(named.source.hasPrefix("\(file), sha256 ") && named.source.count == file.count + 73)
    #expect(throws: ProtocolError.missing("nowhere")) { try NamedProtocol("nowhere") }
    let long = try scratch.write(Data(repeating: 0x23, count: 65_537), as: "long.yaml")
    #expect(throws: ProtocolError.tooLarge(file: long, bytes: 65_537, limit: 65_536)) {
      try NamedProtocol(long)
    }
  }

  @Test("Published protocols exist", arguments: EvaluationProtocol.published.map(\.name))
  func published(name: String) throws {
    let settings = try NamedProtocol(name).settings
    let preprocessing = try Preprocessing(
      preset: settings.preset ?? "", minAspectDim: settings.minAspectDim,
      crop: settings.inputSize ?? InputSize(square: 224), interpolation: settings.interpolation,
      normalization: settings.normalize ?? .none)
    #expect(preprocessing.name == settings.preset)
  }
}

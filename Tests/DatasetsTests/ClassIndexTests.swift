import Datasets
import TestSupport
import Testing

@Suite("Lists of classes")
struct ClassIndexTests {
  private let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  private func index(_ text: String) throws -> ClassIndex {
    try ClassIndex(contentsOf: scratch.write(Array(text.utf8), as: "classes"))
  }

  @Test(
    "are Keras's, JSON or text",
    arguments: [
      #"{"1": ["n02", "shark"], "0": ["n01", "tench"], "2": ["n03", "ray"]}"#,
      #"["tench", "shark", "ray"]"#, #"{"ray": 2, "tench": 0, "shark": 1}"#,
      #"{"2": "r\u0061y", "0": "tench", "1": "shark"}"#, "tench\nshark\r\nray\n",
      "n00000001 tench\nn00000002 shark\nn00000003 ray",
      "# three fishes\ntench\nshark\nray", "Class\ntench\nshark\nray\n",
      "class_name\r\ntench\r\nshark\r\nray",
      "\"tench\"\n\"shark\"\n\"ray\"\n", "1,shark\n0,tench\n2,ray\n",
      "index;name\n1;tench\n2;shark\n3;ray",
      "name,id\ntench,0\nshark,1\nray,2", "0: tench\n1: shark\n2: ray\n", "tench\rshark\rray\r",
    ])
  func layouts(_ text: String) throws {
    let index = try index(text)
    #expect(index.names == ["tench", "shark", "ray"])
    #expect(index.index(of: "shark") == 1)
    #expect(index.index(of: index.identifiers[2]) == 2)
    #expect(index.index(of: "cod") == nil)
  }

  @Test("find by identifier what has the name of another")
  func ambiguous() throws {
    let index = try index(
      #"{"0": ["n1", "crane"], "1": ["n2", "crane"], "2": ["n3", "n1"], "3": ["n4", "tench"]}"#)
    #expect(index.names == ["n1", "n2", "n3", "tench"])
    #expect(index.identifiers == ["n1", "n2", "n3", "n4"])
    #expect(index.index(of: "crane") == nil)
    #expect(index.index(of: "n1") == 0)
    #expect(index.index(of: "tench") == 3)
  }

  @Test(
    "are refused with gaps, with a class twice, and for what is no list",
    arguments: [
      (#"{"0": "a", "2": "b"}"#, "no class has the index 1"),
      (#"{"0": "a", "0": "b"}"#, "two classes have the index 0"),
      (#"{"a": 0, "b": 0}"#, "two classes have the index 0"),
      ("a\nb\na\n", "classes 0 and 2 are both 'a'"),
      (#"["a", 3]"#, "item 1 of the list"), ("a\n\nb", ":2: an empty line"), ("", "no class in it"),
      (#"{"a": "b"}"#, "'a' is neither"), ("[", ":1: not JSON"), ("[[[[", ":1: not JSON"),
    ])
  func faults(_ text: String, _ words: String) throws {
    let error = try #require(throws: DatasetError.self) { try index(text) }
    #expect(error.description.contains(words), "\(error)")
  }

  @Test(
    "of the devkit are read from its file as SciPy writes it",
    arguments: ["meta.mat", "meta-compressed.mat"])
  func devkit(_ name: String) throws {
    let expected = try LayoutReferences.read().synsets
    #expect(try SynsetList.read(LayoutReferences.path(name)) == expected)
    let whole = [UInt8](try Fixtures.data("layouts/\(name)"))
    for length in [10, 130, 300, whole.count - 40] {
      let path = try scratch.write(whole[..<min(length, whole.count - 1)], as: "cut.mat")
      #expect(throws: DatasetError.self) { try SynsetList.read(path) }
    }
  }

  @Test("of the devkit may be a text, in its order or with numbers")
  func synsetTexts() throws {
    let plain = try scratch.write(Array("n00000002 b\nn00000001 a\n".utf8), as: "plain")
    #expect(try SynsetList.read(plain) == ["n00000002", "n00000001"])
    let numbered = try scratch.write(Array("n00000002 2 b\nn00000001 1 a\n".utf8), as: "numbered")
    #expect(try SynsetList.read(numbered) == ["n00000001", "n00000002"])
    let wrong = try scratch.write(Array("n00000002 2 b\nn00000001 3 a\n".utf8), as: "wrong")
    #expect(throws: DatasetError.malformed(file: wrong, reason: "no synset has the number 1")) {
      try SynsetList.read(wrong)
    }
    let other = try scratch.write(Array("n00000002\ntench\n".utf8), as: "other")
    #expect(
      throws: DatasetError.malformed(
        file: other, line: 2, reason: "expected a synset, as in 'n01440764'")
    ) { try SynsetList.read(other) }
  }

  @Test("are lines as they are where numbers before the names are no index")
  func numbersInNames() throws {
    #expect(try index("0 zero\n1 one").names == ["0 zero", "1 one"])
    #expect(try index("3,a\n7,b").names == ["3,a", "7,b"])
    #expect(try index("class").names == ["class"])
    #expect(try index("cod, Gadus\nray, Raja").names == ["cod, Gadus", "ray, Raja"])
  }
}

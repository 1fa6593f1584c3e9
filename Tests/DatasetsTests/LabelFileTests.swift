import Datasets
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A folder with a list of labels")
struct LabelFileTests {
  /// Paths with labels, by name where there are names.
  private func pairs(_ data: LabeledImages) -> [String] {
    data.images.map { image in
      let labels = image.labels.map {
        data.vocabulary == .networkIndices ? "\($0)" : data.classNames[$0]
      }
      return "\(image.path)=\(labels.joined(separator: "|"))"
    }
  }

  @Test(
    "is told by its content",
    arguments: [
      "b.png 65\na/c.png 3\n", "b.png\t65\r\na/c.png\t3", "path,label\nb.png,65\na/c.png,3\n",
      "\u{FEFF}label,Image_ID\n65,b\n3,a/c\n", "b.png,65\na/c.png,3", "b 65\na/c 3\n",
      "./b.png  65\n\na/c.png 3.0\n", "file;target\nb.png;65\na/c.png;3\n", "b,65\na/c,3",
      // The label before the path, with an extension or without, and with other columns.
      "65,b.png\n3,a/c.png", "65 b.png\n3 a/c.png\n", "65,b\n3,a/c", "65\tb.png\n3\ta/c.png",
      "label,filename,width\n65,b.png,10\n3,a/c.png,10", "b.png,65,\na/c.png,3,\n",
      "id,image,class\n0,b.png,65\n1,a/c.png,3\n", "id,image,class\nx7,b.png,65\nx8,a/c.png,3\n",
      "id,image,class\n7,b,65\n8,a/c,3\n", ",picture,label\n0,b.png,65\n1,a/c.png,3\n",
      "image,label,class\nb.png,65,cow\na/c.png,3,cat\n",
      // Comments, another system's paths and ends of lines.
      "# labels\nb.png,65\n# of the others, none\n  #\na/c.png,3",
      "# path label\nb.png 65\na/c.png 3\n",
      ".\\b.png,65\na\\c.png,3", "b.png,65\ra/c.png,3\r",
      "\"b.png\";\"65\"\n\"a/c.png\";\"3\"\n\n\n",
      "b%2Epng,65\na//c.png,3", "././b.png,65\na/./c.png,3",
      // JSON.
      #"{"b.png": 65, "a/c.png": 3}"#, #"[["b.png", 65], ["a/c.png", "3"]]"#,
      #" {"b": "65", "a\/c": "3"}"#,
      #"[{"id": 7, "file_name": "b.png", "label": 65}, {"id": 8, "file_name": "a/c.png", "label": 3}]"#,
      #"{"b.png": [65], "a/c.png": [3]}"#,
    ])
  func recognition(_ text: String) throws {
    let tree = try Tree(["a/c.png", "b.png"])
    let labels = try LabelFile(contentsOf: tree.list(text))
    let found = try LabeledImages(directory: tree.path, labels: labels)
    #expect(found.vocabulary == .networkIndices)
    #expect(pairs(found) == ["b.png=65", "a/c.png=3"])
    #expect(found.images[1].source.file?.description == tree.path + "/a/c.png")
  }

  @Test("as CSV is read as Python's csv writes it", arguments: ["quoted.csv", "all.csv"])
  func quoting(_ name: String) throws {
    let rows = try LayoutReferences.read().tables
    let tree = try Tree(rows.map { $0[0] })
    let labels = try LabelFile(contentsOf: LayoutReferences.path(name))
    let found = try LabeledImages(directory: tree.path, labels: labels)
    #expect(found.classNames == ["a, comma", "cat", "ü"])
    #expect(pairs(found) == rows.map { "\($0[0])=\($0[1])" })
  }

  @Test("as Kaggle's has the class before the boxes, and names without extension")
  func kaggle() throws {
    let tree = try Tree(["ILSVRC2012_val_00000001.JPEG", "ILSVRC2012_val_00000002.JPEG"])
    let labels = try LabelFile(
      contentsOf: tree.list(
        """
        ImageId,PredictionString
        ILSVRC2012_val_00000002,n03995372 85 1 499 272 n03995372 1 2 3 4
        ILSVRC2012_val_00000001,n01440764 1 1 2 2\u{20}
        """))
    let found = try LabeledImages(directory: tree.path, labels: labels)
    #expect(
      pairs(found) == [
        "ILSVRC2012_val_00000002.JPEG=n03995372", "ILSVRC2012_val_00000001.JPEG=n01440764",
      ])
  }

  @Test("of a label a line goes by the order of the paths, or ImageNet's numbers")
  func ordered() throws {
    let tree = try Tree(["b/1.png", "a.png", "b-1.png"])
    let synsets = ["n00000003", "n00000001", "n00000002"]
    let labels = try LabelFile(contentsOf: tree.list("2\n3\n1\n"), synsets: synsets)
    let found = try LabeledImages(directory: tree.path, labels: labels)
    #expect(found.classNames == synsets.sorted())
    #expect(pairs(found) == ["a.png=n00000001", "b-1.png=n00000002", "b/1.png=n00000003"])
    let names = try LabelFile(
      contentsOf: tree.list("tench, Tinca tinca\ngreat white shark\ntench, Tinca tinca\n"))
    #expect(
      pairs(try LabeledImages(directory: tree.path, labels: names)) == [
        "a.png=tench, Tinca tinca", "b-1.png=great white shark", "b/1.png=tench, Tinca tinca",
      ])
    let part = try Tree(["x/ILSVRC2012_val_00000003.JPEG", "y/ILSVRC2012_val_00000001.JPEG"])
    let all = try LabelFile(contentsOf: part.list("10\n11\n12\n13\n"))
    let some = try LabeledImages(directory: part.path, labels: all)
    #expect(
      pairs(some) == [
        "y/ILSVRC2012_val_00000001.JPEG=10", "x/ILSVRC2012_val_00000003.JPEG=12",
      ])
    #expect(some.notes.last == "2 of 4 labels are used, by the number in the images' names")
    let error = try #require(throws: DatasetError.self) {
      try LabeledImages(directory: tree.path, labels: all)
    }
    #expect(error.description.hasSuffix("4 labels, but \(tree.path) has 3 images"))
  }

  @Test("of sets leaves out what has an empty one")
  func sets() throws {
    let tree = try Tree(["1.png", "2.png", "3.png"])
    let labels = try LabelFile(contentsOf: tree.list("[[5, 2], [], [7]]"))
    let found = try LabeledImages(directory: tree.path, labels: labels)
    #expect(pairs(found) == ["1.png=2|5", "3.png=7"])
    #expect(found.notes.last == "1 images whose set of labels is empty are left out")
  }

  @Test("may be an array of integers of any type")
  func arrays() throws {
    let tree = try Tree(["1.png", "2.png", "3.png", "4.png"])
    for type in ["-li1", "-li2", "-bi4", "-li8", "-u1", "-bu2", "-lu4", "-lu8"] {
      let labels = try LabelFile(contentsOf: LayoutReferences.path("labels\(type).npy"))
      let found = try LabeledImages(directory: tree.path, labels: labels)
      #expect(pairs(found) == ["1.png=3", "2.png=0", "3.png=2", "4.png=1"])
    }
  }

  @Test("keeps what is listed and missing, and counts what is not listed")
  func missing() throws {
    let tree = try Tree(["1.png", "2.png"])
    let labels = try LabelFile(contentsOf: tree.list("0.png cat\n1.png dog\n"))
    let found = try LabeledImages(directory: tree.path, labels: labels)
    #expect(pairs(found) == ["0.png=cat", "1.png=dog"])
    #expect(
      found.notes.dropFirst() == [
        "1 of the images that are listed are not there: 0.png",
        "1 images of the folder are not listed, and left out: 2.png",
      ])
    #expect(throws: ImageError.self) { try found.images[0].source.contents() }
  }

  @Test(
    "is refused with the line, and what was expected",
    arguments: [
      ("1.png 1\n/2.png 2\n", ":2: an absolute path"),
      ("1.png 1\nx/../../2.png 2", ":2: a path that leads out"),
      (
        "1.png 1\n2.png 2\n./1.png 3\n",
        ":3: '1.png' is listed on line 1 already, with another label"
      ),
      ("1.png 1\n1 1\n", ":2: expected the path"), ("1 1\n1.png\n", "2 labels, but"),
      ("path,label\n1.png\n", ":2: 1 fields, expected 2"),
      ("path,label\n\"1.png,1\n", ":2: a quote that is never closed"),
      ("path,breed\n1.png,2", ":1: the header has no column of labels"),
      ("1.png -1", ":1: the label -1"),
      ("1\n\n2\n", ":2: an empty line"), ("", ": no label in it"), ("[[1], 2]", ": both labels"),
      ("[1, 2", ":1: not JSON"), ("9.png 1", ":1: none of the 1 images"),
      ("1.png,2,3", ":1: 3 columns"),
      ("id,image,class\n1.png,2.png,3", ":1: the header has several columns of paths"),
      (
        "image,label,class\n1.png,0,cat\n2.png,0,dog",
        ":1: the columns 'label' and 'class' may both"
      ),
      ("1,2\n3,1\n", ":1: two columns of numbers"),
      ("# none\n1 2\n3 1\n", ":2: two columns of numbers"),
      ("1.png,2.png\n", ":1: two columns of paths"),
      ("1.png 2.png\n", ":1: two paths, and no label"),
      ("1.png,\n", ":1: a column of paths, and no label"),
      ("shape,label\nx,2", ":1: the header has no column of paths"),
      (#"{"1.png": {"a": 1}}"#, "'1.png' is neither label"),
      (#"{"1.png": 1, "2.png": "#, ":1: not JSON"),
      (#"[["1.png", 1], 2]"#, "labels with and without paths"), ("{}", "no label in it"),
      (#"{"1.png": 1, "./1.png": 2}"#, "'1.png' is listed already, with another label"),
      ("..\\1.png,1", ":1: a path that leads out"),
      ("C:\\val\\1.png,1", ":1: none of the 1 images"),
      (
        "version https://git-lfs.github.com/spec/v1\noid sha256:0",
        "a Git LFS pointer, not the file itself"
      ),
      ("path,label\n1.png,\n", ":2: an empty label"),
    ])
  func faults(_ text: String, _ words: String) throws {
    let tree = try Tree(["1.png", "2.png", "3.png"])
    let path = try tree.list(text)
    let error = try #require(throws: DatasetError.self) {
      try LabeledImages(directory: tree.path, labels: LabelFile(contentsOf: path))
    }
    #expect(
      error.description.hasPrefix(path + (words.hasPrefix(":") ? words : ": " + words)), "\(error)")
  }

  @Test("knows classes that are given, spelled as numbers or not, and no others")
  func classNames() throws {
    let tree = try Tree(["1.png", "2.png"])
    let digits = try LabelFile(
      contentsOf: tree.list("1.png 7\n2.png 3"), classNames: ["7", "5", "3"])
    #expect(
      try LabeledImages(directory: tree.path, labels: digits).images.map(\.labels) == [[0], [2]])
    let path = try tree.list("1.png cat\n2.png cow\n")
    let error = try #require(throws: DatasetError.self) {
      try LabelFile(contentsOf: path, classNames: ["cat", "dog"])
    }
    #expect(error.description == "\(path):2: the label 'cow' is not among the 2 classes")
    #expect(throws: DatasetError.missingFile(path + "x")) { try LabelFile(contentsOf: path + "x") }
  }

  @Test("has names that are not UTF-8")
  func otherNames() throws {
    let tree = try Tree(["plain.png"])
    let name: [UInt8] = Array("a".utf8) + [0xE9] + Array(".jpg".utf8)
    let file = (Array("\(tree.path)/".utf8) + name).map { CChar(bitPattern: $0) } + [0]
    let descriptor = unsafe open(file, O_CREAT | O_WRONLY, 0o600)
    #expect(descriptor >= 0)
    close(descriptor)
    let path = try tree.list("")
    try Data(name + Array(",1\nplain.png,0\n".utf8)).write(to: URL(fileURLWithPath: path))
    let found = try LabeledImages(directory: tree.path, labels: LabelFile(contentsOf: path))
    #expect(pairs(found) == ["a\\xe9.jpg=1", "plain.png=0"])
    #expect(found.images[0].source.file?.bytes == Array("\(tree.path)/".utf8) + name)
    #expect(found.notes.count == 1)
  }

  @Test("may have absolute paths inside the folder, or such as begin with its name")
  func otherRoots() throws {
    let tree = try Tree(["a/c d.png", "b.png"])
    let name = try #require(tree.path.split(separator: "/").last)
    for root in [tree.path, String(name), "./\(name)"] {
      let labels = try LabelFile(contentsOf: tree.list("\(root)/b.png,1\n\(root)/a/c%20d.png,2\n"))
      let found = try LabeledImages(directory: tree.path + "/", labels: labels)
      #expect(pairs(found) == ["b.png=1", "a/c d.png=2"])
    }
    // Where a folder inside is called as the folder itself, the path is as it is written.
    let nested = try Tree(["b.png"])
    let own = try #require(nested.path.split(separator: "/").last)
    try nested.makeFolder(String(own))
    try nested.link("b.png", to: "\(own)/b.png")
    let labels = try LabelFile(contentsOf: nested.list("\(own)/b.png,1\n"))
    #expect(pairs(try LabeledImages(directory: nested.path, labels: labels)) == ["\(own)/b.png=1"])
    // Through a link, and named by where it really is.
    let link = tree.path + ".lists/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: tree.path)
    let real = try LabelFile(contentsOf: tree.list("\(tree.path)/b.png,1\n\(link)/a/c d.png,2\n"))
    #expect(
      pairs(try LabeledImages(directory: link, labels: real)) == ["b.png=1", "a/c d.png=2"])
  }

  @Test("counts an image once that is listed twice with one label")
  func repeated() throws {
    let tree = try Tree(["1.png", "2.png"])
    let labels = try LabelFile(contentsOf: tree.list("1.png 1\n2.png 2\n./1.png 1\n"))
    let found = try LabeledImages(directory: tree.path, labels: labels)
    #expect(pairs(found) == ["1.png=1", "2.png=2"])
    #expect(found.notes.dropFirst() == ["1 row repeats an image with the same label: 1.png"])
  }

  @Test("of a label a line may have a header, and counts what a preset does not list")
  func orderedWithHeader() throws {
    let tree = try Tree(["1.png", "2.png", "3.tif", "4.webp"])
    let labels = try LabelFile(contentsOf: tree.list("# the classes\nlabel\n5\n6\n"))
    let found = try LabeledImages(directory: tree.path, labels: labels, extensions: .keras)
    #expect(pairs(found) == ["1.png=5", "2.png=6"])
    #expect(
      found.notes.last
        == "2 files are passed over, which Keras's image_dataset_from_directory does not list: "
        + "1 .tif, 1 .webp")
  }

  @Test("of more labels than any validation set has is refused, with the limit")
  func limits() throws {
    let tree = try Tree(["1.png"])
    let count = 2 << 20
    for (text, words) in [
      ("[" + String(repeating: "1,", count: count) + "1]", "more than \(count) labels, the limit"),
      (String(repeating: "1\n", count: count + 1025), "lines, over the limit of \(count + 1024)"),
    ] {
      let path = try tree.list(text)
      let error = try #require(throws: DatasetError.self) { try LabelFile(contentsOf: path) }
      #expect(error.description.hasSuffix(words), "\(error)")
    }
  }
}

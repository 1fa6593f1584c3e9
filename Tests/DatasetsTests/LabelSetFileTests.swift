import Datasets
import Tensors
import TestSupport
import Testing

@Suite("A list of sets of labels")
struct LabelSetFileTests {
  private func read(
    _ text: String, classNames: [String]? = nil, multiLabel: Bool? = nil,
    files: [String] = ["1.png", "2.png", "3.png"]
  ) throws -> LabeledImages {
    let tree = try Tree(files)
    return try LabeledImages(
      directory: tree.path,
      labels: LabelFile(
        contentsOf: tree.list(text), classNames: classNames, multiLabel: multiLabel))
  }

  /// Paths with labels by name.
  private func pairs(_ data: LabeledImages) -> [String] {
    data.images.map { image in
      let names = image.labels.map { data.classNames.isEmpty ? "\($0)" : data.classNames[$0] }
      return "\(image.path)=\(names.joined(separator: "|"))"
    }
  }

  @Test(
    "is told by its content",
    arguments: [
      "image,dog,cat,car\n1.png,1,0,1\n2.png,0,0,0\n3.png,0,1,0\n",
      "\u{FEFF}image,dog,cat,car\r\n1.png,1,0,1\r\n2.png,0,0,0\r\n3.png,0,1,0\r\n",
      // pandas numbers the rows, and writes floats where one was missing once.
      ",filename,dog,cat,car\n0,1.png,1.0,0.0,1.0\n1,2.png,0.0,0.0,0.0\n2,3.png,0.0,1.0,0.0\n",
      "Image_ID\tdog\tcat\tcar\n1\t1\t0\t1\n2\t0\t0\t0\n3\t0\t1\t0\n",
      "\"dog\";\"cat\";\"path\";\"car\"\n1;0;\"1.png\";1\n0;0;2.png;0\n0;1;3.png;0\n",
      "# of the year\nimage,dog,cat,car\n1.png,1,0,1\n2.png,0,0,0\n1.png,1,0,1\n3.png,0,1,0\n",
    ])
  func multiHot(_ text: String) throws {
    let found = try read(text)
    #expect(found.isMultiLabel)
    #expect(found.classNames == ["dog", "cat", "car"])
    #expect(pairs(found) == ["1.png=dog|car", "2.png=", "3.png=cat"])
    #expect(
      found.notes.contains("the columns of 0 and 1 are the network's outputs, in their order"))
  }

  @Test(
    "in one column is split at the first sign that stands in it",
    arguments: [
      "image,labels\n1.png,dog|car\n2.png,\n3.png,cat\n",
      "image,tags\n1.png,car dog\n2.png,\n3.png,cat",
      "image,labels\n1.png,\"dog, car\"\n2.png,\"\"\n3.png,cat\n",
      "image\tclasses\n1.png\tdog; car\n2.png\t\n3.png\tcat\n",
      #"{"1.png": ["dog", "car"], "2.png": [], "3.png": ["cat"]}"#,
      #"[{"image": "1.png", "label": ["car", "dog"]}, ["2.png", []], ["3.png", ["cat"]]]"#,
      #"[{"image": "1.png", "tags": ["car", "dog"]}, {"image": "2.png", "labels": []}, ["3.png", ["cat"]]]"#,
    ])
  func sets(_ text: String) throws {
    let found = try read(text, multiLabel: true)
    #expect(found.isMultiLabel && found.classNames == ["car", "cat", "dog"])
    #expect(pairs(found) == ["1.png=car|dog", "2.png=", "3.png=cat"])
    // A table says by itself that each label is a question; JSON may be ReaL's.
    let asItIs = try read(text)
    let isTable = text.hasPrefix("image")
    #expect(asItIs.isMultiLabel == isTable)
    #expect(asItIs.images.count == (isTable ? 3 : 2))
  }

  @Test("is an array of 0 and 1, with a column for each class")
  func arrays() throws {
    let scratch = try ScratchFolder()
    let tree = try Tree(["1.png", "2.png"])
    let write = { (values: [Float]) in
      try scratch.write(
        NumPyFile.encode(Tensor(shape: [2, 3], values: values)), as: "y.npy")
    }
    let path = try write([1, 0, 1, 0, 0, 0])
    func read(_ names: [String]?, multiLabel: Bool? = true) throws -> LabeledImages {
      try LabeledImages(
        directory: tree.path,
        labels: LabelFile(contentsOf: path, classNames: names, multiLabel: multiLabel))
    }
    #expect(pairs(try read(nil)) == ["1.png=0|2", "2.png="])
    #expect(pairs(try read(["a", "b", "c"])) == ["1.png=a|c", "2.png="])
    for (names, isMultiLabel, words) in [
      (["a"], true, "3 columns of labels, but 1 class names"),
      (nil, nil, "row 0 of the labels of shape 2×3 is not a single 1"),
    ] as [([String]?, Bool?, String)] {
      let error = #expect(throws: DatasetError.self) {
        try read(names, multiLabel: isMultiLabel)
      }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
    _ = try write([1, 0, 1, 0, 0.5, 0])
    let error = #expect(throws: DatasetError.self) { try read(nil) }
    #expect(error?.description.contains("row 1 of the labels has 0.5") == true)
  }

  @Test("has names with blanks where another sign stands between them, and numbers")
  func spelling() throws {
    let dogs = try read("image,labels\n1.png,golden retriever|car\n2.png,golden retriever\n")
    #expect(dogs.classNames == ["car", "golden retriever"])
    let numbers = try read("image,labels\n1.png,7 0\n2.png,\n3.png,5\n")
    #expect(numbers.vocabulary == .networkIndices)
    #expect(numbers.images.map(\.labels) == [[0, 7], [], [5]])
    let single = try read("1.png 4\n2.png 5\n", multiLabel: true)
    #expect(single.isMultiLabel && single.images.map(\.labels) == [[4], [5]])
    let column = try read("image,label\n1.png,a|b\n2.png,b\n", multiLabel: true)
    #expect(pairs(column) == ["1.png=a|b", "2.png=b"])
    let ordered = try read("a|b\na\nb\n", multiLabel: true)
    #expect(pairs(ordered) == ["1.png=a|b", "2.png=a", "3.png=b"])
  }

  @Test("where any label is right leaves empty sets out")
  func anyOf() throws {
    let found = try read("image,a,b\n1.png,1,1\n2.png,0,0\n3.png,0,1\n", multiLabel: false)
    #expect(!found.isMultiLabel)
    #expect(pairs(found) == ["1.png=a|b", "3.png=b"])
    #expect(found.notes.contains("1 images whose set of labels is empty are left out"))
  }

  @Test("takes columns by the names of the classes, and says where their order is another")
  func classNames() throws {
    let text = "image,dog,cat,car\n1.png,1,0,1\n2.png,0,0,0\n3.png,0,1,0\n"
    let found = try read(text, classNames: ["car", "cat", "dog"])
    #expect(found.classNames == ["car", "cat", "dog"])
    #expect(found.images.map(\.labels) == [[0, 2], [], [1]])
    #expect(found.notes.contains { $0.hasSuffix("each was taken by name") })
    let same = try read(text, classNames: ["dog", "cat", "car"])
    #expect(same.notes == [same.notes[0]])
    let sets = try read(
      "image,labels\n1.png,dog\n2.png,cat|dog\n", classNames: ["dog", "cow", "cat"])
    #expect(sets.images.map(\.labels) == [[0], [0, 2]])
  }

  @Test("keeps what is listed and missing, and draws of sets as of classes")
  func missing() throws {
    let found = try read("image,a,b\n0.png,1,1\n1.png,0,0\n2.png,0,1\n3.png,0,0\n")
    #expect(found.images.count == 4)
    #expect(found.notes.contains("1 of the images that are listed are not there: 0.png"))
    let drawn = found.sample(3, seed: 1)
    #expect(drawn.isMultiLabel && drawn.images.count == 3 && drawn == found.sample(3, seed: 1))
    #expect(found.prefix(2).isMultiLabel && found.spread(2).isMultiLabel)
  }

  @Test(
    "is refused with the line, and what was expected",
    arguments: [
      ("image,a,b\n1.png,1,0\n2.png,1,-1\n", ":3: the column 'b' has '-1'; without"),
      ("image,a,b\n1.png,1,0\n2.png,1,\n", ":3: the column 'b' has ''; without"),
      ("image,a,b\n1.png,1,?\n", ":2: the column 'b' has '?'; without"),
      ("image,a,b\n1.png,1,0\n2.png,0.5,0\n", ":3: the column 'a' has '0.5'; without"),
      ("image,a,split\n1.png,1,val\n", ":2: the column 'split' has 'val'; without"),
      ("image,a,b,a\n1.png,1,0,1\n", ": the header has the column 'a' twice"),
      ("image,a,b\n1.png,1,0\n2.png,1\n", ":3: 2 fields, expected 3"),
      ("image,width,height\n1.png,20,30\n", ":1: the header has no column of labels"),
      (
        "image,a,b\n1.png,1,0\n1.png,1,1\n", ":3: '1.png' is listed on line 2 already, with another"
      ),
      ("image,a,b\n9.png,1,0\n", ":2: none of the 1 images that are listed is in"),
      ("image,labels\n1.png,a|b\n2.png,b|b\n", ":3: the label 'b' stands twice in its set"),
      ("image,labels\n1.png,a||b\n", ":2: an empty label in the set 'a||b'"),
      ("image,labels\n1.png,3 -1\n", ":2: the label -1; labels count from 0"),
      ("image,labels\n1.png,\n2.png,\n", ": every set of labels is empty"),
      (#"{"1.png": [1, null]}"#, ": '1.png' is no list of names, nor of classes from 0 on"),
      (#"{"1.png": [1, -2]}"#, ": '1.png' is no list of names, nor of classes from 0 on"),
    ])
  func faults(_ text: String, _ words: String) throws {
    let tree = try Tree(["1.png", "2.png", "3.png"])
    let path = try tree.list(text)
    let error = try #require(throws: DatasetError.self) {
      try LabeledImages(directory: tree.path, labels: LabelFile(contentsOf: path))
    }
    #expect(error.description.hasPrefix(path + words), "\(error)")
  }

  @Test("is refused where its classes are not those that are named")
  func otherClasses() throws {
    for (text, names, words) in [
      ("image,a,b\n1.png,1,0\n", ["a", "c"], ": the column 'b' is not among the 2 class names"),
      ("image,a\n1.png,1\n", ["a", "b", "c"], ": no column for 2 of the 3 class names: b, c"),
      ("image,labels\n1.png,a|d\n", ["a", "b"], ":2: the label 'd' is not among the 2 classes"),
    ] {
      let tree = try Tree(["1.png"])
      let path = try tree.list(text)
      let error = try #require(throws: DatasetError.self) {
        try LabelFile(contentsOf: path, classNames: names)
      }
      #expect(error.description == path + words)
    }
    let tree = try Tree(["1.png"])
    let path = try tree.list("image,labels\n1.png,1 2\n")
    let error = try #require(throws: DatasetError.self) {
      try LabelFile(contentsOf: path, synsets: ["n01440764"])
    }
    #expect(error.description.contains("a list of synsets is for a number an image"))
  }
}

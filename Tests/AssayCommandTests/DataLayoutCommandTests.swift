import Archives
import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("assay evaluate, on data of every layout")
struct DataLayoutCommandTests {
  private static let digits = Fixtures.path("digits/validation")

  /// By a network that is half right: an order that is off would show.
  private func evaluate(_ arguments: [String], input: Data? = nil) throws -> AssayRun {
    try AssayRun(HalfTrained.evaluation + arguments, input: input)
  }

  private func expectSame(_ run: AssayRun, _ location: SourceLocation = #_sourceLocation) {
    #expect(run.status == 0, "\(run.messages)", sourceLocation: location)
    #expect(run.output.contains("(199 of 360,"), "\(run.output)", sourceLocation: location)
    #expect(run.output.contains("(320 of 360,"), sourceLocation: location)
  }

  /// A list of the digits, a line each.
  private func list(
    _ line: (_ path: String, _ digit: Int) -> String, in scratch: ScratchFolder,
    as name: String = "list.csv"
  ) throws -> String {
    let lines = try KerasOrder.paths().map { line($0, try #require(Int($0.prefix(1)))) }
    return try scratch.write(Data((lines.joined(separator: "\n") + "\n").utf8), as: name)
  }

  @Test("A list of paths with names or numbers, from 0 or from 1")
  func lists() throws {
    let scratch = try ScratchFolder()
    let names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    let classes = try scratch.write(Data(names.joined(separator: "\n").utf8), as: "names.txt")
    let data = ["--data", Self.digits, "--labels"]
    expectSame(
      try evaluate(
        data + [try list({ "\($0),\(names[$1])" }, in: scratch), "--class-names", classes]))
    expectSame(try evaluate(data + [try list({ "\($0) \($1)" }, in: scratch, as: "val.txt")]))
    expectSame(
      try evaluate(
        data + [
          try list({ "\($1 + 1),\($0)" }, in: scratch).replacingHeader("label,path", in: scratch),
          "--first-label", "1",
        ]))
    expectSame(try evaluate(data + [try list({ "\($1)" }, in: scratch, as: "truth.txt")]))
  }

  @Test("Sets of right classes, of which an empty one leaves its image out")
  func sets() throws {
    let scratch = try ScratchFolder()
    let sets = try KerasOrder.paths().enumerated().map { index, path in
      index == 0 ? "[]" : "[\(path.prefix(1))]"
    }
    let file = try scratch.write(
      Data("[\(sets.joined(separator: ", "))]".utf8), as: "real.json")
    let run = try evaluate(["--data", Self.digits, "--labels", file])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("of 359,"))
    #expect(run.output.contains("images: 1 "), "\(run.output)")
  }

  @Test("Arrays of pixels and labels")
  func arrays() throws {
    let scratch = try ScratchFolder()
    let paths = try KerasOrder.paths()
    let pixels = try paths.flatMap { path in
      try GreyPNG.pixels(of: "\(Self.digits)/\(path)")
    }
    let images = try scratch.write(
      Data(NumPyBytes.header("|u1", [360, 8, 8]) + pixels), as: "x.npy")
    let labels = try scratch.write(
      Data(
        NumPyBytes.header("|u1", [360]) + (try paths.map { try #require(UInt8($0.prefix(1))) })),
      as: "y.npy")
    expectSame(try evaluate(["--data", images, "--labels", labels]))

    // The same in one file, as keras.datasets keeps them.
    let both = try scratch.write(Data(), as: "digits.npz")
    let file = try #require(FileHandle(forWritingAtPath: both))
    var archive = ZipWriter(to: file)
    for (name, part) in [("x_test", images), ("y_test", labels)] {
      try archive.add(Data(contentsOf: URL(fileURLWithPath: part)), named: "\(name).npy")
    }
    try archive.finish()
    try file.close()
    expectSame(try evaluate(["--data", both]))
    let other = try evaluate(["--data", both, "--arrays", "x_train,y_train"])
    #expect(other.status == 65 && other.messages.contains("x_train"), "\(other.messages)")
    let train = try evaluate(["--data", both, "--split", "train"])
    #expect(
      train.status == 65
        && train.messages.contains("neither x_train and y_train, nor train_images and train_labels"),
      "\(train.messages)")
    expectSame(try evaluate(["--data", both, "--split", "test"]))
  }

  @Test("MedMNIST's arrays: the test split unless another is asked for")
  func splits() throws {
    let scratch = try ScratchFolder()
    let paths = try KerasOrder.paths()
    let pixels = try paths.map { try GreyPNG.pixels(of: "\(Self.digits)/\($0)") }
    let labels = try paths.map { try #require(UInt8($0.prefix(1))) }
    let path = try scratch.write(Data(), as: "digits.npz")
    let file = try #require(FileHandle(forWritingAtPath: path))
    var archive = ZipWriter(to: file)
    for (split, places) in [("train", 0..<90), ("val", 90..<120), ("test", 0..<360)] {
      let images = NumPyBytes.header("|u1", [places.count, 8, 8]) + Data(pixels[places].joined())
      try archive.add(images, named: "\(split)_images.npy")
      let classes = NumPyBytes.header("|u1", [places.count, 1]) + Data(labels[places])
      try archive.add(classes, named: "\(split)_labels.npy")
    }
    try archive.finish()
    try file.close()
    expectSame(try evaluate(["--data", path]))
    let some = try evaluate(["--data", path, "--split", "val"])
    #expect(some.status == 0 && some.output.contains("of 30,"), "\(some.messages)")
    #expect(some.output.contains("digits.npz: val_images: 30 images"), "\(some.output)")
  }

  @Test(
    "An option that tells nothing of such data is refused, not passed over",
    arguments: [
      ("digits/validation", ["--split", "val"]), ("digits/validation", ["--arrays", "x,y"]),
      ("layouts/cls-{000..001}.tar", ["--image-key", "png"]),
      ("layouts/cls-{000..001}.tar", ["--arrays", "x,y"]),
      ("layouts/cls-{000..001}.tar", ["--split", "val"]),
    ])
  func passedOver(data: String, more: [String]) throws {
    let run = try evaluate(["--data", Fixtures.path(data)] + more)
    #expect(run.status == 64 && run.messages.contains("\(more[0]): "), "\(run.messages)")
  }

  @Test("Arrays of floats go into the network as they are, and give Keras's logits")
  func floats() throws {
    let scratch = try ScratchFolder()
    let paths = try KerasOrder.paths()
    let image = ImageShape(height: 32, width: 32, channels: 1)
    let preprocessor = try ImagePreprocessor(.kerasTF.normalized(by: .tf), shape: image)
    let values = try paths.flatMap { path in
      try preprocessor.tensor(of: ImageLocation(path: "\(Self.digits)/\(path)")).values
    }
    let images = scratch.path("x_test.npy")
    try NumPyFile.write(Tensor(shape: [360, 32, 32, 1], values: values), to: images)
    let labels = try scratch.write(
      Data(
        NumPyBytes.header("|u1", [360]) + (try paths.map { try #require(UInt8($0.prefix(1))) })),
      as: "y.npy")
    let digits = Fixtures.path("checkpoints/digits/digits-regular")
    let arguments = ["evaluate", "\(digits).keras3.h5", "--data", images, "--labels", labels]
    // Nobody need say how the images were normalised: they are.
    let run = try AssayRun(arguments + ["--expect", "\(digits).logits.npy"])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("(356 of 360,"), "\(run.output)")
    let told = try AssayRun(arguments + ["--normalize", "tf"])
    #expect(told.status == 64 && told.messages.contains("--normalize"), "\(told.messages)")

    try NumPyFile.write(Tensor(shape: [360, 32, 32, 2], repeating: 0), to: images)
    let other = try AssayRun(arguments)
    #expect(other.status == 65 && other.messages.contains("32×32×2"), "\(other.messages)")
  }

  @Test("Class folders in timm's order, or in that of a file, and not in that of code points")
  func classOrder() throws {
    let scratch = try ScratchFolder()
    // 2 to 11, of which 10 and 11 come first by their code points.
    for digit in 0..<10 {
      try FileManager.default.createDirectory(
        atPath: scratch.path("val"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: "\(Self.digits)/\(digit)", toPath: scratch.path("val/\(digit + 2)"))
    }
    let data = ["--data", scratch.path("val")]
    expectSame(try evaluate(data + ["--class-order", "natural"]))
    let order = try scratch.write(Data((2..<12).map { "\($0)\n" }.joined().utf8), as: "order")
    expectSame(try evaluate(data + ["--class-order", order]))
    let wrong = try evaluate(data)
    #expect(wrong.status == 0 && !wrong.output.contains("(199 of 360,"))
    let short = try scratch.write(Data("2\n3\n".utf8), as: "short")
    #expect(try evaluate(data + ["--class-order", short]).status == 65)
  }

  @Test("Files that the preset's library does not list are counted, not scored")
  func passedOver() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.copyItem(atPath: Self.digits, toPath: scratch.path("val"))
    for name in ["0/x.webp", "1/y.webp", "1/z.tif"] {
      try FileManager.default.copyItem(
        atPath: "\(Self.digits)/\(try KerasOrder.paths()[0])", toPath: scratch.path("val/\(name)"))
    }
    let data = ["--data", scratch.path("val"), "--preset"]
    let keras = try evaluate(data + ["keras-tf"])
    #expect(keras.status == 0 && keras.output.contains("of 360,"), "\(keras.messages)")
    #expect(keras.output.contains("3 files are passed over"), "\(keras.output)")
    #expect(keras.output.contains(": 2 .webp, 1 .tif"), "\(keras.output)")
    let torch = try evaluate(data + ["torchvision"])
    #expect(torch.output.contains("of 363,"), "\(torch.output) \(torch.messages)")
  }

  @Test("Shards on disk and through a pipe")
  func shards() throws {
    let scratch = try ScratchFolder()
    var parts: [Data] = [Data(), Data()]
    for (index, path) in try KerasOrder.paths().enumerated() {
      let name = path.replacing("/", with: "-").replacing(".png", with: "")
      let image = [UInt8](
        try Data(contentsOf: URL(fileURLWithPath: "\(Self.digits)/\(path)")))
      parts[index < 200 ? 0 : 1] +=
        TarBytes.member("\(name).cls", Array(path.prefix(1).utf8))
        + TarBytes.member("\(name).png", image)
    }
    for index in parts.indices {
      parts[index] += TarBytes.end
      _ = try scratch.write(parts[index], as: "val-\(index).tar")
    }
    expectSame(try evaluate(["--data", scratch.path("val-{0..1}.tar")]))
    expectSame(try evaluate(["--data", scratch.path("val-*.tar")]))
    expectSame(try evaluate(["--data", "-"], input: parts[0] + parts[1]))
    // A pipe that breaks off is no smaller data set.
    let cut = try evaluate(["--data", "-"], input: parts[0].dropLast(3000))
    #expect(cut.status == 65 && cut.output.isEmpty, "\(cut.messages)")
  }

  @Test("A mask lets only the classes of the data take part")
  func mask() throws {
    let scratch = try ScratchFolder()
    for digit in [3, 9] {
      try FileManager.default.createDirectory(
        atPath: scratch.path("val"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: "\(Self.digits)/\(digit)", toPath: scratch.path("val/\(digit)"))
    }
    let names = try scratch.write(Data((0..<10).map { "\($0)\n" }.joined().utf8), as: "names")
    let arguments = ["--data", scratch.path("val"), "--class-names", names]
    let predictions = scratch.path("p.csv")
    let masked = try evaluate(
      arguments + ["--class-mask", "present", "--predictions", predictions])
    #expect(masked.status == 0 && masked.output.contains("classes: 2 of 10 take part"))
    let rows = try String(contentsOfFile: predictions, encoding: .utf8).split(separator: "\r\n")
    #expect(
      rows.dropFirst().allSatisfy { ["3", "9"].contains($0.split(separator: ",")[2]) })
    // The same classes, named in a file.
    let named = try scratch.write(Data("9\n3\n".utf8), as: "named")
    let again = scratch.path("again.csv")
    #expect(
      try evaluate(arguments + ["--class-mask", named, "--predictions", again]).status == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: again))
        == Data(contentsOf: URL(fileURLWithPath: predictions)))
    // Images of a class that does not take part would have no right answer.
    let other = try scratch.write(Data("3\n".utf8), as: "mask")
    let refused = try evaluate(arguments + ["--class-mask", other])
    #expect(refused.status == 65 && refused.messages.contains("is not in the class mask"))
  }
}

extension String {
  /// The same file with a line before the others.
  fileprivate func replacingHeader(_ header: String, in scratch: ScratchFolder) throws -> String {
    let text = try String(contentsOfFile: self, encoding: .utf8)
    return try scratch.write(Data("\(header)\n\(text)".utf8), as: "header.csv")
  }
}

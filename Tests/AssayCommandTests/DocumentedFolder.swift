import Checkpoints
import Foundation
import Tensors
import TestSupport

/// A folder with the files that the pages of the documentation speak of: small ones under their names.
struct DocumentedFolder {
  let scratch: ScratchFolder

  /// The files, made once; pages get copies.
  private static let made = Result { try DocumentedFolder(making: ()) }

  /// A copy of the files.
  init() throws {
    let made = try Self.made.get().scratch
    scratch = try ScratchFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: made.path("")) {
      try FileManager.default.copyItem(atPath: made.path(name), toPath: scratch.path(name))
    }
  }

  /// Makes the files, with what earlier evaluations would have left.
  private init(making: Void) throws {
    scratch = try ScratchFolder()
    try link("Fixtures", to: "")
    try link("val", to: "records/folder")
    try link("train", to: "records/folder")
    try link("shapes", to: "records/tfds/shapes")
    try link("records", to: "records/plain")
    try link("flowers.keras", to: "records/network.keras")
    try link("cat.jpg", to: "images/jpeg-420.jpg")
    try link("dog.png", to: "records/folder/square/014.png")
    try makePhotos()
    try FileManager.default.createDirectory(
      atPath: scratch.path("bin"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("bin/assay"), withDestinationPath: BuiltProgram.path("assay"))
    // A ResNet50V2 of 4 filters, for three classes.
    let network = try Manifest(of: "resnet50v2").narrowed(classes: 3)
    let weights = try export(of: network)
    try weights.writeLegacyWeights(to: scratch.path("w.h5"))
    try FileManager.default.createDirectory(
      atPath: scratch.path("epochs"), withIntermediateDirectories: true)
    try weights.writeLegacyWeights(to: scratch.path("epochs/1.h5"))
    try weights.writeLegacyWeights(to: scratch.path("epochs/2.h5"))
    let image = ImageShape(height: 224, width: 224)
    try NumPyFile.write(HashedWeights.images(image, count: 2), to: scratch.path("x.npy"))
    let score = "assay evaluate --model resnet50v2 --weights w.h5 --data val/"
    for command in [
      "\(score) --json a.json --predictions predictions.jsonl",
      "\(score) --interpolation nearest --json b.json --predictions b.jsonl",
      "\(score) --out shards/ --shard 1/2", "\(score) --out shards/ --shard 2/2",
    ] {
      let run = try self.run(command)
      precondition(run.status == 0, "\(command): \(run.messages)")
    }
  }

  /// Runs a command in the folder, as a shell does that finds `assay`.
  func run(_ command: String) throws -> AssayRun {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = scratch.url
    process.environment = ProcessInfo.processInfo.environment.merging([
      "SWIFT_BACKTRACE": "enable=no", "PATH": "\(scratch.path("bin")):/usr/bin:/bin",
    ]) { _, new in new }
    return try AssayRun(process)
  }

  private func link(_ name: String, to fixture: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path(name), withDestinationPath: Fixtures.path(fixture))
  }

  /// The images of the class folders side by side, with a table of their labels.
  private func makePhotos() throws {
    let files = FileManager.default
    try files.createDirectory(atPath: scratch.path("photos"), withIntermediateDirectories: true)
    let classes = try files.contentsOfDirectory(atPath: Fixtures.path("records/folder")).sorted()
    var table = "image,label\n"
    for name in classes {
      let folder = Fixtures.path("records/folder/\(name)")
      for file in try files.contentsOfDirectory(atPath: folder).sorted() {
        try files.copyItem(atPath: "\(folder)/\(file)", toPath: scratch.path("photos/\(file)"))
        table += "\(file),\(name)\n"
      }
    }
    _ = try scratch.write(Data(table.utf8), as: "labels.csv")
    _ = try scratch.write(
      Data((classes.joined(separator: "\n") + "\n").utf8), as: "classes.txt")
  }

  private func export(of manifest: Manifest) throws -> CheckpointExport {
    let checkpoint = manifest.checkpoint(named: true)
    let layers = zip(manifest.layers, checkpoint.layers).map { layer, stored in
      CheckpointExport.Layer(
        name: layer.name, kerasClass: nil,
        variables: zip(layer.weights, stored.tensors).map { weight, tensor in
          CheckpointExport.Variable(role: nil, name: weight.role, tensor: tensor)
        })
    }
    return CheckpointExport(layers: layers, source: checkpoint)
  }
}

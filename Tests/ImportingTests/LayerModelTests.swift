import Archives
import Binding
import Checkpoints
import Engine
import Foundation
import Importing
import KerasConfigs
import Networks
import Synchronization
import Tensors
import TestSupport
import Testing

/// Models of one layer each, as both Keras write them, with what Keras computes
/// (`Tools/fixtures/layer_models.py`).
struct LayerModel: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let layer: String
  let files: Files
  let inputs: [Array]
  let outputs: [Array]
  let tolerance: Float?

  struct Files: Decodable, Sendable {
    let zip: String
    let model: String
    let weights: String?
  }

  struct Array: Decodable, Sendable {
    let name: String
    let array: String
  }

  var testDescription: String { name }

  /// All of them, or those alone of the families that ASSAY_FAMILIES names, `attention,zoos`.
  static let all: [LayerModel] = {
    struct Index: Decodable { let cases: [LayerModel] }
    do {
      let cases = try JSONDecoder().decode(
        Index.self, from: Fixtures.data("layer_models/index.json")
      ).cases
      guard let chosen = ProcessInfo.processInfo.environment["ASSAY_FAMILIES"] else { return cases }
      let families = chosen.split(separator: ",").map { "\($0).zip" }
      return cases.filter { families.contains($0.files.zip) }
    } catch {
      Issue.record("\(error)")
      return []
    }
  }()

  /// An archive of the fixtures, opened once: thousands of names take longer than what is read of them.
  private static func archive(_ name: String) throws -> ZipArchive {
    try archives.withLock { archives in
      if let known = archives[name] { return known }
      let archive = try ZipArchive(reading: Fixtures.path("layer_models/\(name)"))
      archives[name] = archive
      return archive
    }
  }

  private static let archives = Mutex<[String: ZipArchive]>([:])

  /// An array that Keras read or gave.
  func tensor(_ array: Array) throws -> Tensor {
    let archive = try Self.archive("goldens.npz")
    let entry = try #require(archive.entry("\(array.array).npy"))
    let bytes = try archive.content(of: entry, limit: 1 << 24)
    return try NumPyFile.decode(Data(bytes), name: array.array)
  }

  /// The network that the files describe, with its weights.
  func bound() throws -> BoundGraph {
    let folder = try ScratchFolder()
    let archive = try Self.archive(files.zip)
    // A SavedModel is a folder.
    for entry in archive.entries
    where entry.name.hasPrefix(files.model) || entry.name == files.weights {
      guard !entry.name.hasSuffix("/") else { continue }
      let path = folder.path(entry.name)
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(archive.content(of: entry, limit: 1 << 24)).write(to: URL(fileURLWithPath: path))
    }
    var checkpoint = try Checkpoint(contentsOf: folder.path(files.weights ?? files.model))
    if files.weights != nil {
      let text = try String(contentsOfFile: folder.path(files.model), encoding: .utf8)
      checkpoint = try checkpoint.described(by: text, in: files.model)
    }
    let model = try #require(checkpoint.config?.model)
    var options = ImportOptions()
    options.kerasVersion = checkpoint.majorKerasVersion
    if let shape = try inputs.first.map({ try tensor($0).shape }),
      let image = model.dataFormat.image(in: shape)
    {
      (options.height, options.width) = (image.height, image.width)
    }
    let network = try ImportedNetwork(model, options)
    let graph = try BindingPlan(itsOwn: network, of: checkpoint, model: model).boundGraph
    // The files go with this call: what is read of them must be read now.
    let values = try graph.graph.parameters.map { ($0, ParameterSource(try graph.values(of: $0))) }
    return try BoundGraph(graph.graph, sources: Dictionary(uniqueKeysWithValues: values))
  }
}

@Suite("A model of one layer runs from its file alone")
struct LayerModelTests {
  @Test("It gives Keras's values, by the reference and by the plan", arguments: LayerModel.all)
  func values(_ model: LayerModel) throws {
    let bound = try model.bound()
    let inputs = try bound.graph.inputs.map { port in
      try model.tensor(try #require(model.inputs.first { $0.name == port.name }))
    }
    let expected = try model.outputs.map { try model.tensor($0) }
    let count = inputs[0].count
    let executors: [(String, any Executor)] = [
      ("reference", try ReferenceExecutor(bound)),
      ("plan", try Plan(compiling: bound, batch: count)),
      ("plan of one image", try Plan(compiling: bound, batch: 1, threads: 2)),
      ("loops", try Plan(compiling: bound, batch: count, byLoops: true)),
    ]
    for (name, executor) in executors {
      let results = try executor.trace(inputs).results
      #expect(results.count == expected.count)
      for (result, wanted) in zip(results, expected) {
        #expect(result.shape == wanted.shape)
        let worst = result.worstDifference(from: wanted)
        #expect(
          worst.difference <= (model.tolerance ?? 1e-5) * max(worst.largest, 1e-6),
          "\(name): \(worst)")
      }
    }
  }
}

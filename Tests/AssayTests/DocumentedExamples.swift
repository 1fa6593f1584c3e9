import Assay

// The examples of the documentation, which `LibraryExampleTests` finds here line by line: they must compile.

struct SmallNetwork: Block {
  var classes: Int

  func callAsFunction(_ image: Signal) -> Signal {
    var x = image.conv("first", filters: 8, kernel: 3, padding: .same)
    x = x.batchNorm("norm").relu()
    x = x.applying(Scale(), named: "scale")
    return x.globalAveragePool().dense("logits", units: classes)
  }
}

struct Scale: Layer {
  var kerasClass: String { "Scale" }

  func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [inputs[0].zip(.multiply, variables(.gamma, [inputs[0].extents.last ?? 1]))]
  }
}

/// Never called: files of these names are nowhere.
enum DocumentedExamples {
  static func oneLine() async throws {
    let model = try Model(contentsOf: "flowers.keras")
    let result = try await model.evaluate(LabeledImages(directory: "val"))
    print(result.top1, result.top5)
  }

  static func inMemory(_ bytes: [UInt8]) throws {
    let model = try Model(contentsOf: "flowers.keras")
    let classifier = try ImageClassifier(model, normalizedBy: .unit)
    for guess in try classifier.guesses(bytes) { print(guess.classIndex, guess.probability) }
  }

  static func options() async throws {
    guard var options = Model.Options(model: "resnet50v2") else { return }
    options.height = 224
    options.width = 224
    let model = try Model(contentsOf: "w.h5", options)
    let result = try await model.evaluate(LabeledImages(directory: "val"), normalizedBy: .torch)
    print(result.top1)
  }

  static func series(_ files: [String]) async throws {
    let images = try LabeledImages(directory: "val")
    let scored = try await CheckpointSeries().evaluate(files, on: .list(images)) { file in
      try Contestant(Model(contentsOf: file), on: images)
    }
    for checkpoint in scored { print(checkpoint.report.accuracy.top1) }
  }

  static func resumable(_ files: [String]) async throws -> ResumableRun.Outcome {
    let images = try LabeledImages(directory: "val")
    var run = ResumableRun("run")
    run.resumes = true
    let prepared = try run.prepared(files, on: .list(images)) { file in
      try Contestant(Model(contentsOf: file), on: images)
    }
    let outcome = try await run.finish(run.part(of: prepared), of: prepared)
    return outcome
  }

  static func updates(_ evaluator: Evaluator, _ images: LabeledImages) async throws {
    for try await update in evaluator.updates(images) {
      switch update {
      case .done(let count): print(count)
      case .finished(let result): print(result.top1)
      }
    }
  }

  static func steps() async throws {
    let checkpoint = try Checkpoint(contentsOf: "resnet50v2.h5")
    let graph = try Graph(tracing: ResNetV2.depth50, input: ImageShape(height: 224, width: 224))
    let bound = try graph.bound(to: checkpoint, using: .kerasResNetV2)
    let plan = try Plan(compiling: bound, batch: 32)
    let evaluator = Evaluator(plan, preprocessing: .kerasTF.normalized(by: .tf))
    let report = try await evaluator.evaluate(LabeledImages(directory: "val"))
    print(report.top1, report.top5)
  }

  static func ownNetwork() throws -> BoundGraph {
    let names: NameMap = [
      "first": "conv2d", "norm": "batch_normalization", "scale": "scale", "logits": "dense",
    ]
    let graph = try Graph(
      tracing: SmallNetwork(classes: 3), input: ImageShape(height: 24, width: 24))
    let bound = try graph.bound(to: Checkpoint(contentsOf: "own.npz"), using: names)
    return bound
  }
}

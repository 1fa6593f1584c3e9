import Architectures
import ArgumentParser
import Binding
import Foundation
import Models
import Networks
import Tensors
import Verification

/// `assay verify`: where a run and a reference agree, and the first layer where they do not.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compares a run with a golden, layer by layer; exit code 1 if they differ.",
    discussion: """
      Examples:
        assay verify --model resnet50 --weights w.h5 --reference golden.npz
        assay verify --model resnet50 --weights w.h5 --reference golden.npz --junit verify.xml
        assay verify before.npz after.npz

      A golden is made by 'assay record', or from Keras by Tools/reference/record. A value passes if \
      it differs by at most atol + rtol times the largest magnitude in its layer of the reference.
      """)

  @Option(
    help: ArgumentHelp(
      "The network: a config, or a name that 'assay models' lists.", valueName: "name"),
    completion: .list(ModelRecipe.names))
  var model: String?

  @OptionGroup var variant: NetworkOptions

  @Option(help: ArgumentHelp("The checkpoint.", valueName: "file"), completion: .file())
  var weights: String?

  @OptionGroup var trust: TrustOptions

  @Option(
    help: ArgumentHelp("The golden to compare with.", valueName: "golden.npz"), completion: .file())
  var reference: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The images, N×H×W×C, where the golden does not hold them; of a network of several inputs an array "
        + "for each, as name=x.npy or in their order.", valueName: "x.npy"),
    completion: .file())
  var tensors: [String] = []

  @OptionGroup var recording: RecordingOptions

  @OptionGroup(title: "Comparison options") var tolerance: ToleranceOptions

  @Flag(name: .shortAndLong, help: "Lists every layer.")
  var verbose = false

  @Option(help: ArgumentHelp("Writes the comparison as JSON.", valueName: "file"))
  var json: OutputFile?

  @Option(help: ArgumentHelp("Writes a page to look at.", valueName: "file"))
  var report: OutputFile?

  @Option(help: ArgumentHelp("Writes a test case for each layer, for CI.", valueName: "file"))
  var junit: OutputFile?

  @Argument(
    help: ArgumentHelp("Two goldens, in place of a model.", valueName: "golden"),
    completion: .file())
  var goldens: [String] = []

  func validate() throws {
    let isRun = weights != nil && reference != nil
    let isPair = model == nil && weights == nil && reference == nil && goldens.count == 2
    guard isPair || (isRun && goldens.isEmpty) else {
      throw ValidationError("give --weights and --reference, or two goldens")
    }
  }

  func run() throws {
    let outputs = Outputs([("--json", json), ("--report", report), ("--junit", junit)])
    try outputs.check(
      reading: [weights, reference].compactMap(\.self) + NamedTensors.files(tensors) + goldens
        + variant.inputs)
    let verification = try verification(outputs)
    try json?.write(verification.json())
    try report?.write(Data(verification.html.utf8))
    try junit?.write(Data(verification.junit.utf8))
    outputs.show(verification.text(listingAll: verbose))
    if verification.isIncomparable {
      throw Failure(.badData, lines: verification.failureLines)
    }
    if !verification.passes {
      throw Failure(.comparisonFailed, lines: verification.failureLines)
    }
  }

  private func verification(_ outputs: Outputs) throws -> Verification {
    guard let weights, let reference else {
      return try Verification(
        of: Golden(contentsOf: goldens[1]), against: Golden(contentsOf: goldens[0]),
        within: tolerance.tolerances)
    }
    let golden = try Golden(contentsOf: reference)
    let arrays = try tensors.isEmpty ? NamedTensors(golden) : NamedTensors(tensors)
    let image = DataFormat.channelsLast.image(in: arrays.all[0].tensor.shape)
    let loaded = try Model(
      model, variant, weights: weights, trust: trust, height: image?.height, width: image?.width)
    try outputs.check(notAmong: loaded.files)
    let inputs = try arrays.inputs(of: loaded, lying: .channelsLast)
    if !tensors.isEmpty {
      try golden.check(
        inputs.map { $0.convertedIfImages(from: loaded.graph.dataFormat, to: .channelsLast) },
        named: loaded.graph.inputs.map(\.name))
    }
    let recording = try recording.recording(
      loaded, inputs, training: golden.manifest.run.training == true, keeping: { _ in true })
    return try Verification(
      of: recording, bound: loaded.bound, against: golden, names: loaded.layerNames,
      within: tolerance.tolerances)
  }
}

/// How far a run may be from the reference.
struct ToleranceOptions: ParsableArguments {
  @Option(
    help: "The part of a layer's largest magnitude by which a value may differ. Default: by kind.")
  var rtol: Float?

  @Option(help: "The difference that is allowed in any case. Default: by kind.")
  var atol: Float?

  func validate() throws {
    for (name, value) in [("--rtol", rtol), ("--atol", atol)] {
      if let value, !(value >= 0) { throw ValidationError("\(name) \(value) is no tolerance") }
    }
  }

  /// One tolerance for all kinds if the user gives one, else the standard ones.
  var tolerances: Tolerances {
    guard rtol != nil || atol != nil else { return .float32 }
    return Tolerances(all: Tolerance(absolute: atol ?? 0, relative: rtol ?? 0))
  }
}

extension Model {
  /// What the checkpoint calls the layers of the network.
  var layerNames: [String: String] {
    Dictionary(
      plan.steps.map { ($0.parameter.layer, $0.layerName) }, uniquingKeysWith: { first, _ in first }
    )
  }
}

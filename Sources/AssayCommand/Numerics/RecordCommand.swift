import ArgumentParser
import Documents
import Foundation
import Models
import Networks
import Tensors
import Verification

/// `assay record`: keeps a run of a network, to hold later runs to it.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Keeps inputs, activations and logits of a run as a golden.",
    discussion: """
      Examples:
        assay record --model resnet50 --weights w.h5 --tensors x.npy --out golden.npz
        assay record --model resnet50 --weights w.h5 --tensors x.npy --out golden.npz \\
          --layers 'stage3/*'

      The file is an .npz that NumPy opens, with a manifest.json of hashes, versions and settings. \
      Activations lie as N×H×W×C whatever the data format. 'assay verify' compares with it.
      """)

  @OptionGroup var model: ModelOptions

  @OptionGroup var checkpoint: CheckpointOptions

  /// The checkpoint.
  var weights: String { checkpoint.path }

  @OptionGroup var trust: TrustOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The images, already preprocessed: N×H×W×C, or N×C×H×W with --data-format channels_first; of a "
        + "network of several inputs an array for each, as name=x.npy or in their order.",
      valueName: "x.npy"), completion: .file())
  var tensors: [String] = []

  @Option(help: ArgumentHelp("The golden to write.", valueName: "golden.npz"))
  var out: OutputFile

  @Option(
    help: ArgumentHelp(
      "The layers to keep: all, outputs (logits alone), or a path in which * stands for anything.",
      valueName: "layers"))
  var layers = LayerSelection.all

  @Flag(help: "Normalises with the statistics of the batch, as Keras's training=True.")
  var training = false

  @OptionGroup var recording: RecordingOptions

  func validate() throws {
    try checkpoint.require()
    guard !tensors.isEmpty else { throw ValidationError("give an array with --tensors") }
  }

  func run() throws {
    let outputs = Outputs([("--out", out)])
    try outputs.check(reading: [weights] + NamedTensors.files(tensors) + model.variant.inputs)
    let arrays = try NamedTensors(tensors)
    let loaded = try Model(
      model.model, model.variant, weights: weights, trust: trust,
      tensor: arrays.all[0].tensor.shape)
    try outputs.check(notAmong: loaded.files)
    let inputs = try arrays.inputs(of: loaded)
    guard loaded.graph.layers.contains(where: { layers.contains($0.path) }) || layers == .outputs
    else {
      throw Failure(.usage, "--layers \(layers): no layer of \(loaded.identifier) is called so")
    }
    let result = try recording.recording(
      loaded, inputs, training: training, keeping: { layers.contains($0.path) })
    try out.replace { temporary in
      guard FileManager.default.createFile(atPath: temporary, contents: nil),
        let handle = FileHandle(forWritingAtPath: temporary)
      else {
        throw Failure(.cannotCreate, "\(temporary): cannot be created")
      }
      try result.golden.write(to: handle)
      try handle.close()
    }
    let kept = result.golden.manifest.layers.count { $0.array != nil }
    outputs.show("\(out.path.shown): \(inputs[0].count) images, \(kept) layers and the logits")
  }
}

/// Which layers' values are kept.
enum LayerSelection: ExpressibleByArgument, Equatable, CustomStringConvertible {
  case all
  case outputs
  case matching(String)

  init?(argument: String) {
    switch argument {
    case "": return nil
    case "all": self = .all
    case "outputs": self = .outputs
    default: self = .matching(argument)
    }
  }

  func contains(_ path: String) -> Bool {
    switch self {
    case .all: true
    case .outputs: false
    case .matching(let pattern): Wildcard(pattern).matches(path)
    }
  }

  var description: String {
    switch self {
    case .all: "all"
    case .outputs: "outputs"
    case .matching(let pattern): pattern
    }
  }
}

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
    help: ArgumentHelp(
      "The images, already preprocessed: N×H×W×C, or N×C×H×W with --data-format channels_first.",
      valueName: "x.npy"), completion: .file())
  var tensors: String

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

  func validate() throws { try checkpoint.require() }

  func run() throws {
    let outputs = Outputs([("--out", out)])
    try outputs.check(reading: [weights, tensors] + model.variant.inputs)
    let images = try TensorFile.read(tensors)
    guard images.shape.rank == 4 else {
      throw Failure(.badData, "\(tensors): images have four axes, these have \(images.shape)")
    }
    let loaded = try Model(
      model.model, model.variant, weights: weights, trust: trust, tensor: images.shape)
    try outputs.check(notAmong: loaded.files)
    // A file's own network says where its channels are, whatever the option.
    let format = loaded.graph.dataFormat
    guard let image = format.image(in: images.shape), images.count > 0, image == loaded.graph.input
    else {
      throw Failure(
        .badData,
        "\(tensors): the network reads N images of \(loaded.graph.input) (\(format.rawValue)), this is "
          + "\(images.shape)")
    }
    let lastFirst = images.converted(from: format, to: .channelsLast)
    guard loaded.graph.layers.contains(where: { layers.contains($0.path) }) || layers == .outputs
    else {
      throw Failure(.usage, "--layers \(layers): no layer of \(loaded.identifier) is called so")
    }
    let result = try recording.recording(
      loaded, images: lastFirst, training: training, keeping: { layers.contains($0.path) })
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
    outputs.show("\(out.path.shown): \(images.count) images, \(kept) layers and the logits")
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

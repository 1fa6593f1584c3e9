import Architectures
import ArgumentParser
import Binding
import Checkpoints
import Datasets
import Documents
import Exporting
import KerasConfigs
import Models
import Networks
import Tensors

/// `assay export`: a network with its weights as a whole model of Keras.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a network and its weights as a whole model that Keras loads.",
    discussion: """
      Examples:
        assay export --model resnet50v2 --weights w.h5 out.keras
        assay export --model preact-resnet50 --weights model.ckpt out.h5 --with-preprocessing
        assay export keras3.keras keras2.h5

      The output is a .keras or an .h5 of which all layers are Keras's own, so that Keras 3 and tf-keras \
      load either by load_model alone and predict the same. The network is the file's own, or one that \
      'assay models' lists: with --model, or where the weights fit only one. Layers have the names that \
      Keras or the file gives them, images are channels_last and of the size for which the model was built, or of \
      --input-size. What Keras 2 and 3 do not both have is written as layers that they do: hard_silu as \
      Rescaling, ReLU and Multiply, a LayerScale as an EinsumDense; layers that only train, dropout and \
      the like, are left out, and what cannot be said is refused by its layer. The model ends in what the \
      file's config ends in; of weights alone, in the softmax of keras.applications, preact-resnet and the \
      dialects 'official' and 'slim' in logits; --classifier-activation tells otherwise. A file with a \
      config that is exported to its own kind, with nothing added, keeps that config. \
      With --with-preprocessing the model takes pixels from 0 to 255; resizing stays outside.
      """)

  @Argument(
    help: ArgumentHelp(
      "The checkpoint, where --weights does not name it, and the file to write.",
      valueName: "in> <out"), completion: .file())
  var files: [String] = []

  @Option(
    help: ArgumentHelp("The checkpoint. Default: the first argument.", valueName: "file"),
    completion: .file())
  var weights: String?

  @OptionGroup var model: ModelOptions

  @Option(
    help: ArgumentHelp(
      "Height and width of the input, in pixels: 224, or 180x240. Default: the model's own.",
      valueName: "pixels"))
  var inputSize: InputSize?

  @Flag(help: "Puts the normalisation of pixels in front, as layers.")
  var withPreprocessing = false

  @Option(
    help: ArgumentHelp(
      "Which normalisation --with-preprocessing puts in front: unit, tf, caffe, torch, rgb-means, none. "
        + "Default: the model's own.", valueName: "mode"))
  var normalize: PixelNormalization?

  @Option(
    help: ArgumentHelp(
      "What the model ends in, of a file of weights alone: softmax, sigmoid, or linear for logits.",
      valueName: "name"))
  var classifierActivation: ClassifierActivation?

  @OptionGroup var trust: TrustOptions

  func validate() throws {
    guard files.count == (weights == nil ? 2 : 1) else {
      throw ValidationError(
        files.count > 1
          ? "'\(files[1])' is one argument too many"
          : "give a checkpoint, as the first argument or with --weights, and the file to write")
    }
    if let inputSize { try inputSize.check(InputSize.sides) }
    if normalize != nil, !withPreprocessing {
      throw ValidationError("--normalize is for --with-preprocessing")
    }
    if model.variant.dataFormat == .channelsFirst {
      throw ValidationError("--data-format: an exported model is channels_last")
    }
  }

  func run() throws {
    guard let output = files.last.flatMap(OutputFile.init(argument:)),
      let container = ExportedNetwork.Container(path: output.path)
    else {
      throw Failure(
        .usage, "\(files.last ?? ""): the name must end in .keras or .h5, as of a whole model")
    }
    let input = weights ?? files[0]
    let outputs = Outputs([("out", output)])
    try outputs.check(reading: [input] + model.variant.inputs)
    let loaded = try Model(
      model.model, model.variant, weights: input, trust: trust, height: inputSize?.height,
      width: inputSize?.width)
    try outputs.check(notAmong: loaded.checkpoint.files)
    if loaded.recipe == nil, classifierActivation != nil {
      throw Failure(.usage, "--classifier-activation: the file's config tells how its model ends")
    }
    let export = try kept(loaded, container) ?? made(of: loaded, container, input)
    try output.replace { temporary in
      switch container {
      case .archive: try export.writeKerasArchive(to: temporary)
      case .wholeModel: try export.writeWholeModel(to: temporary)
      }
    }
    outputs.show(
      "\(output.path.shown): \(container.words), \(export.layers.count) layers with weights, "
        + "images \(loaded.graph.input)\(withPreprocessing ? " of pixels from 0 to 255" : ""), "
        + "ends in \(ending(of: loaded).map { $0 == .softmax ? "softmax" : "sigmoid" } ?? "logits")"
    )
  }

  /// The file with the config that it has, where that is of the same kind and nothing is to be added.
  private func kept(
    _ loaded: Model, _ container: ExportedNetwork.Container
  ) -> CheckpointExport? {
    let checkpoint = loaded.checkpoint
    let isAsItWas =
      model.model == nil && !withPreprocessing && inputSize == nil
      && model.variant.layerAlias.isEmpty && model.variant.ignoreSetting.isEmpty
      // What Keras has quantised is restored to float32, of which its config does not tell.
      && !checkpoint.layers.flatMap(\.tensors).contains { $0.scale != nil }
    guard isAsItWas, checkpoint.config?.model != nil, checkpoint.format == container.format,
      let export = try? CheckpointExport(
        checkpoint, for: container == .archive ? .groups : .order,
        conventions: model.variant.conventions.told)
    else { return nil }
    // Keras 3 cannot read its own .h5 with operators; a config of another origin may lack modules.
    return container == .archive
      ? (export.hasConfigOfArchive ? export : nil) : (export.hasOperators ? nil : export)
  }

  /// What the exported model ends in; `nil` for logits, or what the file's config has instead.
  private func ending(of loaded: Model) -> OutputActivation? {
    if let classifierActivation { return classifierActivation.activation }
    guard let recipe = loaded.recipe, loaded.checkpoint.config?.model == nil else {
      return loaded.plan.statedActivation
    }
    return recipe.publishedActivation
  }

  private func made(
    of loaded: Model, _ container: ExportedNetwork.Container, _ input: String
  ) throws -> CheckpointExport {
    var options = ExportedNetwork.Options()
    options.names = loaded.plan.layerNames(using: loaded.recipe?.nameMap ?? [:])
    // A network that its file describes has its end in it.
    if loaded.recipe != nil { options.activation = ending(of: loaded) }
    if withPreprocessing {
      let own = loaded.defaults.normalization.flatMap(PixelNormalization.init(rawValue:))
      if normalize == nil, case .kerasHub(let converter)? = loaded.defaults.pipeline?.pipeline {
        options.converter = converter
      } else if let mode = normalize ?? own {
        options.normalization = mode
      } else {
        throw Failure(
          .usage,
          "\(input): nothing in it says how its images were normalised; --normalize tells")
      }
    }
    do {
      return try CheckpointExport(
        ExportedNetwork(loaded.graph, options), loaded.plan, of: loaded.checkpoint,
        named: loaded.recipe?.name ?? loaded.checkpoint.config?.model?.name ?? "model",
        for: container)
    } catch let error as ExportError {
      throw Failure(.badData, "\(input): \(error)")
    } catch let error as CheckpointExport.Incomplete {
      throw Failure(.badData, "\(input): \(error.words)")
    }
  }
}

/// What an exported model ends in.
enum ClassifierActivation: String, ExpressibleByArgument, CaseIterable {
  case softmax, sigmoid, linear

  /// The activation that it is; `nil` for logits.
  var activation: OutputActivation? {
    switch self {
    case .softmax: .softmax
    case .sigmoid: .sigmoid
    case .linear: nil
    }
  }
}

extension ExportedNetwork.Container {
  /// The kind of whole model that a file's name asks for.
  init?(path: String) {
    if path.hasSuffix(".keras") {
      self = .archive
    } else if path.hasSuffix(".h5") || path.hasSuffix(".hdf5"), !path.hasSuffix(".weights.h5") {
      self = .wholeModel
    } else {
      return nil
    }
  }

  /// The format of such files.
  fileprivate var format: CheckpointFormat { self == .archive ? .kerasArchive : .wholeModel }

  /// It in words.
  fileprivate var words: String {
    self == .archive ? "whole model (.keras)" : "whole model (HDF5)"
  }
}

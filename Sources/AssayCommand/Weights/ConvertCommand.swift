import Architectures
import ArgumentParser
import Binding
import Checkpoints
import Documents
import Foundation
import Models

/// `assay convert`: the same weights in another layout.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Writes the weights of a checkpoint in another layout.",
    discussion: """
      Examples:
        assay convert keras2.h5 keras3.weights.h5
        assay convert keras3.weights.h5 keras2.h5 --model resnet50

      The name of the output tells the layout: .weights.h5 is Keras 3's, any other .h5 is Keras 2's; \
      .safetensors and .npz hold arrays named layer/variable. .keras, and .h5 where the input has a config, \
      are whole models with the input's config; --weights-only leaves it out of an .h5. \
      With --model the weights must fit the network; the model is needed where neither the input \
      nor its config tells what the layout needs: .h5 the order of layers, .weights.h5 their classes \
      too. Values become float32, kernels correlations of H·W·I·O, whatever --kernel-layout, \
      --kernel-sense or the file say that they were. A model inside the model stays one, in the \
      order of a model of which nothing is frozen; --flat takes the network out of it.
      """)

  @Argument(help: ArgumentHelp("The checkpoint to read.", valueName: "in"), completion: .file())
  var input: String

  @Argument(help: ArgumentHelp("The file to write.", valueName: "out"))
  var output: OutputFile

  @Option(
    help: ArgumentHelp("The network: a name that 'assay models' lists.", valueName: "name"),
    completion: .list(ModelRecipe.names))
  var model: String?

  @OptionGroup var variant: NetworkOptions

  @Flag(help: "Takes the network out of the models around it.")
  var flat = false

  @Flag(help: "Writes weights alone into an .h5, though the input has the config of its model.")
  var weightsOnly = false

  @OptionGroup var trust: TrustOptions

  func run() throws {
    let outputs = Outputs([("out", output)])
    try outputs.check(reading: [input] + variant.inputs)
    guard var layout = WeightLayout(path: output.path) else {
      throw Failure(
        .usage,
        "\(output.path): the name must end in .keras, .weights.h5 (Keras 3), .h5 (Keras 2), "
          + ".safetensors or .npz")
    }
    let whole = try export(for: layout)
    // Of a network that is taken out of its model the config no longer tells.
    if layout == .legacy, !weightsOnly, !flat, whole.source.modelConfig != nil {
      layout = .wholeModel
    }
    if layout == .archive { try checkConfig(of: whole) }
    if layout == .wholeModel, whole.hasOperators {
      throw Failure(
        .badData,
        "\(input): its config has operators, which Keras 3 cannot read from an .h5; write a .keras, or "
          + "--weights-only")
    }
    try outputs.check(notAmong: whole.source.files)
    let export = flat ? whole.flattened : whole
    try output.replace { temporary in try layout.write(export, to: temporary) }
    outputs.show("\(output.path.shown): \(layout.rawValue), \(export.layers.count) layers")
  }

  /// Refuses a `.keras` that Keras could not load.
  private func checkConfig(of export: CheckpointExport) throws {
    guard !flat else {
      throw Failure(.usage, "--flat: a .keras is a whole model, with the models around the network")
    }
    guard export.source.modelConfig != nil else {
      throw Failure(.badData, "\(input): it has no config of its model, which a .keras must hold")
    }
    guard export.hasConfigOfArchive else {
      throw Failure(
        .badData,
        "\(input): its config tells no modules of its classes, as a .keras must; .h5 keeps it as it is"
      )
    }
  }

  private func export(for layout: WeightLayout) throws -> CheckpointExport {
    if let model {
      let loaded = try Model(model, variant, weights: input, trust: trust)
      do throws(CheckpointExport.Incomplete) {
        return try CheckpointExport(
          loaded.plan, of: loaded.checkpoint, using: loaded.recipe?.nameMap ?? [:])
      } catch {
        throw Failure(.badData, "\(input): \(error.words)")
      }
    }
    let checkpoint = try Checkpoint(
      contentsOf: input, isolation: trust.isolation, variables: variant.variables)
    do throws(CheckpointExport.Incomplete) {
      return try CheckpointExport(
        checkpoint, for: layout.demand, conventions: variant.conventions.told)
    } catch {
      let others = WeightLayout.allCases.filter { other in
        ![.wholeModel, .archive].contains(other)
          && (try? CheckpointExport(
            checkpoint, for: other.demand, conventions: variant.conventions.told)) != nil
      }
      let wayOut =
        others.isEmpty ? "" : "; without it: \(others.map(\.ending).joined(separator: ", "))"
      throw Failure(error.status, "\(input): \(error.words); --model tells it\(wayOut)")
    }
  }
}

extension CheckpointExport.Incomplete {
  /// What an option would tell is asked for; what the file should tell and does not is its fault.
  fileprivate var status: ExitStatus {
    switch self {
    case .order, .inside, .name, .kernelLayout, .neighbours: .usage
    case .twice, .layerClass, .weight: .badData
    }
  }
}

/// A layout that can be written.
enum WeightLayout: String, CaseIterable {
  case legacy = "Keras legacy weights (HDF5)"
  case wholeModel = "whole model (HDF5)"
  case archive = "whole model (.keras)"
  case variables = "Keras v3 weights (HDF5)"
  case safetensors
  case numPyArchive = "NumPy arrays (.npz)"

  /// The layout that a file's name asks for.
  init?(path: String) {
    if path.hasSuffix(".keras") {
      self = .archive
    } else if path.hasSuffix(".weights.h5") {
      self = .variables
    } else if path.hasSuffix(".h5") || path.hasSuffix(".hdf5") {
      self = .legacy
    } else if path.hasSuffix(".safetensors") {
      self = .safetensors
    } else if path.hasSuffix(".npz") {
      self = .numPyArchive
    } else {
      return nil
    }
  }

  /// What a file must tell so that its weights can be written so.
  var demand: CheckpointExport.Demand {
    switch self {
    case .legacy, .wholeModel: .order
    case .variables, .archive: .groups
    case .safetensors, .numPyArchive: .names
    }
  }

  /// How the names of such files end.
  var ending: String {
    switch self {
    case .legacy, .wholeModel: ".h5"
    case .archive: ".keras"
    case .variables: ".weights.h5"
    case .safetensors: ".safetensors"
    case .numPyArchive: ".npz"
    }
  }

  func write(_ export: CheckpointExport, to path: String) throws {
    switch self {
    case .legacy: try export.writeLegacyWeights(to: path)
    case .wholeModel: try export.writeWholeModel(to: path)
    case .archive: try export.writeKerasArchive(to: path)
    case .variables: try export.writeVariables(to: path)
    case .safetensors: try export.writeSafetensors(to: path)
    case .numPyArchive: try export.writeNumPyArchive(to: path)
    }
  }
}

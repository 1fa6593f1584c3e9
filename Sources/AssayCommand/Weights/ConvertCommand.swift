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
      .safetensors and .npz hold arrays named layer/variable. \
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
    help: ArgumentHelp("The network: \(ModelOptions.names).", valueName: "name"),
    completion: .list(ModelRecipe.names))
  var model: String?

  @OptionGroup var variant: NetworkOptions

  @Flag(help: "Takes the network out of the models around it.")
  var flat = false

  @OptionGroup var trust: TrustOptions

  func run() throws {
    let outputs = Outputs([("out", output)])
    try outputs.check(reading: [input] + variant.inputs)
    guard let layout = WeightLayout(path: output.path) else {
      throw Failure(
        .usage,
        "\(output.path): the name must end in .weights.h5 (Keras 3), .h5 (Keras 2), .safetensors "
          + "or .npz")
    }
    let whole = try export(for: layout)
    try outputs.check(notAmong: whole.source.files)
    let export = flat ? whole.flattened : whole
    try output.replace { temporary in try layout.write(export, to: temporary) }
    outputs.show("\(output.path.shown): \(layout.rawValue), \(export.layers.count) layers")
  }

  private func export(for layout: WeightLayout) throws -> CheckpointExport {
    if let model {
      let loaded = try Model(model, variant, weights: input, trust: trust)
      do throws(CheckpointExport.Incomplete) {
        return try CheckpointExport(
          loaded.plan, of: loaded.checkpoint, using: loaded.recipe?.nameMap ?? [:])
      } catch {
        throw Failure(.badData, "\(input): \(error)")
      }
    }
    let checkpoint = try Checkpoint(
      contentsOf: input, isolation: trust.isolation, variables: variant.variables)
    do throws(CheckpointExport.Incomplete) {
      return try CheckpointExport(
        checkpoint, for: layout.demand, conventions: variant.conventions.told)
    } catch {
      let others = WeightLayout.allCases.filter { other in
        (try? CheckpointExport(
          checkpoint, for: other.demand, conventions: variant.conventions.told)) != nil
      }
      let wayOut =
        others.isEmpty ? "" : "; without it: \(others.map(\.ending).joined(separator: ", "))"
      throw Failure(error.status, "\(input): \(error); --model tells it\(wayOut)")
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
  case variables = "Keras v3 weights (HDF5)"
  case safetensors
  case numPyArchive = "NumPy arrays (.npz)"

  /// The layout that a file's name asks for.
  init?(path: String) {
    if path.hasSuffix(".weights.h5") {
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
    case .legacy: .order
    case .variables: .groups
    case .safetensors, .numPyArchive: .names
    }
  }

  /// How the names of such files end.
  var ending: String {
    switch self {
    case .legacy: ".h5"
    case .variables: ".weights.h5"
    case .safetensors: ".safetensors"
    case .numPyArchive: ".npz"
    }
  }

  func write(_ export: CheckpointExport, to path: String) throws {
    switch self {
    case .legacy: try export.writeLegacyWeights(to: path)
    case .variables: try export.writeVariables(to: path)
    case .safetensors: try export.writeSafetensors(to: path)
    case .numPyArchive: try export.writeNumPyArchive(to: path)
    }
  }
}

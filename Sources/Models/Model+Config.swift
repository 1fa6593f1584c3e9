import Architectures
import Binding
package import Checkpoints
import Digests
import Foundation
package import Importing
package import KerasConfigs
import Layers
import Networks
import Presets
import Tensors

// A network that its file describes.
extension Model {
  static func itsOwn(
    _ model: KerasModel, _ checkpoint: Checkpoint, _ options: Options
  ) throws(ModelError.Reason) -> Fitted {
    let network = try network(model, checkpoint, options)
    let defaults = try defaults(network.graph, checkpoint, model)
    do throws(BindingError) {
      let plan = try BindingPlan(
        itsOwn: network, of: checkpoint, model: model, allowing: options.leniency,
        conventions: options.conventions)
      return Fitted(
        defaults: defaults, plan: plan, notes: network.notes)
    } catch {
      throw .weights(network: nil, error, facts: [])
    }
  }

  /// The network of a config at the size that the user or an array tells, where the config leaves it open.
  package static func network(
    _ model: KerasModel, _ checkpoint: Checkpoint, _ options: Options
  ) throws(ModelError.Reason) -> ImportedNetwork {
    var importing = options.importing
    importing.kerasVersion = checkpoint.majorKerasVersion
    let image = options.tensor.flatMap { model.dataFormat.image(in: $0) }
    let converter = checkpoint.preset?.converter
    importing.height = options.height ?? image?.height ?? converter?.height
    importing.width = options.width ?? image?.width ?? converter?.width
    do throws(ImportError) {
      return try ImportedNetwork(model, importing)
    } catch {
      throw .network(error)
    }
  }

  /// What a network that only its file describes is called: two of one name are told apart.
  static func name(of model: KerasModel, _ checkpoint: Checkpoint) -> String {
    let title = model.name.isEmpty ? "model" : model.name
    return "\(title) (config \(checkpoint.configDigest.prefix(16)))"
  }

  /// What the file shows of how its images are made, the strongest evidence first.
  private static func defaults(
    _ graph: Graph, _ checkpoint: Checkpoint, _ model: KerasModel
  ) throws(ModelError.Reason) -> InputDefaults {
    let name = name(of: model, checkpoint)
    let digest = checkpoint.configDigest
    if let converter = checkpoint.preset?.converter {
      return InputDefaults(
        name: name, config: digest, pipeline: try converter.preprocessing, input: graph.input)
    }
    // What scales its input itself was trained on pixels as they are.
    if graph.scalesItsInput {
      return InputDefaults(name: name, config: digest, normalization: "none", input: graph.input)
    }
    // A published network with its own number of classes was trained as its authors say.
    let published = ModelRecipe.catalog.first {
      $0.dialect == "keras" && $0.publishedClasses == graph.outputCount && $0.fits(checkpoint)
    }
    if let published {
      let its = published.protocolDefaults
      return InputDefaults(
        name: name, config: digest, preset: its.preset, normalization: its.normalization,
        input: graph.input, hasBackgroundClass: published.hasBackgroundClass)
    }
    return InputDefaults(name: name, config: digest, input: graph.input)
  }
}

extension Checkpoint {
  /// The SHA-256 of the config, in hexadecimal.
  fileprivate var configDigest: String {
    SHA256.hash(data: Data((modelConfig ?? "").utf8)).hexadecimal
  }
}

extension Graph {
  /// Whether the first thing that is done to the image, but for its size, is to scale it.
  fileprivate var scalesItsInput: Bool {
    var value = inputs[0].value
    for layer in layers where layer.inputs.first == value && !(layer.layer is InputLayer) {
      switch layer.layer {
      case is Rescaling, is Normalization: return true
      // Keras writes a call of `preprocess_input` as the arithmetic that it does.
      case let operation as Operator: return operation.isArithmetic
      case is Identity, is Resizing, is CenterCrop, is ZeroPadding: value = layer.output
      default: return false
      }
    }
    return false
  }
}

import Architectures
import Binding
import Checkpoints
import Crypto
import Foundation
import Importing
import KerasConfigs
import Layers
import Networks
import Tensors

/// The extents of images, as far as the user or an array tells.
struct SizeRequest {
  let height: Int?
  let width: Int?
  /// An array that goes in as it is.
  let tensor: Shape?
}

/// A file that holds the config of a model, as `model.to_json()` writes it.
enum ConfigFile {
  /// The text of the file at `path`; `nil` where there is none, so that it is a model's name.
  static func text(at path: String) throws -> String? {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      !isFolder.boolValue
    else { return nil }
    let limit = 1 << 28
    guard let data = FileManager.default.contents(atPath: path), data.count <= limit else {
      throw Failure(.badData, "\(path): cannot be read, or is no config of a model")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

// A network that only its file describes.
extension LoadedModel {
  static func itsOwn(
    _ model: KerasModel, _ checkpoint: Checkpoint, _ variant: NetworkOptions, _ file: String,
    _ size: SizeRequest
  ) throws -> Fitted {
    try variant.checkForConfig()
    var options = variant.importOptions
    options.kerasVersion = checkpoint.majorKerasVersion
    let image = size.tensor.flatMap { model.dataFormat.image(in: $0) }
    options.height = size.height ?? image?.height
    options.width = size.width ?? image?.width
    let network: ImportedNetwork
    do throws(ImportError) {
      network = try ImportedNetwork(model, options)
    } catch {
      throw Failure(error.lacksSize ? .usage : .badData, "\(file): \(error)")
    }
    let plan: BindingPlan
    do throws(BindingError) {
      plan = try BindingPlan(
        itsOwn: network, of: checkpoint, model: model, allowing: variant.leniency,
        conventions: variant.conventions.told)
    } catch {
      throw Failure(
        .badData, lines: ["\(file), by its own config: \(error.summary)"] + error.details(limit: 20)
      )
    }
    return Fitted(
      defaults: defaults(network.graph, checkpoint, model), plan: plan, notes: network.notes)
  }

  /// What the file shows of how its images are made, the strongest evidence first.
  private static func defaults(
    _ graph: Graph, _ checkpoint: Checkpoint, _ model: KerasModel
  ) -> InputDefaults {
    let digest = SHA256.hash(data: Data((checkpoint.modelConfig ?? "").utf8)).hexadecimal
    let title = model.name.isEmpty ? "model" : model.name
    let name = "\(title) (config \(digest.prefix(16)))"
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
        input: graph.input,
        hasBackgroundClass: published.hasBackgroundClass)
    }
    return InputDefaults(name: name, config: digest, input: graph.input)
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
